import { formatCheckpoint, integerField, parseCheckpoint } from './checkpoint-file.ts'
import type { EpochEndOffset } from './types.ts'

export interface EpochStart {
  readonly leaderEpoch: number
  /** Offset of the first record that was (or will be) written in this epoch. */
  readonly startOffset: number
}

/**
 * Which leader epoch each offset was written in (KIP-101): entries with rising epochs and rising start offsets, kept in
 * the file `leader-epoch-checkpoint`.
 */
export class LeaderEpochs {
  readonly #entries: EpochStart[]

  constructor(entries: readonly EpochStart[] = []) {
    this.#entries = [...entries]
  }

  get entries(): readonly EpochStart[] {
    return this.#entries
  }

  /** The latest epoch, -1 when there is none. */
  get latest(): number {
    return this.#entries.at(-1)?.leaderEpoch ?? -1
  }

  /**
   * Notes that an epoch starts at an offset. Entries that contradict it (no smaller epoch or no smaller offset) go: a later
   * epoch that starts at the same offset replaces one that wrote nothing. Returns whether anything changed.
   */
  assign(leaderEpoch: number, startOffset: number): boolean {
    const last = this.#entries.at(-1)
    if (last !== undefined && last.leaderEpoch === leaderEpoch && startOffset >= last.startOffset) return false
    while (this.#entries.length > 0 && conflicts(this.#entries.at(-1)!, leaderEpoch, startOffset)) this.#entries.pop()
    this.#entries.push({ leaderEpoch, startOffset })
    return true
  }

  /** See `PartitionLog.endOffsetForEpoch`. */
  endOffsetFor(leaderEpoch: number, logEndOffset: number): EpochEndOffset | undefined {
    if (leaderEpoch < 0 || leaderEpoch > this.latest) return undefined
    if (leaderEpoch === this.latest) return { leaderEpoch, endOffset: logEndOffset }
    const above = this.#entries.findIndex((entry) => entry.leaderEpoch > leaderEpoch)
    const floor = this.#entries[above - 1]
    return { leaderEpoch: floor?.leaderEpoch ?? leaderEpoch, endOffset: this.#entries[above]!.startOffset }
  }

  /** The epoch that the record at this offset was written in, -1 when that is unknown. */
  at(offset: number): number {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index]!
      if (entry.startOffset <= offset) return entry.leaderEpoch
    }
    return -1
  }

  /** Drops epochs that start at or behind the log's new end. Returns whether anything changed. */
  truncateFromEnd(endOffset: number): boolean {
    const before = this.#entries.length
    while (this.#entries.length > 0 && this.#entries.at(-1)!.startOffset >= endOffset) this.#entries.pop()
    return this.#entries.length !== before
  }

  /** Drops epochs that ended before the log's new start; the one that holds it starts there. */
  truncateFromStart(startOffset: number): boolean {
    const first = this.#entries.findLastIndex((entry) => entry.startOffset <= startOffset)
    if (first < 0 || (first === 0 && this.#entries[0]!.startOffset === startOffset)) return false
    this.#entries.splice(0, first + 1, { leaderEpoch: this.#entries[first]!.leaderEpoch, startOffset })
    return true
  }

  encode(): Uint8Array {
    return formatCheckpoint(this.#entries.map((entry) => `${entry.leaderEpoch} ${entry.startOffset}`))
  }

  /** Throws a `CheckpointError` when the content is not whole or not in order. */
  static parse(bytes: Uint8Array): LeaderEpochs {
    const epochs = new LeaderEpochs()
    for (const [leaderEpoch, startOffset] of parseCheckpoint(bytes)) {
      epochs.assign(integerField(leaderEpoch), integerField(startOffset))
    }
    return epochs
  }
}

function conflicts(entry: EpochStart, leaderEpoch: number, startOffset: number): boolean {
  return entry.leaderEpoch >= leaderEpoch || entry.startOffset >= startOffset
}
