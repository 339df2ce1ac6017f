/**
 * Compares what the writers were told with what the log holds: every acknowledged record once, where the acknowledgement said, in the order of
 * sending within its partition; nothing that nobody sent; offsets without holes. A record that failed or was never answered for may be there, once.
 */
import type { History } from './history.ts'
import { type Lane, parseText } from './lanes.ts'

export interface LoggedRecord {
  readonly offset: number
  readonly value: string
}

export const FINDING_KINDS = ['lost', 'duplicate', 'reordered', 'moved', 'foreign', 'hole'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

export interface Finding {
  readonly kind: FindingKind
  readonly text: string
}

/** Examples of each kind that are kept. */
const EXAMPLES_MAX = 20

export class Verdict {
  readonly #lanes: readonly Lane[]
  readonly #histories: ReadonlyMap<string, History>
  /** By writer: how often each number was read. */
  readonly #seen: Map<string, Uint8Array>
  readonly #counts = new Map<FindingKind, number>()
  readonly #examples: Finding[] = []
  #recordCount = 0

  /** Call it when the writers have ended: all that they sent is known. */
  constructor(lanes: readonly Lane[], histories: readonly History[]) {
    this.#lanes = lanes
    this.#histories = new Map(histories.map((history) => [history.writer, history]))
    this.#seen = new Map(histories.map(({ writer, numbersEnd }) => [writer, new Uint8Array(numbersEnd)]))
  }

  get recordCount(): number {
    return this.#recordCount
  }

  get examples(): readonly Finding[] {
    return this.#examples
  }

  count(kind: FindingKind): number {
    return this.#counts.get(kind) ?? 0
  }

  get isClean(): boolean {
    return this.#examples.length === 0
  }

  /** Takes the records of a partition, in the order of the log, from its first to its last. */
  partition(lane: number): (record: LoggedRecord) => void {
    const { topic, partition } = this.#lanes[lane]!
    /** By writer: the largest acknowledged number so far. */
    const newest = new Map<string, number>()
    let next = 0
    return ({ offset, value }) => {
      const where = `${topic}-${partition} at offset ${offset}`
      this.#recordCount++
      if (offset !== next) this.#find('hole', `${where}: ${next} was to come`)
      next = offset + 1
      const parsed = parseText(value)
      const history = parsed && this.#histories.get(parsed.writer)
      if (!(parsed && history) || parsed.number >= history.numbersEnd || parsed.number % this.#lanes.length !== lane) {
        this.#find('foreign', `${where}: nobody sent ${JSON.stringify(value.slice(0, 100))} there`)
        return
      }
      this.#record(history, parsed.number, { where, offset, newest })
    }
  }

  #record(
    history: History,
    number: number,
    { where, offset, newest }: { where: string; offset: number; newest: Map<string, number> },
  ): void {
    const { writer } = history
    const what = `${where}: record ${number} of ${writer}`
    const seen = this.#seen.get(writer)!
    seen[number] = Math.min(2, seen[number]! + 1)
    if (seen[number] === 2) {
      this.#find('duplicate', `${what} is there again`)
      return
    }
    if (!history.isAcknowledged(number)) return
    const told = history.offsetOf(number)
    if (told !== undefined && told !== offset) this.#find('moved', `${what} was acknowledged at offset ${told}`)
    const last = newest.get(writer) ?? -1
    if (number < last) this.#find('reordered', `${what} comes after record ${last}`)
    newest.set(writer, Math.max(last, number))
  }

  /** When all partitions have been read. */
  end(): void {
    for (const history of this.#histories.values()) {
      const seen = this.#seen.get(history.writer)!
      for (let number = 0; number < history.numbersEnd; number++) {
        if (!history.isAcknowledged(number) || seen[number] !== 0) continue
        const { topic, partition } = this.#lanes[number % this.#lanes.length]!
        const told = history.offsetOf(number) ?? 'unknown'
        this.#find(
          'lost',
          `record ${number} of ${history.writer}, ${topic}-${partition}, acknowledged at offset ${told}`,
        )
      }
    }
  }

  #find(kind: FindingKind, text: string): void {
    const count = this.count(kind) + 1
    this.#counts.set(kind, count)
    if (count <= EXAMPLES_MAX) this.#examples.push({ kind, text })
  }
}
