import type { AssignedPartition } from './assigned-partition.ts'

/** An offset, and the leader epoch of the record in front of it (-1: not known). */
export interface Place {
  readonly offset: number
  readonly epoch: number
}

/**
 * What the application has been given and has not finished. Everything in front of a partition's entry is finished; without an entry
 * everything in front of its position. So an offset that is committed by itself never passes a record that somebody works on.
 */
export class InHand {
  private readonly entries = new Map<AssignedPartition, Place>()
  private waiting: (() => void)[] = []

  /** Records of this partition are about to be handed out. */
  taking(partition: AssignedPartition): void {
    if (!this.entries.has(partition)) this.entries.set(partition, placeOf(partition))
  }

  /** Records in front of this place are finished, others are not. */
  advance(partition: AssignedPartition, place: Place): void {
    if (this.entries.has(partition)) this.entries.set(partition, place)
  }

  /** Nothing of this partition is in hand any more. */
  release(partition: AssignedPartition): void {
    if (this.entries.delete(partition)) this.look()
  }

  /** In front of it everything of this partition is finished, if something of it is in hand. */
  entry(partition: AssignedPartition): Place | undefined {
    return this.entries.get(partition)
  }

  /** Of all others than these nothing is in hand. */
  releaseOthers(kept: { has(partition: AssignedPartition): boolean }): void {
    for (const partition of this.entries.keys()) if (!kept.has(partition)) this.release(partition)
  }

  /** The application has come back for more: what it was given is finished. */
  releaseAll(): void {
    if (this.entries.size === 0) return
    this.entries.clear()
    this.look()
  }

  /** All that was handed out so far is finished; nobody is told that nothing is in hand before `releaseFinished`. */
  finishAll(): void {
    for (const partition of this.entries.keys()) this.entries.set(partition, placeOf(partition))
  }

  /** Where all that was handed out is finished, nothing is in hand any more. */
  releaseFinished(): void {
    for (const [partition, { offset }] of this.entries) if (offset >= partition.offset) this.release(partition)
  }

  /** Up to where everything is finished; undefined while the partition has no position. */
  finished(partition: AssignedPartition): Place | undefined {
    const entry = this.entries.get(partition)
    if (entry !== undefined) return entry
    return hasPosition(partition) ? placeOf(partition) : undefined
  }

  /** Resolves when nothing of these partitions is in hand. */
  async drained(partitions: readonly AssignedPartition[]): Promise<void> {
    while (partitions.some((partition) => this.entries.has(partition))) {
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  private look(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** A position that is being validated is one. */
export function hasPosition({ phase }: AssignedPartition): boolean {
  return phase.kind === 'placed' || phase.kind === 'validating'
}

export function placeOf({ offset, offsetEpoch: epoch }: AssignedPartition): Place {
  return { offset, epoch }
}
