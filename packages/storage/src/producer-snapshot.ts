import { decodeMessage, encodeMessage, ProducerSnapshot, ProtocolError, sequenceAfter } from '@ottla/protocol'
import { crc32c } from '@ottla/runtime'
import type { ProducerBatch, ProducerEntry } from './producer-state.ts'

const VERSION = 1
const VERSION_BYTES = 2
const CRC_AT = 2
const CONTENT_AT = 6
const SEQUENCE_MAX = 2 ** 31 - 1

export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

/**
 * A `.snapshot` file in Apache Kafka's format: version, CRC-32C of what follows it, and of every producer its last batch.
 */
export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>): Uint8Array {
  const message = encodeMessage(ProducerSnapshot, VERSION, { crc: 0, producerEntries: Array.from(entries, wireEntry) })
  const bytes = new Uint8Array(VERSION_BYTES + message.length)
  bytes.set(message, VERSION_BYTES)
  const view = new DataView(bytes.buffer)
  view.setInt16(0, VERSION)
  view.setUint32(CRC_AT, crc32c(bytes.subarray(CONTENT_AT)))
  return bytes
}

/** Throws a `SnapshotError` for bytes that are not a whole snapshot. */
export function decodeProducerSnapshot(bytes: Uint8Array): ProducerEntry[] {
  if (bytes.length < CONTENT_AT) throw new SnapshotError(`${bytes.length} bytes are too few for a snapshot`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getInt16(0) !== VERSION) throw new SnapshotError(`version ${view.getInt16(0)} is not ${VERSION}`)
  if (crc32c(bytes.subarray(CONTENT_AT)) !== view.getUint32(CRC_AT)) throw new SnapshotError('the checksum is wrong')
  try {
    return decodeMessage(ProducerSnapshot, VERSION, bytes, VERSION_BYTES).producerEntries.map(entryOf)
  } catch (error) {
    if (error instanceof ProtocolError) throw new SnapshotError(error.message)
    throw error
  }
}

type WireEntry = ProducerSnapshot['producerEntries'][number]

function wireEntry(entry: ProducerEntry): WireEntry {
  const last = entry.batches.at(-1)
  return {
    producerId: entry.producerId,
    epoch: entry.producerEpoch,
    lastSequence: last?.lastSequence ?? -1,
    lastOffset: last?.lastOffset ?? -1,
    offsetDelta: last?.offsetDelta ?? 0,
    timestamp: entry.lastTimestampMs,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnFirstOffset: entry.currentTxnFirstOffset,
  }
}

function entryOf(wire: WireEntry): ProducerEntry {
  return {
    producerId: wire.producerId,
    producerEpoch: wire.epoch,
    batches: wire.lastSequence < 0 ? [] : [batchOf(wire)],
    lastTimestampMs: wire.timestamp,
    coordinatorEpoch: wire.coordinatorEpoch,
    currentTxnFirstOffset: wire.currentTxnFirstOffset,
  }
}

function batchOf({ lastSequence, lastOffset, offsetDelta, timestamp }: WireEntry): ProducerBatch {
  const isWrapped = lastSequence < offsetDelta
  const firstSequence = isWrapped
    ? sequenceAfter(lastSequence, SEQUENCE_MAX - offsetDelta + 1)
    : lastSequence - offsetDelta
  return { firstSequence, lastSequence, lastOffset, offsetDelta, timestampMs: timestamp }
}
