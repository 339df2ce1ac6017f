export { CheckpointError } from './checkpoint-file.ts'
export { CorruptLogError } from './corrupt-log-error.ts'
export {
  type DirectoryFacts,
  LogDirectory,
  type LogDirectoryEvents,
  type LogDirectoryOptions,
} from './log-directory.ts'
export { LogDirectoryError } from './log-directory-error.ts'
export { type OffsetPosition, readOffsetIndex } from './offset-index.ts'
export type { PartitionIdentity } from './partition-directories.ts'
export { type LogEvents, PartitionLog } from './partition-log.ts'
export type { OpenLogOptions, RecoveryMode } from './recovery.ts'
export type { MetadataPosition } from './run-files.ts'
export { SyncQueue } from './sync-queue.ts'
export { readTimeIndex, type TimestampOffset } from './time-index.ts'
export type * from './types.ts'
