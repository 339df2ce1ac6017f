/** What compaction writes in place of a batch. Whatever is kept keeps its offset, its time, its producer and its leader epoch. */
import { BATCH_HEADER_BYTES, encodeBatch, LOG_OVERHEAD_BYTES, type RecordBatch } from '@ottla/protocol'
import { crc32c } from '@ottla/runtime'

const AT = { batchLength: 8, crc: 17, attributes: 21, baseTimestamp: 27, maxTimestamp: 35, recordCount: 57 } as const
const CODEC_BITS = 0x07
const DELETE_HORIZON_BIT = 0x40
/** Zig-zag code doubles it, and that has to be exact. */
const DELTA_MAX = 2 ** 52

/** Records of a batch, as stretches of its uncompressed content. */
export interface KeptRecords {
  readonly content: Uint8Array
  /** Where each begins and ends, its length in front included: `from[i]` to `to[i]`. */
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** Behind the timestamp delta of each, and the deltas: for records that get others. */
  readonly restAt: readonly number[]
  readonly timestampDeltas: readonly number[]
  /** When what is to go by then may go (KIP-534); undefined: the batch has one, or needs none. */
  readonly deleteHorizonMs: number | undefined
}

/** Whether the records' times can be told relative to a delete horizon without loss. */
export function canSetHorizon(
  batch: RecordBatch,
  kept: Pick<KeptRecords, 'timestampDeltas'>,
  horizonMs: number,
): boolean {
  const base = batch.baseTimestamp - horizonMs
  return kept.timestampDeltas.every((delta) => Math.abs(base + delta) < DELTA_MAX && Math.abs(delta) < DELTA_MAX)
}

/** The batch with these of its records, uncompressed. There is one at least. */
export function compactedBatch(batch: RecordBatch, kept: KeptRecords): Uint8Array {
  const { deleteHorizonMs } = kept
  const shift = deleteHorizonMs === undefined ? undefined : batch.baseTimestamp - deleteHorizonMs
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + contentBytes(kept, shift))
  bytes.set(batch.bytes.subarray(0, BATCH_HEADER_BYTES))
  copyRecords(bytes, kept, shift)
  const view = new DataView(bytes.buffer)
  view.setInt32(AT.batchLength, bytes.length - LOG_OVERHEAD_BYTES)
  const horizonBit = deleteHorizonMs === undefined ? 0 : DELETE_HORIZON_BIT
  view.setInt16(AT.attributes, (batch.attributes & ~CODEC_BITS) | horizonBit)
  if (deleteHorizonMs !== undefined) view.setBigInt64(AT.baseTimestamp, BigInt(deleteHorizonMs))
  if (batch.timestampType === 'CreateTime') view.setBigInt64(AT.maxTimestamp, latestOf(batch, kept))
  view.setInt32(AT.recordCount, kept.from.length)
  view.setUint32(AT.crc, crc32c(bytes.subarray(AT.attributes)))
  return bytes
}

/** All that is left of a batch whose records are gone: what its producer wrote last must be known. */
export function emptiedBatch(batch: RecordBatch): Uint8Array {
  return encodeBatch({
    records: [],
    baseOffset: batch.baseOffset,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    lastOffsetDelta: batch.lastOffsetDelta,
    maxTimestamp: batch.maxTimestamp,
    timestampType: batch.timestampType,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
  })
}

/**
 * Holds the place of an offset whose record is gone, at the end of a segment: what ends there must be told from what was lost.
 * `latestMs`: the largest timestamp that the segment had, by which retention goes when no record is left; -1: none.
 */
export function placeholderBatch({ offset, epoch, latestMs }: Placeholder): Uint8Array {
  return encodeBatch({
    records: [],
    baseOffset: offset,
    partitionLeaderEpoch: epoch,
    lastOffsetDelta: 0,
    maxTimestamp: latestMs,
  })
}

export interface Placeholder {
  readonly offset: number
  readonly epoch: number
  readonly latestMs: number
}

function contentBytes({ from, to, restAt, timestampDeltas }: KeptRecords, shift: number | undefined): number {
  let bytes = 0
  for (let index = 0; index < from.length; index++) {
    if (shift === undefined) {
      bytes += to[index]! - from[index]!
    } else {
      const bodyBytes = 1 + zigzagBytes(zigzag(timestampDeltas[index]! + shift)) + to[index]! - restAt[index]!
      bytes += zigzagBytes(zigzag(bodyBytes)) + bodyBytes
    }
  }
  return bytes
}

function copyRecords(target: Uint8Array, kept: KeptRecords, shift: number | undefined): void {
  const { content, from, to, restAt, timestampDeltas } = kept
  let at = BATCH_HEADER_BYTES
  for (let index = 0; index < from.length; index++) {
    let start = from[index]!
    if (shift !== undefined) {
      start = restAt[index]!
      const delta = zigzag(timestampDeltas[index]! + shift)
      at = writeZigzag(target, at, zigzag(1 + zigzagBytes(delta) + to[index]! - start))
      // A record's attributes have no bits yet.
      target[at++] = 0
      at = writeZigzag(target, at, delta)
    }
    target.set(content.subarray(start, to[index]!), at)
    at += to[index]! - start
  }
}

/** Deltas beyond 2^53 are not exact, but then the batch's own maximum may be of that record, and is. */
function latestOf(batch: RecordBatch, { timestampDeltas }: KeptRecords): bigint {
  let latest = timestampDeltas[0]!
  for (const delta of timestampDeltas) if (delta > latest) latest = delta
  const timestamp = batch.baseTimestamp + latest
  const stored = new DataView(batch.bytes.buffer, batch.bytes.byteOffset).getBigInt64(AT.maxTimestamp)
  return Number.isSafeInteger(timestamp) ? BigInt(timestamp) : stored
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

function zigzagBytes(code: number): number {
  let bytes = 1
  for (let rest = code; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

function writeZigzag(target: Uint8Array, at: number, code: number): number {
  let rest = code
  while (rest >= 0x80) {
    target[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[at++] = rest
  return at
}
