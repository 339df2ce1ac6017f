import { CorruptRecordError, KafkaError } from '@ottla/protocol'
import { DiskError } from '@ottla/runtime'

/** What a reader is told when the log's bytes or its disk are not as they should be. */
export function readFailure(error: unknown): unknown {
  if (error instanceof CorruptRecordError) return new KafkaError('CORRUPT_MESSAGE', error.message, { cause: error })
  if (error instanceof DiskError) return new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  return error
}
