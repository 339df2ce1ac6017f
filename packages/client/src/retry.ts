import { KafkaError } from '@ottla/protocol'
import { delay } from '@ottla/runtime'
import { backOffMs } from './back-off.ts'
import { describeAttempt, tryingAgain, withAttempt } from './errors.ts'
import type { ClientConfig } from './options.ts'
import type { ClientWorld } from './world.ts'

/** One call of a user with its deadline, from the first attempt to the last. */
export interface Call {
  readonly signal: AbortSignal | undefined
  /** What is left of the time, in milliseconds; 0 when it has run out. */
  remainingMs(): number
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Instead of default.api.timeout.ms. */
  readonly timeoutMs?: number
}

/** Thrown by an attempt that must be the last one, whatever Kafka calls its error. */
export class FinalError extends Error {
  readonly error: KafkaError

  constructor(error: KafkaError) {
    super(error.message, { cause: error })
    this.error = error
  }
}

/** A call gives up before its deadline when the next attempt would have less time than this. */
const ATTEMPT_MS_MIN = 1

/**
 * Runs `attempt` until it succeeds, fails with an error that repeating cannot cure, or the deadline leaves no time for a
 * further one. Throws the last error, a `ClientError` that says how long the call took; or the signal's reason.
 */
export async function retrying<T>(
  { world, config }: { readonly world: ClientWorld; readonly config: ClientConfig },
  options: CallOptions,
  attempt: (call: Call) => Promise<T>,
): Promise<T> {
  const begin = world.clock.monotonic()
  const elapsedMs = () => world.clock.monotonic() - begin
  const timeoutMs = options.timeoutMs ?? config.defaultApiTimeoutMs
  const call: Call = { signal: options.signal, remainingMs: () => Math.max(0, timeoutMs - elapsedMs()) }
  const backOff = { firstMs: config.retryBackoffMs, maxMs: config.retryBackoffMaxMs, random: world.random }
  for (let retry = 0; ; retry++) {
    options.signal?.throwIfAborted()
    try {
      return await attempt(call)
    } catch (error) {
      if (error instanceof FinalError) throw withAttempt(error.error, { elapsedMs: elapsedMs() })
      if (!(error instanceof KafkaError)) throw error
      const pauseMs = backOffMs(retry, backOff)
      if (!error.retriable || call.remainingMs() - pauseMs < ATTEMPT_MS_MIN)
        throw withAttempt(error, { elapsedMs: elapsedMs() })
      const { attempt: what } = withAttempt(error, {})
      world.logger.warn(tryingAgain(error), {
        error: error.errorName,
        attempt: describeAttempt(what),
        retry,
      })
      await delay(world.timers, pauseMs, options.signal)
    }
  }
}
