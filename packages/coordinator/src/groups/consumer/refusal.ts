import { ErrorCode, type ErrorName } from '@ottla/protocol'

/** Why a request of a member is refused. Thrown while it is handled, caught where the reply is made. */
export class GroupRefusal extends Error {
  override readonly name = 'GroupRefusal'
  readonly code: number

  constructor(error: ErrorName, message: string) {
    super(message)
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
