import type { RecordBatch } from '@ottla/protocol'
import type { Disk } from '@ottla/runtime'
import { CorruptLogError } from './corrupt-log-error.ts'
import { snapshotOffsets } from './log-files.ts'
import type { LogState } from './log-state.ts'
import { offsetFileName } from './names.ts'
import { producerAfter } from './producer-replay.ts'
import { decodeProducerSnapshot, SnapshotError } from './producer-snapshot.ts'
import type { ProducerEntry } from './producer-state.ts'
import { ProducerTable } from './producer-table.ts'
import { scanBatches } from './scan.ts'

export interface LoadedProducers {
  readonly table: ProducerTable
  readonly bytesSinceSnapshot: number
}

/** The producers as of an offset at which a batch begins or the log ends: from the newest sound snapshot and the batches behind it. */
export async function producersAt(state: LogState, endOffset: number): Promise<LoadedProducers> {
  const snapshot = newestSnapshot({ ...state, logEndOffset: endOffset })
  const table = new ProducerTable(snapshot?.entries)
  // What lies below the log start offset counts too, while it is there: a producer's last batch may be among it.
  const range = { fromOffset: snapshot?.offset ?? 0, endOffset }
  const bytesSinceSnapshot = await replayBatches(state, range, (batch) => {
    const entry = producerAfter(batch, (producerId) => table.get(producerId))
    if (entry !== undefined) table.put(entry, batch.lastOffset)
  })
  return { table, bytesSinceSnapshot }
}

/** Passes the headers of all batches that end at or behind one offset and begin before the other to `visit`; returns their bytes. */
export async function replayBatches(
  state: LogState,
  { fromOffset, endOffset }: { readonly fromOffset: number; readonly endOffset: number },
  visit: (batch: RecordBatch) => void,
): Promise<number> {
  let bytes = 0
  for (const segment of state.segments.list) {
    const from = segment.find(fromOffset)?.position
    if (from === undefined || segment.baseOffset >= endOffset) continue
    const to = segment.find(endOffset)?.position ?? segment.sizeBytes
    const { end, fault } = await scanBatches(segment.log.file, { from, to, checksCrc: () => false }, (batch) => {
      visit(batch)
      return undefined
    })
    if (fault !== undefined) throw new CorruptLogError(segment.log.path, end, fault)
    bytes += to - from
  }
  return bytes
}

interface Snapshot {
  readonly offset: number
  readonly entries: readonly ProducerEntry[]
}

/** The newest sound snapshot of what lies below the log end offset. */
export function newestSnapshot({
  world,
  directory,
  logEndOffset,
}: Pick<LogState, 'world' | 'directory' | 'logEndOffset'>): Snapshot | undefined {
  const offsets = snapshotOffsets(world.disk, directory).filter((offset) => offset <= logEndOffset)
  for (const offset of offsets.reverse()) {
    const path = world.disk.join(directory, offsetFileName(offset, '.snapshot'))
    const entries = readSnapshot(world.disk, path)
    if (entries !== undefined) return { offset, entries }
    world.logger.warn('a producer snapshot is damaged and left out', { path })
  }
  return undefined
}

function readSnapshot(disk: Disk, path: string): ProducerEntry[] | undefined {
  try {
    return decodeProducerSnapshot(disk.readFile(path))
  } catch (error) {
    if (error instanceof SnapshotError) return undefined
    throw error
  }
}
