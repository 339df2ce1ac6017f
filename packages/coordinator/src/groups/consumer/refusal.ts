import { ErrorCode, type ErrorName } from '@ottla/protocol'

/** What a response can carry (32,767 bytes), whatever the ids that the message names. */
const MESSAGE_LENGTH_MAX = 10_000

/** Why a request of a member is refused. Thrown while it is handled, caught where the reply is made. */
export class GroupRefusal extends Error {
  override readonly name = 'GroupRefusal'
  readonly code: number

  constructor(error: ErrorName, message: string) {
    super(message.slice(0, MESSAGE_LENGTH_MAX))
    this.code = ErrorCode[error]
  }
}

/** What `handle` returns, or what `refused` makes of its refusal. */
export function orRefused<T>(handle: () => T, refused: (refusal: GroupRefusal) => T): T {
  try {
    return handle()
  } catch (error) {
    if (error instanceof GroupRefusal) return refused(error)
    throw error
  }
}
