import type { Disk, Logger } from '@ottla/runtime'
import type { TopicPartition } from './names.ts'
import { OffsetCheckpoint } from './offset-checkpoint.ts'
import type { PartitionLog } from './partition-log.ts'

/** The checkpoint files of a log directory. What they say of partitions that are not open stays as it was read. */
export class LogCheckpoints {
  readonly recoveryPoints: OffsetCheckpoint
  readonly highWatermarks: OffsetCheckpoint
  readonly logStarts: OffsetCheckpoint
  /** First offsets that compaction has not gone through. */
  readonly cleaned: OffsetCheckpoint

  constructor(disk: Disk, directory: string, logger: Logger) {
    const checkpoint = (name: string) => new OffsetCheckpoint(disk, disk.join(directory, name), logger)
    this.recoveryPoints = checkpoint('recovery-point-offset-checkpoint')
    this.highWatermarks = checkpoint('replication-offset-checkpoint')
    this.logStarts = checkpoint('log-start-offset-checkpoint')
    this.cleaned = checkpoint('cleaner-offset-checkpoint')
  }

  /** Where a log was when the files were written. */
  of(partition: TopicPartition): {
    recoveryPoint: number
    highWatermark: number
    logStartOffset: number
    cleanedTo: number
  } {
    return {
      recoveryPoint: this.recoveryPoints.get(partition) ?? 0,
      highWatermark: this.highWatermarks.get(partition) ?? 0,
      logStartOffset: this.logStarts.get(partition) ?? 0,
      cleanedTo: this.cleaned.get(partition) ?? 0,
    }
  }

  /** Takes over where the logs are now. */
  note(logs: Iterable<PartitionLog>): void {
    for (const log of logs) {
      this.recoveryPoints.set(log, log.recoveryPoint)
      this.highWatermarks.set(log, log.highWatermark)
      // Kafka leaves out starts that the first segment's name says already. What a power loss may bring back says nothing.
      if (log.logStartOffset > Math.max(0, log.namedStartOffset)) this.logStarts.set(log, log.logStartOffset)
      else this.logStarts.delete(log)
      if (log.cleanedTo > 0) this.cleaned.set(log, log.cleanedTo)
      else this.cleaned.delete(log)
    }
  }

  forget(partition: TopicPartition): void {
    for (const checkpoint of this.#all) checkpoint.delete(partition)
  }

  /** Whether a file names the partition: what it says would be believed after a kill. */
  mention(partition: TopicPartition): boolean {
    return this.#all.some((checkpoint) => checkpoint.mentions(partition))
  }

  /**
   * Makes durable that a log, as it was just opened, ends before what had been compacted: what comes in its place has not been.
   * `write` runs a task in its turn.
   */
  async lowerCleaned(log: PartitionLog, write: (task: () => Promise<void>) => Promise<void>): Promise<void> {
    const before = this.cleaned.get(log) ?? 0
    if (log.cleanedTo >= before) return
    this.cleaned.set(log, log.cleanedTo)
    try {
      await write(() => this.cleaned.write())
    } catch (error) {
      this.cleaned.set(log, before)
      throw error
    }
  }

  /** Writes what may not say too much before an end falls. */
  async writeLowered(): Promise<void> {
    await this.cleaned.write()
    await this.recoveryPoints.write()
  }

  async write(): Promise<void> {
    for (const checkpoint of this.#all) await checkpoint.write()
  }

  get #all(): readonly OffsetCheckpoint[] {
    return [this.recoveryPoints, this.highWatermarks, this.logStarts, this.cleaned]
  }
}
