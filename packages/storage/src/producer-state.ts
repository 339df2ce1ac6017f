import { sequenceAfter } from '@ottla/protocol'

/** A batch that a producer wrote, as far as a repetition of it must be recognised. */
export interface ProducerBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly lastOffset: number
  readonly offsetDelta: number
  readonly timestampMs: number
}

/** What the log knows of one idempotent producer. Never changed: every batch makes a new one. */
export interface ProducerEntry {
  readonly producerId: number
  readonly producerEpoch: number
  /** The last batches of this epoch, at most five, oldest first; empty after a marker with a new epoch. */
  readonly batches: readonly ProducerBatch[]
  readonly lastTimestampMs: number
  /** Of the last transaction marker, -1 when there was none. */
  readonly coordinatorEpoch: number
  /** First offset of the open transaction, -1 when none is open. */
  readonly currentTxnFirstOffset: number
}

/** A batch of an idempotent producer on its way into the log. */
export interface ProducerAppend {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly timestampMs: number
  readonly isTransactional: boolean
}

/** The end of a transaction, as its control batch says it. */
export interface EndTransaction {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly offset: number
  readonly timestampMs: number
}

export type SequenceJudgement =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'refused'; readonly error: string; readonly message: string }

/** Kafka's clients keep at most five requests in flight per connection. */
export const PRODUCER_BATCHES_KEPT = 5

const NEXT: SequenceJudgement = { kind: 'next' }

type Sequenced = Pick<ProducerAppend, 'producerId' | 'producerEpoch' | 'baseSequence' | 'isTransactional'> & {
  readonly lastSequence: number
}

/** Whether a client's batch is the one that must come next (KIP-98). A producer that is not known may begin anywhere. */
export function judgeSequence(entry: ProducerEntry | undefined, batch: Sequenced): SequenceJudgement {
  if (entry === undefined) return NEXT
  if (batch.producerEpoch < entry.producerEpoch) {
    return refused('INVALID_PRODUCER_EPOCH', batch, `epoch ${batch.producerEpoch} is older than ${entry.producerEpoch}`)
  }
  const repeated = repeatedBatch(entry, batch)
  if (repeated !== undefined) return { kind: 'duplicate', batch: repeated }
  if (entry.currentTxnFirstOffset >= 0 && !batch.isTransactional) {
    return refused('INVALID_TXN_STATE', batch, 'its transaction is open, yet this batch is not part of it')
  }
  const expected = expectedSequence(entry, batch.producerEpoch)
  if (expected === undefined || batch.baseSequence === expected) return NEXT
  return refused('OUT_OF_ORDER_SEQUENCE_NUMBER', batch, `sequence ${batch.baseSequence} came where ${expected} is next`)
}

function repeatedBatch(entry: ProducerEntry, batch: Sequenced): ProducerBatch | undefined {
  if (batch.producerEpoch !== entry.producerEpoch) return undefined
  return entry.batches.find(
    (kept) => kept.firstSequence === batch.baseSequence && kept.lastSequence === batch.lastSequence,
  )
}

/** The sequence that a batch of this epoch must have; undefined when any will do. */
function expectedSequence(entry: ProducerEntry, producerEpoch: number): number | undefined {
  if (entry.producerEpoch < 0) return undefined
  const last = entry.batches.at(-1)
  if (producerEpoch !== entry.producerEpoch || last === undefined) return 0
  return sequenceAfter(last.lastSequence, 1)
}

function refused(error: string, batch: Sequenced, reason: string): SequenceJudgement {
  return { kind: 'refused', error, message: `producer ${batch.producerId} in epoch ${batch.producerEpoch}: ${reason}` }
}

/** The producer's state after a batch of records, judged or not. */
export function afterBatch(entry: ProducerEntry | undefined, batch: ProducerAppend): ProducerEntry {
  const offsetDelta = batch.lastOffset - batch.firstOffset
  const kept: ProducerBatch = {
    firstSequence: batch.baseSequence,
    lastSequence: batch.baseSequence < 0 ? -1 : sequenceAfter(batch.baseSequence, offsetDelta),
    lastOffset: batch.lastOffset,
    offsetDelta,
    timestampMs: batch.timestampMs,
  }
  const txnFirstOffset = entry?.currentTxnFirstOffset ?? -1
  return {
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    batches: [...batchesOfEpoch(entry, batch.producerEpoch).slice(1 - PRODUCER_BATCHES_KEPT), kept],
    lastTimestampMs: batch.timestampMs,
    coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
    currentTxnFirstOffset: batch.isTransactional && txnFirstOffset < 0 ? batch.firstOffset : txnFirstOffset,
  }
}

/** The producer's state after a transaction marker. */
export function afterEndTransaction(entry: ProducerEntry | undefined, end: EndTransaction): ProducerEntry {
  return {
    producerId: end.producerId,
    producerEpoch: end.producerEpoch,
    batches: batchesOfEpoch(entry, end.producerEpoch),
    lastTimestampMs: end.timestampMs,
    coordinatorEpoch: end.coordinatorEpoch,
    currentTxnFirstOffset: -1,
  }
}

function batchesOfEpoch(entry: ProducerEntry | undefined, producerEpoch: number): readonly ProducerBatch[] {
  return entry !== undefined && entry.producerEpoch === producerEpoch ? entry.batches : []
}
