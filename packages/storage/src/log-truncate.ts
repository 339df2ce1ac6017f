/**
 * How a log loses its end, step by step:
 *
 * 1. What may fail without harm: the producers as of the cut are read, the indexes of the segment that is cut are brought into memory.
 * 2. The segments behind the cut go, the newest first, and the last one is cut. From now on the log in memory is the shorter one.
 * 3. What was derived from the bytes is made to fit on the disk, too, and all of it durable (`finishCut`).
 *
 * No step takes room on the disk but the epochs' checkpoint in 3. A full disk in 1 leaves the log as it was. In 3 it leaves it
 * cut, and readable; nothing is written to it before 3 was done (`LogState.unfinishedCut`). A crash anywhere leaves
 * a log that ends where it did, or at a segment in between, or at the cut: the next start removes what tells of more than that.
 */
import { producersAt } from './load-producers.ts'
import { removeSnapshots, snapshotOffsets, syncNames, writeEpochsDurably } from './log-files.ts'
import type { LogState, UnfinishedCut } from './log-state.ts'
import { isOutOfRoom } from './out-of-room.ts'
import { ProducerTable } from './producer-table.ts'
import type { Segment } from './segment.ts'

interface Ends {
  readonly logEndOffset: number
  readonly highWatermark: number
}

interface CutPlace {
  readonly segment: Segment
  readonly position: number
  readonly endOffset: number
}

/** Where a cut at `offset` will end the log: there, or where the batch begins that holds it. */
export function endAfterCut(state: LogState, offset: number): number {
  return placeOfCut(state, Math.max(offset, state.logStartOffset)).endOffset
}

/** Steps 1 and 2. A failure other than of room leaves the log unusable. */
export async function truncateLog(state: LogState, offset: number): Promise<void> {
  const before = endsOf(state)
  await state.files.idle()
  const cut = placeOfCut(state, Math.max(offset, state.logStartOffset))
  const { table, bytesSinceSnapshot } = await producersAt(state, cut.endOffset)
  await cutSegments(state, cut, false)
  lowerEnd(state, cut.endOffset)
  state.producers = table
  state.bytesSinceSnapshot = bytesSinceSnapshot
  reportCut(state, before)
}

/** As `truncateLog`: drops everything and begins a new log at an offset. */
export async function restartLog(state: LogState, offset: number): Promise<void> {
  const before = endsOf(state)
  await state.files.idle()
  const { first } = state.segments
  await cutSegments(state, { segment: first, position: 0, endOffset: first.baseOffset }, true)
  // Empty from here on, whether there is room for the new name of its segment or not.
  moveTo(state, first.baseOffset)
  state.epochs.truncateFromEnd(0)
  state.producers = new ProducerTable()
  state.bytesSinceSnapshot = 0
  state.segments.restartAt(offset, state.world.clock.now())
  moveTo(state, offset)
  reportCut(state, before)
}

/** Step 3. May be repeated. A failure other than of room leaves the log unusable. */
export async function finishCut(state: LogState, { dropsSnapshots }: UnfinishedCut): Promise<void> {
  for (const segment of state.segments.list) await segment.trimIndexes()
  const snapshots = snapshotOffsets(state.world.disk, state.directory)
  await removeSnapshots(
    state,
    snapshots.filter((snapshot) => dropsSnapshots || snapshot > state.logEndOffset),
  )
  state.snapshots = undefined
  await writeEpochsDurably(state)
  await state.segments.active.log.file.sync()
  await syncNames(state)
}

function placeOfCut({ segments }: LogState, offset: number): CutPlace {
  const found = segments.find(offset)
  if (found === undefined) return { segment: segments.active, position: segments.active.sizeBytes, endOffset: offset }
  return { segment: found.segment, position: found.position, endOffset: endBefore(found.segment, offset) }
}

/**
 * Where the batches of a segment end that lie before `offset`. Compaction leaves gaps between them: an end inside of one would be
 * another after the next start, which knows the end of the last batch only.
 */
function endBefore(segment: Segment, offset: number): number {
  let endOffset = segment.baseOffset
  segment.walk(offset === 0 ? 0 : segment.positionFor(offset - 1), (header) => {
    if (header.lastOffset >= offset) return true
    endOffset = header.lastOffset + 1
    return false
  })
  return endOffset
}

async function cutSegments(state: LogState, cut: CutPlace, dropsSnapshots: boolean): Promise<void> {
  const { segments, logStartOffset, persistedStart, unfinishedCut } = state
  const { active } = segments
  state.truncations++
  state.unfinishedCut = {
    // What a checkpoint says that failed is not known: any start that there was may be in it.
    startMax: Math.max(logStartOffset, persistedStart, unfinishedCut?.startMax ?? 0),
    dropsSnapshots: dropsSnapshots || unfinishedCut?.dropsSnapshots === true,
  }
  try {
    await segments.truncateTo(cut)
  } catch (error) {
    if (isOutOfRoom(error) && segments.active !== active) await endWithActive(state)
    throw error
  }
}

/** Some segments are gone, the cut itself found no room: the log ends with those that are left. */
async function endWithActive(state: LogState): Promise<void> {
  const { nextOffset } = state.segments.active
  const { table, bytesSinceSnapshot } = await producersAt(state, nextOffset)
  lowerEnd(state, nextOffset)
  state.producers = table
  state.bytesSinceSnapshot = bytesSinceSnapshot
}

function lowerEnd(state: LogState, endOffset: number): void {
  state.logEndOffset = endOffset
  // The batch that held the start may be gone.
  state.logStartOffset = Math.min(state.logStartOffset, endOffset)
  state.highWatermark = Math.min(state.highWatermark, endOffset)
  state.recoveryPoint = Math.min(state.recoveryPoint, endOffset)
  state.cleanedTo = Math.min(state.cleanedTo, endOffset)
  state.epochs.truncateFromEnd(endOffset)
}

/** An empty log starts and ends here. */
function moveTo(state: LogState, offset: number): void {
  state.logStartOffset = offset
  state.logEndOffset = offset
  state.recoveryPoint = offset
  state.cleanedTo = Math.min(state.cleanedTo, offset)
  state.highWatermark = offset
}

function endsOf({ logEndOffset, highWatermark }: LogState): Ends {
  return { logEndOffset, highWatermark }
}

function reportCut(state: LogState, before: Ends): void {
  const { topic, partition, logEndOffset, world } = state
  const fields = { topic, partition, from: before.logEndOffset, to: logEndOffset, highWatermark: before.highWatermark }
  if (logEndOffset < before.highWatermark) world.logger.error('a log was truncated below its high watermark', fields)
  else world.logger.info('a log was truncated', fields)
}
