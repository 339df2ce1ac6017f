import type { PartitionLog } from './partition-log.ts'

/** What a log tells whoever opened it. */
export interface LogEvents {
  /** Something was published or created that has not been synced; again only after a sync. */
  onDirty?(log: PartitionLog): void
  /** The log is about to be truncated below its recovery point, or below what was compacted; awaited before anything is cut. */
  onRecoveryPointLowered?(log: PartitionLog): Promise<void>
  /** `cleanedTo` has moved: awaited until it is durable. */
  onCleaned?(log: PartitionLog): Promise<void>
  /** The log start offset has moved: `noteStartPersisted` is to be called once it is durable, before the promise resolves. */
  onStartMoved?(log: PartitionLog): Promise<void>
  /** What the disk holds is not known any more: the log serves nothing until the broker is started again. */
  onOffline?(log: PartitionLog, error: unknown): void
  /** As `onOffline`, because its own bytes are damaged: nothing is wrong with the directory. */
  onCorrupt?(log: PartitionLog, error: unknown): void
}
