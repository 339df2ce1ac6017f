import type { PartitionLogSurface } from '@ottla/broker/internal'
import { RecordBatch } from '@ottla/protocol'
import { batchesOnDisk } from './disk-damage.ts'
import type { LoggedRecord, OffsetRange } from './history.ts'
import type { SimNode } from './world/sim-cluster.ts'

export interface ReplicaContent {
  readonly records: readonly LoggedRecord[]
  /** Batches whose checksum is not that of their bytes. */
  readonly damaged: readonly OffsetRange[]
}

/** Every record of a log from its start to its end, from the bytes in the files of its node. */
export function readReplica(node: SimNode, { directory, logStartOffset }: PartitionLogSurface): ReplicaContent {
  const records: LoggedRecord[] = []
  const damaged: OffsetRange[] = []
  for (const { from, to, bytes } of batchesOnDisk(node, directory)) {
    if (to < logStartOffset) continue
    const batch = new RecordBatch(bytes)
    if (batch.isCrcValid()) records.push(...recordsIn(batch, logStartOffset))
    else damaged.push({ from, to })
  }
  return { records, damaged }
}

function* recordsIn(batch: RecordBatch, logStartOffset: number): Generator<LoggedRecord> {
  const { partitionLeaderEpoch: leaderEpoch, producerId, producerEpoch, baseSequence, baseOffset } = batch
  for (const { offset, ...its } of batch.records()) {
    if (offset < logStartOffset) continue
    const [key, value] = [textOf(its.key), textOf(its.value)]
    yield { offset, key, value, leaderEpoch, producerId, producerEpoch, sequence: baseSequence + offset - baseOffset }
  }
}

/** One character for each byte: of coordinators not everything is text. */
function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The bytes of a key or value. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
