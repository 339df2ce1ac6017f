import type { RecordBatch } from '@ottla/protocol'
import { factsOf } from '../append-plan.ts'
import type { LogState } from '../log-state.ts'
import { Segment } from '../segment.ts'
import type { Pace } from './pace.ts'

/** A sync of very much at once would keep other syncs of the directory waiting. */
const SYNC_BYTES = 32 * 1024 * 1024
const POSITION_MAX = 0x7fffffff

/** Writes the segment that is to take the place of others, in files named `.cleaned`, through a buffer. */
export class CleanedSegment {
  readonly segment: Segment
  readonly #state: LogState
  readonly #pace: Pace
  readonly #buffer: Uint8Array
  #buffered = 0
  #writtenBytes = 0
  #syncedBytes = 0

  constructor(state: LogState, baseOffset: number, on: { readonly bufferBytes: number; readonly pace: Pace }) {
    const { world, directory } = state
    this.#state = state
    this.#pace = on.pace
    this.#buffer = new Uint8Array(on.bufferBytes)
    this.segment = Segment.create({
      disk: world.disk,
      directory,
      baseOffset,
      suffix: '.cleaned',
      nowMs: world.clock.now(),
    })
  }

  /** Its files are nobody's yet. */
  get isLoose(): boolean {
    return this.segment.log.path.endsWith('.cleaned')
  }

  /** The batch's bytes may change as soon as this has ended. */
  async add(batch: RecordBatch): Promise<void> {
    const { bytes } = batch
    if (this.segment.sizeBytes + bytes.length > POSITION_MAX) {
      throw new Error(`${this.segment.log.path} would become larger than a segment can be`)
    }
    if (this.#buffered + bytes.length > this.#buffer.length) await this.#flush()
    this.segment.publish(factsOf(batch), this.#state.config.indexIntervalBytes)
    if (bytes.length > this.#buffer.length) return this.#write(bytes)
    this.#buffer.set(bytes, this.#buffered)
    this.#buffered += bytes.length
  }

  /** Everything is on the disk when this has ended, but for the names. The segment reaches up to `nextOffset`. */
  async finish(nextOffset: number): Promise<void> {
    const { segment } = this
    await this.#flush()
    await segment.finish()
    await this.#state.syncs.run(() => segment.sync({ isFinished: true }))
    segment.nextOffset = nextOffset
  }

  /**
   * Takes the files away. Rejects where that cannot be done, and then nothing more of this log may be compacted: a start that finds one of
   * these names takes a later replacement for one that was not decided (`finish-replacements.ts`).
   */
  async discard(): Promise<void> {
    const { segment } = this
    segment.close()
    for (const path of segment.files()) await this.#state.world.disk.removeFile(path)
  }

  async #flush(): Promise<void> {
    const filled = this.#buffer.subarray(0, this.#buffered)
    this.#buffered = 0
    if (filled.length > 0) await this.#write(filled)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { file } = this.segment.log
    await file.write([bytes], this.#writtenBytes)
    this.#writtenBytes += bytes.length
    await this.#pace.spend(bytes.length)
    if (this.#writtenBytes - this.#syncedBytes < SYNC_BYTES) return
    this.#syncedBytes = this.#writtenBytes
    await this.#state.syncs.run(() => file.sync())
  }
}
