import { ErrorCode, type ErrorName } from '@ottla/protocol'

/** One part of a request that cannot be carried out, and why; the other parts are judged on their own. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly error: ErrorName

  constructor(error: ErrorName, message: string) {
    super(message)
    this.error = error
  }

  get errorCode(): number {
    return ErrorCode[this.error]
  }
}

const SHOWN_CHARACTERS_MAX = 249

/** A name in a message: one that is longer than any can be is cut off, since a request may lead to many messages. */
export function shown(name: string): string {
  return name.length > SHOWN_CHARACTERS_MAX ? `${name.slice(0, SHOWN_CHARACTERS_MAX)}…` : name
}

/** Values that are there more than once. */
export function repeated(values: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  return new Set(values.filter((value) => seen.has(value) || !seen.add(value)))
}
