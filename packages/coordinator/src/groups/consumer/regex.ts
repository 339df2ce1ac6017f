/** The regular expressions of subscriptions: RE2's, which match in time linear in the text whatever they look like. */
import { RE2JS } from 're2js'
import { GroupRefusal } from './refusal.ts'
import { estimatedSize } from './regex-size.ts'

/** Longer ones take too long to compile; Kafka has no limit. */
const REGEX_LENGTH_MAX = 4096
/** Larger programs take more than a few milliseconds to compile, for whoever joins a group with them. */
const REGEX_SIZE_MAX = 10_000

/** Throws INVALID_REGULAR_EXPRESSION. */
export function checkRegex(expression: string): void {
  if (expression.length > REGEX_LENGTH_MAX) {
    throw new GroupRefusal(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex has ${expression.length} characters, more than the ${REGEX_LENGTH_MAX} allowed.`,
    )
  }
  if (estimatedSize(expression) > REGEX_SIZE_MAX) {
    throw new GroupRefusal(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex is too large: its repetitions and classes make more than ${REGEX_SIZE_MAX} steps.`,
    )
  }
  try {
    RE2JS.compile(expression)
  } catch (error) {
    throw new GroupRefusal(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex \`${expression}\` is not a valid regular expression: ${description(error)}.`,
    )
  }
}

/** Undefined for one that is none: another coordinator may have taken what this one cannot read. */
export function compiledRegex(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression)
  } catch {
    return undefined
  }
}

/** What is wrong with it, without the prefix and the expression that the library adds. */
function description(error: unknown): string {
  const described = (error as { getDescription?: () => string }).getDescription?.()
  return described ?? (error as { message: string }).message
}
