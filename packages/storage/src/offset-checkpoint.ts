import type { Disk, Logger } from '@ottla/runtime'
import { CheckpointError, formatCheckpoint, integerField, parseCheckpoint } from './checkpoint-file.ts'
import type { TopicPartition } from './names.ts'

/** One of a log directory's checkpoint files: an offset per partition, in lines `<topic> <partition> <offset>`. */
export class OffsetCheckpoint {
  readonly path: string
  readonly #disk: Disk
  readonly #offsets = new Map<string, number>()
  /** What the file says; undefined when that is not known. */
  #written: string | undefined
  /** The partitions that the file names, or may name. */
  #names: Set<string> = new Set()

  /** Reads the file. A damaged one is as good as none: all that depends on it takes longer then. */
  constructor(disk: Disk, path: string, logger: Logger) {
    this.#disk = disk
    this.path = path
    this.#written = ''
    if (!disk.exists(path)) return
    this.#written = undefined
    try {
      for (const [topic, partition, offset] of parseCheckpoint(disk.readFile(path))) {
        this.#offsets.set(`${topic} ${integerField(partition)}`, integerField(offset))
      }
      this.#written = this.#content()
      this.#names = new Set(this.#offsets.keys())
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error
      this.#offsets.clear()
      logger.warn('a checkpoint file is damaged and left out', { path, error })
    }
  }

  get({ topic, partition }: TopicPartition): number | undefined {
    return this.#offsets.get(`${topic} ${partition}`)
  }

  set({ topic, partition }: TopicPartition, offset: number): void {
    this.#offsets.set(`${topic} ${partition}`, offset)
  }

  delete({ topic, partition }: TopicPartition): void {
    this.#offsets.delete(`${topic} ${partition}`)
  }

  /** Whether the file, as it is on the disk, names the partition. */
  mentions({ topic, partition }: TopicPartition): boolean {
    return this.#names.has(`${topic} ${partition}`)
  }

  /** Writes the file, durably, unless it would say what was written last. */
  async write(): Promise<void> {
    const content = this.#content()
    if (content === this.#written) return
    const entries = content === '' ? [] : content.split('\n')
    const names = new Set(this.#offsets.keys())
    // Should this fail the file may say either.
    this.#written = undefined
    this.#names = new Set([...this.#names, ...names])
    await this.#disk.writeFileAtomic(this.path, formatCheckpoint(entries))
    this.#written = content
    this.#names = names
  }

  #content(): string {
    return Array.from(this.#offsets, ([key, offset]) => `${key} ${offset}`).join('\n')
  }
}
