import { KeyHash } from './key-hash.ts'

/** What an entry takes: a hash of 128 bits and an offset, as in Kafka. */
export const MAP_ENTRY_BYTES = 24
/** Fewer make no sense, whatever the configuration. */
const SLOTS_MIN = 16

export interface OffsetMapOptions {
  /** log.cleaner.dedupe.buffer.size: the most memory that the map may take. */
  readonly bytesMax: number
  /** log.cleaner.io.buffer.load.factor: how much of it may be filled, 0 to 1. */
  readonly loadFactor: number
  /** No more keys than this will come: a small log takes little memory. */
  readonly keysMax: number
  /** 16 random bytes. */
  readonly hashKey: Uint8Array
}

/**
 * The last offset of each key, in a bounded piece of memory: a table with open addressing that holds hashes instead of keys (see
 * `KeyHash` for why that suffices). Nothing is ever removed.
 */
export class OffsetMap {
  readonly #hash: KeyHash
  readonly #slots: number
  readonly #entriesMax: number
  /** Four words of hash for each slot. */
  readonly #hashes: Int32Array
  /** Offset + 1; 0: the slot is free. */
  readonly #offsets: Float64Array
  #size = 0
  /** What lies at or below this offset has been looked at; records behind it are kept whatever their key. */
  latestOffset = -1

  constructor({ bytesMax, loadFactor, keysMax, hashKey }: OffsetMapOptions) {
    const slotsMax = Math.max(SLOTS_MIN, Math.floor(bytesMax / MAP_ENTRY_BYTES))
    this.#slots = Math.max(SLOTS_MIN, Math.min(slotsMax, 2 * keysMax))
    // One slot stays free, so that every search ends.
    this.#entriesMax = Math.min(this.#slots - 1, Math.max(1, Math.floor(slotsMax * loadFactor)))
    this.#hashes = new Int32Array(this.#slots * 4)
    this.#offsets = new Float64Array(this.#slots)
    this.#hash = new KeyHash(hashKey)
  }

  get size(): number {
    return this.#size
  }

  /** How full it is, of what it may hold. */
  get utilization(): number {
    return this.#size / this.#entriesMax
  }

  /** Notes the offset of a key, the bytes from `start` to `end`; false, and nothing has changed, when there is no room for another. */
  put(bytes: Uint8Array, range: { readonly start: number; readonly end: number }, offset: number): boolean {
    const hash = this.#hash.hash(bytes, range.start, range.end)
    const slot = this.#find(hash)
    if (this.#offsets[slot] === 0) {
      if (this.#size >= this.#entriesMax) return false
      this.#size++
      this.#hashes.set(hash, slot * 4)
    }
    this.#offsets[slot] = offset + 1
    return true
  }

  /** The last offset of a key; -1 when it is not here. */
  get(bytes: Uint8Array, range: { readonly start: number; readonly end: number }): number {
    return this.#offsets[this.#find(this.#hash.hash(bytes, range.start, range.end))]! - 1
  }

  /** The slot of a hash, or the free one where it would go. */
  #find(hash: Int32Array): number {
    const hashes = this.#hashes
    let slot = (hash[0]! >>> 0) % this.#slots
    while (this.#offsets[slot] !== 0) {
      const at = slot * 4
      if (
        hashes[at + 1] === hash[1] &&
        hashes[at] === hash[0] &&
        hashes[at + 2] === hash[2] &&
        hashes[at + 3] === hash[3]
      )
        return slot
      slot = slot + 1 === this.#slots ? 0 : slot + 1
    }
    return slot
  }
}
