import { RE2JS, RE2JSSyntaxException } from 're2js'

/** Whether brokers would take this regular expression for a subscription (RE2). */
export function verdictOf(regex: string): string {
  try {
    RE2JS.compile(regex)
    return `The regular expression \`${regex}\` is valid.`
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return `The regular expression \`${regex}\` is invalid: ${error.getDescription()}.`
  }
}
