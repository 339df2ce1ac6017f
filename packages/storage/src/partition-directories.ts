import type { Disk } from '@ottla/runtime'
import { doomedKindOfName, parsePartitionDirectoryName, type TopicPartition } from './names.ts'
import { readTopicId } from './partition-metadata.ts'

export interface PartitionIdentity extends TopicPartition {
  readonly topicId: string
}

export interface FoundDirectories {
  /** Directories of partitions, by name. */
  readonly partitions: Map<string, PartitionIdentity>
  /** Paths of what was renamed to be removed. */
  readonly doomed: string[]
}

/** Looks at every entry of a log directory. A partition directory without a topic id is no partition's yet. */
export function findPartitionDirectories(disk: Disk, logDirectory: string): FoundDirectories {
  const found: FoundDirectories = { partitions: new Map(), doomed: [] }
  for (const name of disk.list(logDirectory)) {
    const path = disk.join(logDirectory, name)
    if (doomedKindOfName(name) !== undefined) {
      found.doomed.push(path)
      continue
    }
    const identity = parsePartitionDirectoryName(name)
    if (identity === undefined || disk.stat(path).kind !== 'directory') continue
    const topicId = readTopicId(disk, path)
    if (topicId !== undefined) found.partitions.set(name, { ...identity, topicId })
  }
  return found
}
