import { CheckpointError } from './checkpoint-file.ts'
import { finishReplacements } from './compaction/finish-replacements.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { producersAt, replayBatches } from './load-producers.ts'
import { LEADER_EPOCH_CHECKPOINT, removeSnapshots, snapshotOffsets, writeEpochs } from './log-files.ts'
import type { LogState } from './log-state.ts'
import { DELETED_SUFFIX, offsetFileName, offsetOfFileName, type SegmentSuffix } from './names.ts'
import { OccasionalReport } from './occasional-report.ts'
import { ProducerTable } from './producer-table.ts'
import { recoverSegments } from './recover-segments.ts'
import { removeBeforeStart, removeBelowStart } from './remove-below-start.ts'
import { Segment } from './segment.ts'
import { Segments } from './segments.ts'
import { SyncQueue } from './sync-queue.ts'
import type { LogConfig, LogWorld } from './types.ts'

/**
 * How far back a log must be looked at when it is opened.
 * `clean`: the last run shut down; only the last index interval is read, for the offsets.
 * `fast`: only the process died; all that it wrote is there, but for a write that was cut short.
 * `full`: the machine died, or nothing is known; whatever had not been synced may be torn, full of holes or missing.
 */
export type RecoveryMode = 'clean' | 'fast' | 'full'

export interface OpenLogOptions {
  readonly world: LogWorld
  readonly directory: string
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly config: LogConfig
  readonly recovery: RecoveryMode
  /** What lies behind the recovery point is written once more before it may pass for synced: `LastRun.mayReadUnwritten`. */
  readonly rewritesUnsynced?: boolean
  /** From the log directory's checkpoints; 0 when they say nothing. */
  readonly recoveryPoint?: number
  readonly logStartOffset?: number
  readonly highWatermark?: number
  readonly cleanedTo?: number
  /** Shared by the logs of one log directory. */
  readonly syncs?: SyncQueue
  readonly writeFailures?: OccasionalReport
}

/** Recovers what a directory holds. See `PartitionLog.open`. */
export async function openLogState(options: OpenLogOptions): Promise<LogState> {
  const { world, directory } = options
  const startedMs = world.clock.monotonic()
  await removeLeftovers(options)
  const bases = await removeBelowStart(options, segmentBases(options))
  const list = bases.map((baseOffset) => new Segment({ disk: world.disk, directory, baseOffset }))
  const epochs = readEpochs(options)
  const recovered = await recoverSegments(list, options, epochs ?? new LeaderEpochs())
  await removeBeforeStart(options, recovered.kept)
  if (recovered.kept.length === 0) recovered.kept.push(await newSegment(options))
  // Where records have no times the age of the segment counts from now: when it was begun is not known.
  recovered.kept.at(-1)!.createdMs ||= world.clock.now()
  const state = makeState(options, new Segments({ disk: world.disk, directory, list: recovered.kept }))
  // A process that was killed may not have come to sync what it created.
  state.hasUnsyncedNames = options.recovery !== 'clean'
  state.hasUnsyncedEpochs = options.recovery !== 'clean'
  await completeEpochs(state, options, epochs)
  await removeSnapshotsBehindEnd(state)
  const { table, bytesSinceSnapshot } = await producersAt(state, state.logEndOffset)
  state.producers = table
  state.bytesSinceSnapshot = bytesSinceSnapshot
  reportLostEnd(state, options)
  report(state, { mode: options.recovery, startedMs, ...recovered })
  return state
}

/** Removes what an earlier run was about to remove or had not finished. */
async function removeLeftovers(options: OpenLogOptions): Promise<void> {
  const { directory, world } = options
  const { disk } = world
  await finishReplacements(options)
  for (const name of disk.list(directory)) {
    if ([DELETED_SUFFIX, '.tmp'].some((suffix) => name.endsWith(suffix))) {
      await disk.removeFile(disk.join(directory, name))
    }
  }
  const names = new Set(disk.list(directory))
  for (const name of names) {
    for (const suffix of ['.index', '.timeindex', '.txnindex'] as const) {
      const offset = offsetOfFileName(name, suffix)
      if (offset === undefined || names.has(offsetFileName(offset, '.log'))) continue
      await disk.removeFile(disk.join(directory, name))
    }
  }
}

function segmentBases({ world: { disk }, directory }: OpenLogOptions): number[] {
  const suffix: SegmentSuffix = '.log'
  return disk
    .list(directory)
    .map((name) => offsetOfFileName(name, suffix))
    .filter((offset) => offset !== undefined)
    .sort((a, b) => a - b)
}

/**
 * The name of a log's first segment is durable before anything is written to it: later ones are missed by the gap that they leave,
 * the first one would not be.
 */
async function newSegment({ world, directory, logStartOffset = 0 }: OpenLogOptions): Promise<Segment> {
  const { disk, clock } = world
  const segment = Segment.create({ disk, directory, baseOffset: logStartOffset, nowMs: clock.now() })
  await disk.syncDirectory(directory)
  return segment
}

