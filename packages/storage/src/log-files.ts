import type { Disk } from '@ottla/runtime'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { LogState } from './log-state.ts'
import { offsetFileName, offsetOfFileName } from './names.ts'
import { encodeProducerSnapshot } from './producer-snapshot.ts'

export const LEADER_EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'

/** Snapshots that are kept although no segment begins at their offset. */
const EXTRA_SNAPSHOTS_KEPT = 2

/**
 * Replaces a file so that a killed process leaves the old or the new content. It is not synced: after a power loss the file may be
 * torn, which its reader must notice.
 */
export async function replaceFile(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const file = disk.open(temporary, 'write')
  try {
    file.truncate(0)
    await file.write([content], 0)
  } finally {
    file.close()
  }
  disk.rename(temporary, path)
}

/** Writes `leader-epoch-checkpoint`. It is synced later, before the recovery point passes what it describes. */
export function writeEpochs(state: LogState, epochs: LeaderEpochs): Promise<void> {
  const { disk } = state.world
  const content = epochs.encode()
  state.epochsAhead = epochs === state.epochs ? undefined : epochs
  state.hasUnsyncedEpochs = true
  return state.files.run(() => replaceFile(disk, disk.join(state.directory, LEADER_EPOCH_CHECKPOINT), content))
}

/** The epochs change once their checkpoint has; they stay as they are when it cannot be written. */
export async function changeEpochs(state: LogState, epochs: LeaderEpochs): Promise<void> {
  try {
    await writeEpochs(state, epochs)
    state.epochs = epochs
  } finally {
    state.epochsAhead = undefined
  }
}

/** Writes the epochs as they are, or as they are about to be, and durably when the promise resolves. */
export function writeEpochsDurably(state: LogState): Promise<void> {
  const { disk } = state.world
  return state.files.run(async () => {
    state.hasUnsyncedEpochs = false
    try {
      const content = (state.epochsAhead ?? state.epochs).encode()
      await disk.writeFileAtomic(disk.join(state.directory, LEADER_EPOCH_CHECKPOINT), content)
    } catch (error) {
      state.hasUnsyncedEpochs = true
      throw error
    }
  })
}

/**
 * Writes the producers' state as of the log end offset. A snapshot only saves work: its checksum tells a torn one, and without it
 * the batches since an older one are read. So it is not synced, and a failure is a warning.
 */
export function writeSnapshot(state: LogState): Promise<void> {
  const { disk, logger } = state.world
  const path = disk.join(state.directory, offsetFileName(state.logEndOffset, '.snapshot'))
  const content = encodeProducerSnapshot(state.producers.entries())
  state.bytesSinceSnapshot = 0
  return state.files.run(async () => {
    try {
      await replaceFile(disk, path, content)
      await removeOldSnapshots(state)
    } catch (error) {
      logger.warn('cannot write a producer snapshot', { path, error })
    }
  })
}

export function snapshotOffsets(disk: Disk, directory: string): number[] {
  return disk
    .list(directory)
    .map((name) => offsetOfFileName(name, '.snapshot'))
    .filter((offset) => offset !== undefined)
    .sort((a, b) => a - b)
}

/** Keeps the newest snapshots and those at which a segment begins: where a truncation may have to go back to. */
async function removeOldSnapshots(state: LogState): Promise<void> {
  const bases = new Set(state.segments.list.map((segment) => segment.baseOffset))
  const extra = snapshotOffsets(state.world.disk, state.directory).filter((offset) => !bases.has(offset))
  await removeSnapshots(state, extra.slice(0, -EXTRA_SNAPSHOTS_KEPT))
}

export async function removeSnapshots(
  state: { readonly world: { readonly disk: Disk }; readonly directory: string },
  offsets: readonly number[],
): Promise<void> {
  const { disk } = state.world
  for (const offset of offsets) await disk.removeFile(disk.join(state.directory, offsetFileName(offset, '.snapshot')))
}
