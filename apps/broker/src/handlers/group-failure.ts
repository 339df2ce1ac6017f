import { ErrorCode, KafkaError } from '@ottla/protocol'

export interface GroupFailure {
  readonly errorCode: number
  readonly errorMessage: string
}

/**
 * Errors of the log under a coordinator, as its clients know them: not enough replicas or time are a coordinator that is not available; a
 * lost leadership or a broken disk, another coordinator; records that are too large, an error that trying again does not mend.
 */
const TRANSLATED: ReadonlyMap<number, number> = new Map([
  [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR],
  [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR],
  [ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR],
  [ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR],
  [ErrorCode.INVALID_FETCH_SIZE, ErrorCode.UNKNOWN_SERVER_ERROR],
])

/** What a client is told when its coordinator could not do what it asked. Rethrows what is no KafkaError: a defect. */
export function groupFailure(error: unknown): GroupFailure {
  if (!(error instanceof KafkaError)) throw error
  return { errorCode: TRANSLATED.get(error.code) ?? error.code, errorMessage: error.message }
}