function makeState(options: OpenLogOptions, segments: Segments): LogState {
  const { world, topic, partition, topicId, directory, config } = options
  const logEndOffset = segments.active.nextOffset
  const firstOffset = segments.first.baseOffset
  const logStartOffset = Math.min(Math.max(options.logStartOffset ?? 0, firstOffset), logEndOffset)
  // A process that was killed may have renamed segments before the first one and not have come to sync that.
  const namedStart = options.recovery === 'clean' ? firstOffset : -1
  return {
    world,
    syncs: options.syncs ?? new SyncQueue(),
    writeFailures: options.writeFailures ?? new OccasionalReport(world.clock),
    files: new SyncQueue(),
    topic,
    partition,
    topicId,
    directory,
    config,
    segments,
    epochs: new LeaderEpochs(),
    epochsAhead: undefined,
    producers: new ProducerTable(),
    logStartOffset,
    persistedStart: Math.max(options.logStartOffset ?? 0, namedStart),
    namedStart,
    logEndOffset,
    highWatermark: Math.min(Math.max(options.highWatermark ?? 0, logStartOffset), logEndOffset),
    recoveryPoint: Math.min(Math.max(options.recoveryPoint ?? 0, firstOffset), logEndOffset),
    cleanedTo: cleanedToOf(options, logEndOffset),
    replacements: 0,
    hasUnsyncedNames: false,
    hasUnsyncedEpochs: false,
    bytesSinceSnapshot: 0,
    snapshots: undefined,
    truncations: 0,
    isTruncating: false,
    unfinishedCut: undefined,
    removals: new Set(),
  }
}

/** A checkpoint that knows of more than there is was written of another log, or of one that has lost synced bytes. */
function cleanedToOf({ cleanedTo = 0 }: OpenLogOptions, logEndOffset: number): number {
  return cleanedTo <= logEndOffset ? cleanedTo : 0
}

/**
 * Epochs from their checkpoint, completed from the batches: all of them when there is no sound checkpoint, and those since the
 * recovery point where the checkpoint may be older than the log.
 */
async function completeEpochs(
  state: LogState,
  options: OpenLogOptions,
  stored: LeaderEpochs | undefined,
): Promise<void> {
  if (stored !== undefined) state.epochs = stored
  const before = new TextDecoder().decode(state.epochs.encode())
  state.epochs.truncateFromEnd(state.logEndOffset)
  if (stored === undefined) await replayEpochs(state, state.logStartOffset)
  else if (options.recovery === 'full') {
    // What lies below the start may be of a history that is over.
    await replayEpochs(state, Math.max(state.recoveryPoint, state.logStartOffset))
  }
  state.epochs.truncateFromStart(state.logStartOffset)
  if (new TextDecoder().decode(state.epochs.encode()) !== before) await writeEpochs(state, state.epochs)
}

async function replayEpochs(state: LogState, fromOffset: number): Promise<void> {
  await replayBatches(state, { fromOffset, endOffset: state.logEndOffset }, (batch) => {
    const { partitionLeaderEpoch } = batch
    if (partitionLeaderEpoch > state.epochs.latest) state.epochs.assign(partitionLeaderEpoch, batch.baseOffset)
  })
}

function readEpochs({ world: { disk, logger }, directory }: OpenLogOptions): LeaderEpochs | undefined {
  const path = disk.join(directory, LEADER_EPOCH_CHECKPOINT)
  if (!disk.exists(path)) return undefined
  const content = disk.readFile(path)
  // What a power loss may leave of a file that had entries; in a log without records there is nothing to read again.
  if (content.length === 0) return undefined
  try {
    return LeaderEpochs.parse(content)
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    logger.warn('the leader epochs are damaged and read from the log again', { path, error })
    return undefined
  }
}

/** Durably: a snapshot that came back after the next power loss would tell of batches that others have replaced. */
async function removeSnapshotsBehindEnd(state: LogState): Promise<void> {
  const { disk } = state.world
  const behind = snapshotOffsets(disk, state.directory).filter((offset) => offset > state.logEndOffset)
  if (behind.length === 0) return
  await removeSnapshots(state, behind)
  await disk.syncDirectory(state.directory)
}

/** Synced bytes are gone without a trace: a replica elsewhere has to make up for them. */
function reportLostEnd(state: LogState, { recoveryPoint = 0 }: OpenLogOptions): void {
  const { world, topic, partition, logEndOffset } = state
  if (recoveryPoint <= logEndOffset) return
  world.logger.error('a log ends before the offset up to which it had been synced', {
    topic,
    partition,
    logEndOffset,
    recoveryPoint,
  })
}

interface Report {
  readonly mode: RecoveryMode
  readonly startedMs: number
  readonly scannedBytes: number
  readonly cutBytes: number
  readonly cutReason: string | undefined
}

function report(state: LogState, { mode, startedMs, scannedBytes, cutBytes, cutReason }: Report): void {
  const { world, topic, partition, logStartOffset, logEndOffset } = state
  const elapsedMs = Math.round(world.clock.monotonic() - startedMs)
  const fields = { topic, partition, mode, logStartOffset, logEndOffset, scannedBytes, cutBytes, elapsedMs }
  if (cutBytes > 0) world.logger.warn('a log was cut at its torn end', { ...fields, reason: cutReason })
  else if (mode !== 'clean') world.logger.info('a log was recovered', fields)
  else world.logger.debug('a log was opened', fields)
}
