import { loadProducers } from './load-producers.ts'
import { removeSnapshots, snapshotOffsets, syncNames, writeEpochsDurably } from './log-files.ts'
import type { LogState } from './log-state.ts'
import { ProducerTable } from './producer-table.ts'

/** Where a cut at `offset` will end the log: there, or where the batch begins that holds it. */
export function endAfterCut(state: LogState, offset: number): number {
  const location = state.segments.find(Math.max(offset, state.logStartOffset))
  return Math.min(offset, location?.baseOffset ?? offset)
}

/**
 * Cuts the log: bytes first, then what was derived from them. Everything is durable before the promise resolves, so that no
 * crash brings back a snapshot or an epoch of records that were replaced by others. Any failure leaves the log unusable.
 */
export async function truncateLog(state: LogState, offset: number): Promise<void> {
  const { logEndOffset, highWatermark } = state
  await state.files.idle()
  state.truncations++
  state.snapshots = undefined
  const endOffset = await state.segments.truncateTo(Math.max(offset, state.logStartOffset))
  lowerEnd(state, endOffset)
  reportCut(state, { logEndOffset, highWatermark })
  const snapshots = snapshotOffsets(state.world.disk, state.directory)
  await removeSnapshots(
    state,
    snapshots.filter((snapshot) => snapshot > endOffset),
  )
  state.producers = await loadProducers(state)
  await syncAfterCut(state)
}

/** Drops everything and begins a new log at an offset. */
export async function restartLog(state: LogState, offset: number): Promise<void> {
  const { logEndOffset, highWatermark } = state
  await state.files.idle()
  state.truncations++
  state.snapshots = undefined
  await state.segments.restartAt(offset, state.world.clock.now())
  state.logStartOffset = offset
  state.logEndOffset = offset
  state.recoveryPoint = offset
  state.highWatermark = offset
  reportCut(state, { logEndOffset, highWatermark })
  state.epochs.truncateFromEnd(0)
  await removeSnapshots(state, snapshotOffsets(state.world.disk, state.directory))
  state.producers = new ProducerTable()
  state.bytesSinceSnapshot = 0
  await syncAfterCut(state)
}

function lowerEnd(state: LogState, endOffset: number): void {
  state.logEndOffset = endOffset
  // The batch that held the start may be gone.
  state.logStartOffset = Math.min(state.logStartOffset, endOffset)
  state.highWatermark = Math.min(state.highWatermark, endOffset)
  state.recoveryPoint = Math.min(state.recoveryPoint, endOffset)
  state.epochs.truncateFromEnd(endOffset)
}

async function syncAfterCut(state: LogState): Promise<void> {
  await writeEpochsDurably(state)
  await state.segments.active.log.file.sync()
  await syncNames(state)
}

function reportCut(state: LogState, before: { logEndOffset: number; highWatermark: number }): void {
  const { topic, partition, logEndOffset, world } = state
  const fields = { topic, partition, from: before.logEndOffset, to: logEndOffset, highWatermark: before.highWatermark }
  if (logEndOffset < before.highWatermark) world.logger.error('a log was truncated below its high watermark', fields)
  else world.logger.info('a log was truncated', fields)
}
