import { batchesIn, CorruptRecordError, RecordBatch } from '@ottla/protocol'
import type { PendingBatch } from './append-queue.ts'
import { latestTimestamp } from './batch-headers.ts'
import { judgeBatch, type Refusal } from './judge-batch.ts'
import type { LogState } from './log-state.ts'
import type { PendingState } from './pending-state.ts'
import { producerAfter } from './producer-replay.ts'
import { judgeSequence, type ProducerBatch, type ProducerEntry } from './producer-state.ts'
import type { BatchFacts } from './segment.ts'
import type { AppendRequest } from './types.ts'

/** What an append comes to, before anything is written. */
export type AppendPlan =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | {
      readonly kind: 'write'
      readonly batches: readonly PendingBatch[]
      readonly logAppendTimeMs: number
      /** What a leader stamped into the batches; undefined for a follower, whose batches may be of several epochs. */
      readonly leaderEpoch: number | undefined
    }

/** Judges what a leader is asked to append and, if it is accepted, stamps offsets, epoch and append time into it. */
export function planLeaderAppend(state: LogState, pending: PendingState, request: AppendRequest): AppendPlan {
  const nowMs = state.world.clock.now()
  if (request.origin === 'client') {
    const refusal = judgeBatch(request.records, { config: state.config, nowMs, decompressed: request.decompressed })
    if (refusal !== undefined) return { kind: 'refused', refusal }
    const plan = judgeProducer(new RecordBatch(request.records), pending)
    if (plan !== undefined) return plan
  }
  const batches = wholeBatches(request.records)
  if (!Array.isArray(batches)) return batches
  const logAppendTimeMs = state.config.timestampType === 'LogAppendTime' ? nowMs : -1
  let nextOffset = pending.nextOffset
  for (const batch of batches) {
    batch.baseOffset = nextOffset
    batch.partitionLeaderEpoch = request.leaderEpoch
    if (logAppendTimeMs >= 0) batch.setLogAppendTime(logAppendTimeMs)
    nextOffset = batch.lastOffset + 1
  }
  const { leaderEpoch } = request
  return { kind: 'write', batches: pendingBatches(batches, pending), logAppendTimeMs, leaderEpoch }
}

function judgeProducer(batch: RecordBatch, pending: PendingState): AppendPlan | undefined {
  const { producerId } = batch
  if (producerId < 0) return undefined
  const judgement = judgeSequence(pending.producer(producerId), {
    producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
    isTransactional: batch.isTransactional,
  })
  switch (judgement.kind) {
    case 'next':
      return undefined
    case 'duplicate':
      return judgement
    case 'refused':
      return { kind: 'refused', refusal: judgement }
  }
}

/**
 * Checks what a leader of this epoch sent to its follower: sound batches, in order. A batch that is cut off at the end is left out. An
 * epoch that has not begun would stay in the checkpoint, and no later leader could begin its own.
 */
export function planFollowerAppend(pending: PendingState, records: Uint8Array, leaderEpoch: number): AppendPlan {
  const batches: RecordBatch[] = []
  let nextOffset = pending.nextOffset
  try {
    for (const batch of batchesIn(records)) {
      if (!batch.isCrcValid()) return corrupt(`the checksum of the batch at offset ${batch.baseOffset} is wrong`)
      if (batch.partitionLeaderEpoch > leaderEpoch) return ofLaterEpoch(batch, leaderEpoch)
      if (batch.baseOffset < nextOffset) return outOfOrder(batch.baseOffset, nextOffset)
      nextOffset = batch.lastOffset + 1
      batches.push(batch)
    }
  } catch (error) {
    if (error instanceof CorruptRecordError) return corrupt(error.message)
    throw error
  }
  if (batches.length === 0) return corrupt(`${records.length} bytes hold no whole record batch`)
  return { kind: 'write', batches: pendingBatches(batches, pending), logAppendTimeMs: -1, leaderEpoch: undefined }
}

function wholeBatches(records: Uint8Array): RecordBatch[] | AppendPlan {
  try {
    const batches = [...batchesIn(records)]
    const bytes = batches.reduce((sum, batch) => sum + batch.sizeBytes, 0)
    if (batches.length > 0 && bytes === records.length) return batches
    return corrupt(`${records.length} bytes are not a sequence of whole record batches`)
  } catch (error) {
    if (error instanceof CorruptRecordError) return corrupt(error.message)
    throw error
  }
}

/** Producers' states behind each batch; a producer may have several batches in one append. */
function pendingBatches(batches: readonly RecordBatch[], pending: PendingState): PendingBatch[] {
  const within = new Map<number, ProducerEntry>()
  return batches.map((batch) => {
    const producer = producerAfter(batch, (id) => within.get(id) ?? pending.producer(id))
    if (producer !== undefined) within.set(producer.producerId, producer)
    return { ...factsOf(batch), leaderEpoch: batch.partitionLeaderEpoch, producer }
  })
}

export function factsOf(batch: RecordBatch): BatchFacts {
  const baseOffset = batch.baseOffset
  return {
    baseOffset,
    lastOffset: baseOffset + batch.lastOffsetDelta,
    maxTimestampMs: latestTimestamp(batch),
    sizeBytes: batch.sizeBytes,
  }
}

/** Several batches taken as one. */
export function extentOf(batches: readonly BatchFacts[]): BatchFacts {
  let maxTimestampMs = -1
  let sizeBytes = 0
  for (const batch of batches) {
    maxTimestampMs = Math.max(maxTimestampMs, batch.maxTimestampMs)
    sizeBytes += batch.sizeBytes
  }
  return { baseOffset: batches[0]!.baseOffset, lastOffset: batches.at(-1)!.lastOffset, maxTimestampMs, sizeBytes }
}

function corrupt(message: string): AppendPlan {
  return { kind: 'refused', refusal: { error: 'CORRUPT_MESSAGE', message } }
}

function ofLaterEpoch({ baseOffset, partitionLeaderEpoch }: RecordBatch, leaderEpoch: number): AppendPlan {
  return corrupt(
    `the batch at offset ${baseOffset} is of leader epoch ${partitionLeaderEpoch}, its leader of ${leaderEpoch}`,
  )
}

function outOfOrder(baseOffset: number, nextOffset: number): AppendPlan {
  const message = `a batch at offset ${baseOffset} came where ${nextOffset} or later is next`
  return { kind: 'refused', refusal: { error: 'OFFSET_OUT_OF_RANGE', message } }
}
