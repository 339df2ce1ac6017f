import { decodeMessage, encodeMessage, ProducerSnapshot, ProtocolError, sequenceAfter } from '@ottla/protocol'
import { crc32c } from '@ottla/runtime'
import { PRODUCER_BATCHES_KEPT, type ProducerBatch, type ProducerEntry } from './producer-state.ts'

const VERSION = 1
const VERSION_BYTES = 2
const CRC_AT = 2
const CONTENT_AT = 6
const SEQUENCE_MAX = 2 ** 31 - 1

export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

/**
 * A `.snapshot` file in Apache Kafka's format: version, CRC-32C of what follows it, and entries of one batch each. Apache Kafka writes one per
 * producer, its last batch, and forgets the others that were in flight: a batch that is repeated after a restart is then refused as out of order, and
 * its producer writes it again under another epoch. So the batches before the last one are written too, each as an entry of its own in
 * front of it. Apache Kafka reads such a file as it reads its own: of several entries of a producer the last one counts.
 */
export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>): Uint8Array {
  const producerEntries = Array.from(entries, wireEntries).flat()
  const message = encodeMessage(ProducerSnapshot, VERSION, { crc: 0, producerEntries })
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
    return joined(decodeMessage(ProducerSnapshot, VERSION, bytes, VERSION_BYTES).producerEntries)
  } catch (error) {
    if (error instanceof ProtocolError) throw new SnapshotError(error.message)
    throw error
  }
}

type WireEntry = ProducerSnapshot['producerEntries'][number]

/** Oldest batch first. What is not about a batch stands in the last entry only. */
function wireEntries(entry: ProducerEntry): WireEntry[] {
  const { producerId, producerEpoch: epoch, batches } = entry
  const last = batches.at(-1)
  const older = batches.slice(0, -1).map(({ lastSequence, lastOffset, offsetDelta, timestampMs: timestamp }) => {
    const about = { producerId, epoch, coordinatorEpoch: -1, currentTxnFirstOffset: -1 }
    return { ...about, lastSequence, lastOffset, offsetDelta, timestamp }
  })
  return [
    ...older,
    {
      producerId,
      epoch,
      lastSequence: last?.lastSequence ?? -1,
      lastOffset: last?.lastOffset ?? -1,
      offsetDelta: last?.offsetDelta ?? 0,
      timestamp: entry.lastTimestampMs,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnFirstOffset: entry.currentTxnFirstOffset,
    },
  ]
}

function joined(wire: readonly WireEntry[]): ProducerEntry[] {
  const entries = new Map<number, ProducerEntry>()
  for (const entry of wire.map(entryOf)) {
    const before = entries.get(entry.producerId)
    const older = before?.producerEpoch === entry.producerEpoch ? before.batches : []
    entries.set(entry.producerId, { ...entry, batches: [...older, ...entry.batches].slice(-PRODUCER_BATCHES_KEPT) })
  }
  return [...entries.values()]
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
