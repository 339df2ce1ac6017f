import type { Random } from '@ottla/runtime'
import type { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import type { LogWorld } from './types.ts'

export interface LogDirectoryOptions {
  readonly world: LogWorld
  readonly random: Random
  readonly path: string
  readonly brokerId: number
  /** When it is known: the directory must not be another cluster's. */
  readonly clusterId?: string
  readonly events?: LogDirectoryEvents
  /** replica.high.watermark.checkpoint.interval.ms */
  readonly highWatermarkIntervalMs?: number
  /** log.flush.offset.checkpoint.interval.ms */
  readonly checkpointIntervalMs?: number
  /** log.flush.start.offset.checkpoint.interval.ms */
  readonly logStartIntervalMs?: number
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs?: number
}

export interface LogDirectoryEvents {
  /** The directory's logs serve nothing any more; the broker goes on with its other directories. */
  onOffline?(directory: LogDirectory, error: unknown): void
  /** Damage was found in an open log, which serves nothing any more; it can be closed and set aside. */
  onCorrupt?(log: PartitionLog): void
}

/** What a registration tells the controller about a directory. */
export interface DirectoryFacts {
  readonly id: string
  /** Broker epoch in the clean-shutdown marker; -1 without marker, or when it does not say. */
  readonly cleanShutdownEpoch: number
  /** Broker epoch in the run file; -1 without one. */
  readonly runEpoch: number
  /** The run file was written in the present boot of the machine. */
  readonly sameBoot: boolean
  /** See `recordMetadataOffset`; -1 and 0 when nothing was recorded. */
  readonly metadataOffset: number
  readonly metadataEpoch: number
}
