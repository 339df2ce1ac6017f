/** A broken invariant: a defect of this program, never the fault of its input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/**
 * Asserts what must hold, in production too. The message names the invariant; state that helps to understand a
 * failure goes into `details`, which is evaluated only on failure.
 */
export function assert(
  condition: unknown,
  message: string,
  details?: () => Record<string, unknown>,
): asserts condition {
  if (condition) return
  throw new AssertionError(details === undefined ? message : `${message} ${JSON.stringify(details())}`)
}

/** For the default branch of an exhaustive switch over a sum type. */
export function unreachable(value: never, message = 'unreachable case'): never {
  throw new AssertionError(`${message}: ${JSON.stringify(value)}`)
}
