import { lastOffsetOf, type MetadataBatch } from '@ottla/replication'

/** Records that are kept for brokers that come back. */
const RECORDS_MAX = 20_000

/** The latest batches, so that a broker that was away for a moment needs no snapshot. */
export class Tail {
  #batches: MetadataBatch[] = []
  #records = 0

  add(batch: MetadataBatch): void {
    this.#batches.push(batch)
    this.#records += batch.records.length
    while (this.#records > RECORDS_MAX && this.#batches.length > 1)
      this.#records -= this.#batches.shift()!.records.length
  }

  /** The batches behind `offset`, which must be the end of one; undefined when they are not all here. */
  after(offset: number): readonly MetadataBatch[] | undefined {
    const last = this.#batches.at(-1)
    if (last !== undefined && lastOffsetOf(last) === offset) return []
    const start = this.#batches.findIndex((batch) => batch.baseOffset === offset + 1)
    return start < 0 ? undefined : this.#batches.slice(start)
  }
}
