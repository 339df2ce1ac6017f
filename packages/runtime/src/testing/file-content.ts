import { assert } from '../assert.ts'
import type { Random } from '../random.ts'

/** Unit of storage: large files grow page by page, nothing is copied twice. */
const PAGE_BYTES = 64 * 1024
/** What a disk writes as a whole; smaller than a page of the cache, so that holes are found at every size. */
const SECTOR_BYTES = 512
/** Ranges kept apart; beyond it they are merged into one, which costs precision and nothing else. */
const DIRTY_RANGES_MAX = 256

/** The state of a file at some moment, as far as it differs from the present one: the past of its pages. */
interface Past {
  readonly size: number
  /** The smallest size since then. */
  lowestSize: number
  /** Pages of which a byte below `size` has changed since then, as they were; undefined is a page of zeros. */
  readonly pages: Map<number, Uint8Array | undefined>
  /** What was written or cut since then. */
  readonly changed: { start: number; end: number }[]
}

/** A sync that has begun and not ended: it covers what was written before it began. */
export interface SyncInFlight {
  complete(): void
  fail(): void
  /** Nobody waits for it any more, and it never says whether it was done. */
  abandon(): void
}

/**
 * The bytes of a file, and which of them have reached the disk: the present content is what a process sees, the past of the
 * last completed sync is what a power cut leaves for certain.
 */
export class FileContent {
  size = 0
  modifiedMs = 0
  readonly #pages: (Uint8Array | undefined)[] = []
  /** The last completed sync, then the syncs in flight in order of their beginning. */
  #pasts: Past[] = [pastOfSize(0)]
  /** After a failed sync the kernel takes the pages for clean: later syncs succeed, and write nothing of them until they are written again. */
  #dropped: { readonly start: number; readonly end: number }[] = []

  write(bytes: Uint8Array, position: number): void {
    // As with write(2), nothing is nothing: it does not even move the end.
    if (bytes.byteLength === 0) return
    const end = position + bytes.byteLength
    this.#preserve(Math.min(position, this.size), end)
    this.#put(bytes, position)
    this.#dropped = this.#dropped.flatMap((range) => without(range, position, end))
    this.size = Math.max(this.size, end)
  }

  /** Cuts the file, or grows it with zeros. */
  truncate(length: number): void {
    this.#preserve(Math.min(length, this.size), Math.max(length, this.size))
    for (const past of this.#pasts) past.lowestSize = Math.min(past.lowestSize, length)
    this.#dropped = this.#dropped.flatMap((range) => without(range, length, Number.POSITIVE_INFINITY))
    this.#resize(length)
  }

  /** Fills `target` as far as the file goes; returns the bytes read. */
  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.byteLength, this.size - position))
    copyPages((index) => this.#pages[index], target.subarray(0, count), position)
    return count
  }

  get isSynced(): boolean {
    const [durable] = this.#pasts
    return durable!.changed.length === 0 && durable!.size === this.size
  }

  beginSync(): SyncInFlight {
    const begun = pastOfSize(this.size)
    this.#pasts.push(begun)
    const isWhole = this.#dropped.length === 0
    return {
      complete: () => {
        const index = this.#pasts.indexOf(begun)
        if (index < 0) return
        if (isWhole && this.#dropped.length === 0) this.#pasts.splice(0, index)
        else this.#pasts.splice(index, 1)
      },
      fail: () => {
        this.#forget(begun)
        const changed = this.#pasts[0]!.changed.map((range) => ({ ...range }))
        this.#dropped = changed.flatMap((range) => without(range, this.size, Number.POSITIVE_INFINITY))
      },
      abandon: () => this.#forget(begun),
    }
  }

  #forget(begun: Past): void {
    const index = this.#pasts.indexOf(begun)
    if (index >= 0) this.#pasts.splice(index, 1)
  }

  /** The disk has lost a bit, and knows nothing of it. */
  flipBit(position: number, bit: number): void {
    const page = this.#pages[pageOf(position)]
    const offset = position % PAGE_BYTES
    if (page !== undefined && offset < page.byteLength) page[offset]! ^= 1 << bit
  }

  /** Makes the present content durable. */
  syncNow(): void {
    this.#pasts = [pastOfSize(this.size)]
    this.#dropped = []
  }

  /**
   * What a power cut leaves: all that was synced, and of the rest any part: nothing, everything, a prefix that ends inside a
   * sector, or sectors here and there with the old bytes or zeros between them.
   */
  losePower(random: Random): void {
    const past = this.#pasts[0]!
    if (!this.isSynced) {
      const size = sizeAfterPowerLoss(past, this.size, random)
      const isKept = sectorsKept(past, this.size, random)
      this.#restore(past, { size, isKept })
    }
    this.syncNow()
  }

  #restore(past: Past, { size, isKept }: { size: number; isKept: KeptSectors }): void {
    const oldSize = this.size
    const changed = past.changed.map((range) => ({ ...range, end: Math.min(range.end, size) }))
    this.#resize(Math.min(oldSize, size))
    this.size = size
    for (const { start, end } of changed) {
      for (let from = start; from < end; ) {
        const to = Math.min(end, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES)
        const kept = from >= oldSize ? from : Math.min(to, isKept(from, to))
        if (kept < to) this.#put(this.#old(past, kept, to), kept)
        from = to
      }
    }
  }

  /** The bytes of a range as they were; zeros behind the end of that time. */
  #old(past: Past, start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start)
    const length = Math.max(0, Math.min(end, past.size) - start)
    const pageThen = (index: number) => (past.pages.has(index) ? past.pages.get(index) : this.#pages[index])
    copyPages(pageThen, bytes.subarray(0, length), start)
    return bytes
  }

  /** Before a change: keeps what the pasts still need of the range, and notes that it changes. */
  #preserve(start: number, end: number): void {
    if (start === end) return
    for (const past of this.#pasts) {
      addRange(past.changed, start, end)
      const last = Math.min(end, past.size)
      for (let index = pageOf(start); index * PAGE_BYTES < last; index++) {
        if (!past.pages.has(index)) past.pages.set(index, this.#pages[index]?.slice())
      }
    }
  }

  #put(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.byteLength; ) {
      const at = position + done
      const offset = at % PAGE_BYTES
      const length = Math.min(PAGE_BYTES - offset, bytes.byteLength - done)
      this.#pageFor(pageOf(at), offset + length).set(bytes.subarray(done, done + length), offset)
      done += length
    }
  }

  /** The page with room for `length` bytes; small pages grow by doubling, so that small files stay small. */
  #pageFor(index: number, length: number): Uint8Array {
    const page = this.#pages[index]
    if (page !== undefined && page.byteLength >= length) return page
    const doubled = Math.min(PAGE_BYTES, Math.max(SECTOR_BYTES, 2 * (page?.byteLength ?? 0)))
    const grown = new Uint8Array(Math.max(doubled, length))
    if (page !== undefined) grown.set(page)
    this.#pages[index] = grown
    return grown
  }

  /** Bytes behind the end are always zeros: a file that grows again shows them. */
  #resize(length: number): void {
    if (length < this.size) {
      const last = pageOf(length)
      this.#pages[last]?.fill(0, length % PAGE_BYTES)
      this.#pages.length = Math.min(this.#pages.length, last + 1)
    }
    this.size = length
  }
}

