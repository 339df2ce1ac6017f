import type { PendingAppend } from './append-queue.ts'
import type { LogState } from './log-state.ts'
import type { ProducerEntry } from './producer-state.ts'

/** The log as it will be once every pending append is published: what the next append is checked against. */
export class PendingState {
  readonly #state: LogState
  readonly #producers = new Map<number, ProducerEntry>()
  /** Offset of the next record to be assigned. */
  nextOffset: number

  constructor(state: LogState) {
    this.#state = state
    this.nextOffset = state.logEndOffset
  }

  producer(producerId: number): ProducerEntry | undefined {
    return this.#producers.get(producerId) ?? this.#state.producers.get(producerId)
  }

  add(append: PendingAppend): void {
    for (const { producer } of append.batches)
      if (producer !== undefined) this.#producers.set(producer.producerId, producer)
    this.nextOffset = append.extent.lastOffset + 1
  }

  published(append: PendingAppend): void {
    for (const { producer } of append.batches) {
      if (producer !== undefined && this.#producers.get(producer.producerId) === producer) {
        this.#producers.delete(producer.producerId)
      }
    }
  }

  /** Everything pending was dropped, or the log was cut. */
  reset(): void {
    this.#producers.clear()
    this.nextOffset = this.#state.logEndOffset
  }
}
