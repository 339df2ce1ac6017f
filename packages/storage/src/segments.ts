import { assert, type Disk } from '@ottla/runtime'
import { RecentBatches } from './recent-batches.ts'
import { type BatchFacts, Segment } from './segment.ts'
import { rollJitterMs } from './segment-age.ts'
import type { LogConfig } from './types.ts'

export interface BatchLocation {
  readonly segment: Segment
  readonly position: number
  readonly baseOffset: number
  readonly sizeBytes: number
}

/** Offsets and positions in a segment are int32. */
export const RELATIVE_OFFSET_MAX = 0x7fffffff
const POSITION_MAX = 0x7fffffff

/**
 * The segments of one log in offset order; the last one is active. The list is replaced, never changed in place, so that
 * whoever walks it is not disturbed.
 */
export class Segments {
  readonly #disk: Disk
  readonly #directory: string
  #list: readonly Segment[]
  readonly #recent = new RecentBatches()

  constructor(options: { disk: Disk; directory: string; list: readonly Segment[] }) {
    assert(options.list.length > 0, 'a log has at least one segment')
    this.#disk = options.disk
    this.#directory = options.directory
    this.#list = options.list
  }

  get list(): readonly Segment[] {
    return this.#list
  }

  get active(): Segment {
    return this.#list.at(-1)!
  }

  get first(): Segment {
    return this.#list[0]!
  }

  get sizeBytes(): number {
    return this.#list.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  }

  publish(batch: BatchFacts, indexIntervalBytes: number): void {
    this.#recent.add(batch, this.active.sizeBytes)
    this.active.publish(batch, indexIntervalBytes)
  }

  /** Where the first batch lies that ends at or behind `offset`; undefined behind the last one. */
  find(offset: number): BatchLocation | undefined {
    const recent = this.#recent.find(offset)
    if (recent !== undefined) return { segment: this.active, ...recent }
    for (let index = this.#indexFor(offset); index < this.#list.length; index++) {
      const segment = this.#list[index]!
      const found = segment.find(offset)
      if (found !== undefined) return { segment, ...found }
    }
    return undefined
  }

  /** Index of the segment whose range of offsets holds `offset`; the first one for anything below. */
  #indexFor(offset: number): number {
    let low = 0
    let high = this.#list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#list[middle]!.baseOffset <= offset) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  segmentFor(offset: number): Segment {
    return this.#list[this.#indexFor(offset)]!
  }

  /** Whether the active segment must be rolled before a batch is written behind `unpublishedBytes` of others. */
  mustRoll(batch: BatchFacts, options: { unpublishedBytes: number; config: LogConfig; nowMs: number }): boolean {
    const { active } = this
    const { config } = options
    if (batch.lastOffset - active.baseOffset > RELATIVE_OFFSET_MAX) return true
    const sizeBytes = active.sizeBytes + options.unpublishedBytes
    if (sizeBytes === 0) return false
    if (sizeBytes + batch.sizeBytes > Math.min(config.segmentBytes, POSITION_MAX)) return true
    if (active.offsetIndex.isFull(config.indexBytesMax) || active.timeIndex.isFull(config.indexBytesMax)) return true
    return spansTooMuchTime(active, batch, options)
  }

  /** Starts a new segment at an offset. Throws a `DiskError` when its file cannot be made; then nothing has changed. */
  roll(baseOffset: number, nowMs: number): Segment {
    const { active } = this
    const next = Segment.create({ disk: this.#disk, directory: this.#directory, baseOffset, nowMs })
    this.#recent.clear()
    // A segment that got no batch has nothing to finish; one with the same base offset is replaced.
    this.#list = active.baseOffset === baseOffset ? [...this.#list.slice(0, -1), next] : [...this.#list, next]
    return next
  }

  /**
   * Removes the segments behind one, then cuts that one. From the newest to the oldest: a crash or a failure in between leaves a log
   * without a hole, which ends with the active segment.
   */
  async truncateTo(cut: { readonly segment: Segment; readonly position: number; readonly endOffset: number }) {
    const { segment, position, endOffset } = cut
    await segment.prepareCut()
    while (this.active !== segment) {
      const doomed = this.active
      this.#recent.clear()
      this.#list = this.#list.slice(0, -1)
      await doomed.remove()
    }
    await segment.prepareCut()
    this.#recent.clear()
    segment.cut(position, endOffset)
  }

  /** Takes the segments out of the list that end at or below `offset`, the active one excepted. */
  takeBelow(offset: number): readonly Segment[] {
    const kept = this.#list.findIndex((_, index) => (this.#list[index + 1]?.baseOffset ?? Infinity) > offset)
    const taken = this.#list.slice(0, kept)
    if (kept > 0) this.#list = this.#list.slice(kept)
    return taken
  }

  /** Whether these segments are in the log, one behind the other, and none of them is active. */
  holds(segments: readonly Segment[]): boolean {
    const from = this.#list.indexOf(segments[0]!)
    const isHere = from >= 0 && segments.every((segment, index) => this.#list[from + index] === segment)
    return isHere && segments.at(-1) !== this.active
  }

  /** One segment takes the place of several, which `holds` must hold for. */
  replace(replaced: readonly Segment[], by: Segment): void {
    assert(this.holds(replaced), 'what is replaced is in the log and not active')
    const from = this.#list.indexOf(replaced[0]!)
    this.#list = [...this.#list.slice(0, from), by, ...this.#list.slice(from + replaced.length)]
  }

  /** The only segment is empty: the log begins again with it, at an offset. */
  restartAt(offset: number, nowMs: number): void {
    const { first } = this
    assert(first === this.active, 'a log that begins again has one segment')
    this.#recent.clear()
    if (first.baseOffset === offset) first.createdMs = nowMs
    else this.#list = [first.moveTo(offset, nowMs)]
  }

  close(): void {
    for (const segment of this.#list) segment.close()
  }
}

/** Kafka compares timestamps of records where there are any, so that the replay of old data rolls by its own time. */
function spansTooMuchTime(
  active: Segment,
  batch: BatchFacts,
  { config, nowMs }: { config: LogConfig; nowMs: number },
): boolean {
  const firstMs = active.firstTimestampMs
  const spanMs = firstMs >= 0 && batch.maxTimestampMs >= 0 ? batch.maxTimestampMs - firstMs : nowMs - active.createdMs
  return spanMs > config.segmentMs - rollJitterMs(active.log.path, config)
}