/** Up to where the sector [from, to) holds the new bytes; behind that it holds the old ones. */
type KeptSectors = (from: number, to: number) => number

function sectorsKept(past: Past, size: number, random: Random): KeptSectors {
  const start = past.changed[0]?.start ?? 0
  switch (random.integer(4)) {
    case 0:
      return (from) => from
    case 1:
      return (_from, to) => to
    case 2: {
      const cut = start + random.integer(Math.max(1, size - start + 1))
      return (from) => Math.max(from, cut)
    }
    default:
      return (from, to) => (random.integer(2) === 0 ? from : to)
  }
}

function sizeAfterPowerLoss(past: Past, size: number, random: Random): number {
  switch (random.integer(4)) {
    case 0:
      return past.size
    case 1:
      return size
    default:
      return past.lowestSize + random.integer(size - past.lowestSize + 1)
  }
}

function copyPages(pageAt: (index: number) => Uint8Array | undefined, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.byteLength; ) {
    const at = position + done
    const offset = at % PAGE_BYTES
    const length = Math.min(PAGE_BYTES - offset, target.byteLength - done)
    const part = target.subarray(done, done + length)
    const found = pageAt(pageOf(at))?.subarray(offset, offset + length)
    if (found === undefined) part.fill(0)
    else {
      part.set(found)
      part.fill(0, found.byteLength)
    }
    done += length
  }
}

function addRange(ranges: { start: number; end: number }[], start: number, end: number): void {
  const last = ranges.at(-1)
  if (last !== undefined && start <= last.end && start >= last.start) {
    last.end = Math.max(last.end, end)
    return
  }
  ranges.push({ start, end })
  if (ranges.length <= DIRTY_RANGES_MAX) return
  const hull = {
    start: Math.min(...ranges.map((range) => range.start)),
    end: Math.max(...ranges.map((range) => range.end)),
  }
  ranges.splice(0, ranges.length, hull)
}

/** What is left of a range when the bytes from `start` to `end` are taken out. */
function without(range: { readonly start: number; readonly end: number }, start: number, end: number) {
  const left = { start: range.start, end: Math.min(range.end, start) }
  const right = { start: Math.max(range.start, end), end: range.end }
  return [left, right].filter((part) => part.start < part.end)
}

function pageOf(position: number): number {
  return Math.floor(position / PAGE_BYTES)
}

function pastOfSize(size: number): Past {
  assert(size >= 0, 'a size is not negative')
  return { size, lowestSize: size, pages: new Map(), changed: [] }
}
