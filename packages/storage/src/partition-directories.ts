import { KafkaError } from '@ottla/protocol'
import type { Disk, Random } from '@ottla/runtime'
import type { LogCheckpoints } from './log-checkpoints.ts'
import {
  type DoomedKind,
  doomedDirectoryName,
  doomedKindOfName,
  parsePartitionDirectoryName,
  partitionDirectoryName,
  type TopicPartition,
} from './names.ts'
import { readTopicId, writeTopicId } from './partition-metadata.ts'
import { SharedTask } from './shared-task.ts'

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

export interface PartitionDirectoriesOptions {
  readonly disk: Disk
  readonly random: Random
  /** Of the log directory. */
  readonly path: string
  readonly checkpoints: LogCheckpoints
  /** Runs a task that syncs when its turn has come; rejects when the log directory is not usable. */
  readonly write: (task: () => Promise<void>) => Promise<void>
}

/** The partition directories of a log directory, as names on the disk: made, known, taken away. */
export class PartitionDirectories {
  readonly #found: Map<string, PartitionIdentity>
  readonly #options: PartitionDirectoriesOptions
  readonly #syncNames: SharedTask

  constructor(found: Map<string, PartitionIdentity>, options: PartitionDirectoriesOptions) {
    const { disk, path, write } = options
    this.#found = found
    this.#options = options
    this.#syncNames = new SharedTask(write, () => disk.syncDirectory(path))
  }

  get all(): readonly PartitionIdentity[] {
    return [...this.#found.values()]
  }

  get names(): readonly string[] {
    return [...this.#found.keys()]
  }

  pathOf(partition: TopicPartition): string {
    return this.#options.disk.join(this.#options.path, partitionDirectoryName(partition))
  }

  /** Makes the partition's directory unless it is there; returns whether it is new. See `LogDirectory.openLog`. */
  async prepare({ topic, partition, topicId }: PartitionIdentity): Promise<boolean> {
    const { disk } = this.#options
    const identity = { topic, partition, topicId }
    const directory = this.pathOf(identity)
    const isThere = disk.exists(directory)
    const known = isThere ? readTopicId(disk, directory) : undefined
    if (known !== undefined && known !== topicId) {
      throw new KafkaError('INCONSISTENT_TOPIC_ID', `${directory} belongs to topic id ${known}, not ${topicId}`)
    }
    if (!isThere) await this.#forgetPredecessor(identity)
    if (known === undefined) await this.#create(directory, topicId)
    this.#found.set(partitionDirectoryName(identity), identity)
    return !isThere
  }

  /**
   * What the checkpoints say of a partition whose directory is not there is about an earlier topic of its name. It must not
   * be in the files when a kill comes, or the new log would be taken for one that starts where the old one did.
   */
  async #forgetPredecessor(partition: TopicPartition): Promise<void> {
    const { checkpoints, write } = this.#options
    checkpoints.forget(partition)
    if (checkpoints.mention(partition)) await write(() => checkpoints.write())
  }

  /** The topic id is durable when its name is, which is when the log is opened; see `openLogState`. */
  async #create(directory: string, topicId: string): Promise<void> {
    const { disk, write } = this.#options
    await write(async () => {
      disk.makeDirectory(directory)
      await writeTopicId(disk, directory, topicId)
    })
    await this.#syncNames.run()
  }

  /** Renames the directory, durably, to be removed; returns its path from now on. */
  async takeAway(partition: TopicPartition, kind: DoomedKind): Promise<string> {
    const { disk, random, path, checkpoints, write } = this.#options
    const hex = Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')
    const doomed = disk.join(path, doomedDirectoryName(partition, hex, kind))
    checkpoints.forget(partition)
    await write(async () => {
      disk.rename(this.pathOf(partition), doomed)
      this.#found.delete(partitionDirectoryName(partition))
      await disk.syncDirectory(path)
    })
    return doomed
  }
}
