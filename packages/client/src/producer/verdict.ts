import { ErrorCode, type ErrorName, errorByCode } from '@ottla/protocol'

/** What a failed batch is to come to. */
export type Verdict =
  /** Written by an earlier attempt. */
  | 'written'
  /** Again in smaller batches. */
  | 'split'
  /** Again, after a pause. */
  | 'retry'
  /** Again, after the leader has been asked for. */
  | 'find leader'
  /** Again, with sequences that begin anew in the next epoch. */
  | 'reset'
  /** The same with another producer id. */
  | 'new id'
  | 'fail'

export interface FailedBatch {
  readonly code: number
  readonly recordCount: number
  readonly idempotent: boolean
  /** No earlier batch of the partition is without outcome. */
  readonly isFirst: boolean
  /** Requests that it has been in. */
  readonly attempts: number
  readonly retriesLeft: boolean
}

/** The leader has moved, or may have. */
const LEADER_ERRORS: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'REPLICA_NOT_AVAILABLE',
  'BROKER_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'NETWORK_EXCEPTION',
  'REQUEST_TIMED_OUT',
])

export function verdict(failed: FailedBatch): Verdict {
  const { code, recordCount, idempotent, isFirst, retriesLeft } = failed
  if (code === ErrorCode.MESSAGE_TOO_LARGE) return recordCount > 1 ? 'split' : 'fail'
  if (idempotent) {
    switch (code) {
      case ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
        return 'written'
      case ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
      case ErrorCode.UNKNOWN_PRODUCER_ID:
        return isFirst ? 'reset' : 'retry'
      case ErrorCode.INVALID_PRODUCER_EPOCH:
      case ErrorCode.INVALID_PRODUCER_ID_MAPPING:
        // An earlier attempt may have been written, and could not be recognized under another id.
        return failed.attempts === 1 ? 'new id' : 'fail'
    }
  }
  const { name, retriable } = errorByCode(code)
  if (!retriable || !retriesLeft) return 'fail'
  return LEADER_ERRORS.has(name) ? 'find leader' : 'retry'
}
