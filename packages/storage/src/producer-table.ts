import type { ProducerEntry } from './producer-state.ts'

interface EndedTransaction {
  readonly firstOffset: number
  /** Offset of its marker. */
  readonly lastOffset: number
}

/** The producers of one partition, by id, and its transactions that readers of committed data have to wait for. */
export class ProducerTable {
  readonly #entries = new Map<number, ProducerEntry>()
  /** First offsets of open transactions by producer id. They start in offset order, so the first one is the oldest. */
  readonly #open = new Map<number, number>()
  /** Ended transactions whose marker is not below the high watermark yet, by first offset. */
  #ended: EndedTransaction[] = []

  constructor(entries: Iterable<ProducerEntry> = []) {
    const inTxnOrder = [...entries].sort((a, b) => a.currentTxnFirstOffset - b.currentTxnFirstOffset)
    for (const entry of inTxnOrder) this.put(entry, -1)
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  /** Publishes a producer's new state, which the batch that ends at `lastOffset` brought about. */
  put(entry: ProducerEntry, lastOffset: number): void {
    this.#entries.set(entry.producerId, entry)
    const openSince = this.#open.get(entry.producerId)
    if (openSince === undefined) {
      if (entry.currentTxnFirstOffset >= 0) this.#open.set(entry.producerId, entry.currentTxnFirstOffset)
    } else if (entry.currentTxnFirstOffset < 0) {
      this.#open.delete(entry.producerId)
      this.#ended.push({ firstOffset: openSince, lastOffset })
    }
  }

  /** First offset that readers of committed data must not pass; undefined when the high watermark is the limit. */
  firstUnstableOffset(highWatermark: number): number | undefined {
    if (this.#open.size === 0 && this.#ended.length === 0) return undefined
    this.#ended = this.#ended.filter((transaction) => transaction.lastOffset >= highWatermark)
    let first: number | undefined = this.#open.values().next().value
    for (const { firstOffset } of this.#ended) if (first === undefined || firstOffset < first) first = firstOffset
    return first
  }

  /** Forgets producers without an open transaction that have not written since a time. Returns how many. */
  expire(beforeMs: number): number {
    const before = this.#entries.size
    for (const entry of this.#entries.values()) {
      if (entry.lastTimestampMs < beforeMs && entry.currentTxnFirstOffset < 0) this.#entries.delete(entry.producerId)
    }
    return before - this.#entries.size
  }
}
