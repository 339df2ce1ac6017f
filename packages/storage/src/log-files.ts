import type { Disk } from '@ottla/runtime'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { LogState } from './log-state.ts'
import { offsetFileName, offsetOfFileName } from './names.ts'
import { encodeProducerSnapshot } from './producer-snapshot.ts'

export const LEADER_EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'

/** Snapshots that are kept although no segment begins at their offset. */
const EXTRA_SNAPSHOTS_KEPT = 2

/** Writes `leader-epoch-checkpoint`. It is synced later, before the recovery point passes what it describes. */
export function writeEpochs(state: LogState, epochs: LeaderEpochs): Promise<void> {
  const { disk } = state.world
  const content = epochs.encode()
  state.epochsAhead = epochs === state.epochs ? undefined : epochs
  state.hasUnsyncedEpochs = true
  return state.files.run(() => disk.replaceFile(disk.join(state.directory, LEADER_EPOCH_CHECKPOINT), content))
}

/** The epochs change once their checkpoint has; they stay as they are when it cannot be written. */
export async function changeEpochs(state: LogState, epochs: LeaderEpochs): Promise<void> {
  try {
    await writeEpochs(state, epochs)
    state.epochs = epochs
    // The start may have moved meanwhile.
    epochs.truncateFromStart(state.logStartOffset)
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
  const { logEndOffset, writeFailures } = state
  const path = disk.join(state.directory, offsetFileName(logEndOffset, '.snapshot'))
  const content = encodeProducerSnapshot(state.producers.entries())
  state.bytesSinceSnapshot = 0
  return state.files.run(async () => {
    try {
      await disk.replaceFile(path, content)
      state.snapshots?.add(logEndOffset)
      await removeOldSnapshots(state)
    } catch (error) {
      const message = 'cannot write a producer snapshot'
      writeFailures.offer((heldBack) => logger.warn(message, { path, heldBack, error }), message)
    }
  })
}

/** Makes the names in the log's directory durable. */
export async function syncNames(state: LogState): Promise<void> {
  const { baseOffset } = state.segments.first
  state.hasUnsyncedNames = false
  await state.world.disk.syncDirectory(state.directory)
  state.namedStart = baseOffset
}

export function snapshotOffsets(disk: Disk, directory: string): number[] {
  return disk
    .list(directory)
    .map((name) => offsetOfFileName(name, '.snapshot'))
    .filter((offset) => offset !== undefined)
    .sort((a, b) => a - b)
}

/**
 * Keeps the newest snapshots and those at which a segment begins: where a truncation may have to go back to. The directory is listed
 * once, not with every roll: a log may have many thousand files.
 */
export async function removeOldSnapshots(state: LogState): Promise<void> {
  state.snapshots ??= new Set(snapshotOffsets(state.world.disk, state.directory))
  const { snapshots } = state
  const bases = new Set(state.segments.list.map((segment) => segment.baseOffset))
  const extra = [...snapshots].filter((offset) => !bases.has(offset)).sort((a, b) => a - b)
  const old = extra.slice(0, -EXTRA_SNAPSHOTS_KEPT)
  await removeSnapshots(state, old)
  for (const offset of old) snapshots.delete(offset)
}

export async function removeSnapshots(
  state: { readonly world: { readonly disk: Disk }; readonly directory: string },
  offsets: readonly number[],
): Promise<void> {
  const { disk } = state.world
  for (const offset of offsets) await disk.removeFile(disk.join(state.directory, offsetFileName(offset, '.snapshot')))
}
