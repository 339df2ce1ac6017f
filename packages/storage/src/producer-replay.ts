import { CorruptRecordError, type RecordBatch } from '@ottla/protocol'
import { afterBatch, afterEndTransaction, type EndTransaction, type ProducerEntry } from './producer-state.ts'

/** The state of a batch's producer behind it; undefined when the batch is no idempotent producer's. */
export function producerAfter(
  batch: RecordBatch,
  entryOf: (producerId: number) => ProducerEntry | undefined,
): ProducerEntry | undefined {
  const { producerId } = batch
  if (producerId < 0) return undefined
  if (batch.isControl) {
    const end = endTransactionIn(batch)
    return end === undefined ? undefined : afterEndTransaction(entryOf(producerId), end)
  }
  return afterBatch(entryOf(producerId), {
    producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    firstOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    timestampMs: batch.maxTimestamp,
    isTransactional: batch.isTransactional,
  })
}

const ABORT = 0
const COMMIT = 1

/** The transaction marker in a control batch; undefined for other control records, whose types may be unknown. */
function endTransactionIn(batch: RecordBatch): EndTransaction | undefined {
  const [record] = recordsOf(batch)
  if (record?.key == null || record.value == null || record.key.length < 4 || record.value.length < 6) return undefined
  const type = viewOf(record.key).getInt16(2)
  if (type !== ABORT && type !== COMMIT) return undefined
  return {
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    coordinatorEpoch: viewOf(record.value).getInt32(2),
    offset: batch.baseOffset,
    timestampMs: batch.maxTimestamp,
  }
}

function recordsOf(batch: RecordBatch) {
  try {
    return [...batch.records()]
  } catch (error) {
    if (error instanceof CorruptRecordError) return []
    throw error
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
