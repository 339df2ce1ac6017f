import { KafkaError } from '@ottla/protocol'
import type { Cluster } from '../cluster.ts'
import { ClientError, withAttempt } from '../errors.ts'
import type { Call, CallOptions } from '../retry.ts'

/** What became of one item (topic, partition, resource) of a request for several. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ClientError }

/** The value, or throws the error. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw outcome.error
  return outcome.value
}

export function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

/** A per-item error code of a response. */
export function failed<T>(code: number, message: string | null, attempt: ClientError['attempt']): Outcome<T> {
  return { ok: false, error: ClientError.fromCode(code, message, attempt) }
}

export interface Settling<K, T> {
  readonly items: readonly K[]
  readonly options: CallOptions
  /** Asks for the outcomes of these items; one that is missing in the result is asked for again. */
  attempt(items: readonly K[], call: Call): Promise<ReadonlyMap<K, Outcome<T>>>
  /** Whether an item that failed so may succeed when it is asked for again. */
  repeat(error: ClientError): boolean
}

/**
 * Repeats a request for several items, each time for those that have no final outcome yet, until all have one or the time
 * is over. A failure of the whole request is thrown if no item has an outcome then, else it is that of the rest.
 */
export async function settle<K, T>(cluster: Cluster, settling: Settling<K, T>): Promise<Map<K, Outcome<T>>> {
  const outcomes = new Map<K, Outcome<T>>()
  let pending = settling.items
  try {
    await cluster.retrying(settling.options, async (call) => {
      if (pending.length === 0) return
      for (const [item, outcome] of await settling.attempt(pending, call)) outcomes.set(item, outcome)
      pending = pending.filter((item) => isPending(outcomes.get(item), settling))
      if (pending.length > 0) throw retriableError(outcomes.get(pending[0]!))
    })
  } catch (error) {
    if (!(error instanceof KafkaError) || outcomes.size === 0) throw error
    for (const item of pending)
      if (!outcomes.has(item)) outcomes.set(item, { ok: false, error: withAttempt(error, {}) })
  }
  return outcomes
}

function isPending<T>(outcome: Outcome<T> | undefined, { repeat }: Pick<Settling<unknown, T>, 'repeat'>): boolean {
  return outcome === undefined || (!outcome.ok && repeat(outcome.error))
}

/** What makes `retrying` go on: the item's own error, as long as the table calls it retriable. */
function retriableError<T>(outcome: Outcome<T> | undefined): ClientError {
  if (outcome === undefined || outcome.ok)
    return new ClientError('UNKNOWN_TOPIC_OR_PARTITION', 'missing in the answer', {})
  return outcome.error
}
