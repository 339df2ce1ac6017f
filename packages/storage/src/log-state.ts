import type { Timer } from '@ottla/runtime'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { OccasionalReport } from './occasional-report.ts'
import type { ProducerTable } from './producer-table.ts'
import type { Segments } from './segments.ts'
import type { SyncQueue } from './sync-queue.ts'
import type { LogConfig, LogWorld } from './types.ts'

export interface UnfinishedCut {
  /** The largest log start offset that a crash may bring back. */
  readonly startMax: number
  /** The log began again: no producer snapshot is of what it holds. */
  readonly dropsSnapshots: boolean
}

/**
 * What is published of one log, which the parts of `PartitionLog` share. Invariants:
 * `logStartOffset <= highWatermark <= logEndOffset`, `recoveryPoint <= logEndOffset`, and everything here describes exactly
 * the batches below the log end offset.
 */
export interface LogState {
  readonly world: LogWorld
  /** Of the log directory: everything that syncs. */
  readonly syncs: SyncQueue
  /** Of the log directory: a full disk makes every append fail. */
  readonly writeFailures: OccasionalReport
  /** Of this log: writes of small files, one at a time. */
  readonly files: SyncQueue
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly directory: string
  config: LogConfig
  readonly segments: Segments
  epochs: LeaderEpochs
  /** What `leader-epoch-checkpoint` says already while the batches that begin an epoch are not published yet. */
  epochsAhead: LeaderEpochs | undefined
  producers: ProducerTable
  logStartOffset: number
  /** A log start offset that any crash leaves: by its checkpoint, or by the name of the first segment. */
  persistedStart: number
  /** Where the first segment begins that a power loss leaves; -1 while that is not known. */
  namedStart: number
  logEndOffset: number
  highWatermark: number
  recoveryPoint: number
  /** Compaction has gone through everything below this offset; at most the log end offset. */
  cleanedTo: number
  /** Counts segments that compaction has replaced: whoever looked at the old ones across a pause looks again. */
  replacements: number
  /** Files were created or renamed since the directory was last synced. */
  hasUnsyncedNames: boolean
  /** The epochs changed since their checkpoint was last synced. */
  hasUnsyncedEpochs: boolean
  bytesSinceSnapshot: number
  /** Offsets of the producer snapshots in the directory; undefined: not known, it must be listed. */
  snapshots: Set<number> | undefined
  /** Counts truncations, so that a sync that began before one does not vouch for what came after it. */
  truncations: number
  /** The end is about to fall: no sync moves the recovery point meanwhile. */
  isTruncating: boolean
  /** The end has fallen, and the disk says of what went what must be gone before anything is written in its place. */
  unfinishedCut: UnfinishedCut | undefined
  /** Files that left the log and are still to be removed. */
  readonly removals: Set<Timer>
}
