import type { AssignedPartition } from './assigned-partition.ts'
import type { FetchedPartition } from './fetched-partition.ts'
import type { ConsumedRecord } from './record.ts'
import type { Subscription } from './subscription.ts'

/** An answer of a broker, as long as records of it wait to be taken. */
export interface FetchedAnswer {
  /** Partitions of it that wait. */
  open: number
  /** Called when nothing of it waits any more. */
  onDone(): void
}

export interface TakenRecords {
  readonly partition: AssignedPartition
  readonly records: readonly ConsumedRecord<unknown, unknown>[]
}

interface Entry {
  readonly fetched: FetchedPartition
  answer: FetchedAnswer | undefined
}

/**
 * What has been fetched and not yet taken, in order of arrival. What belongs to partitions that are not open (paused, say) is put aside when its turn comes,
 * and does not hold up its broker; a partition has at most `WAITING_MAX` answers here, so that stays bounded too.
 */
export class FetchBuffer {
  private readonly subscription: Subscription
  private readonly onTake: (partition: AssignedPartition) => void
  private queue: Entry[] = []
  private aside: Entry[] = []

  /** `onTake` hears of each partition that records are about to be taken of, before its position moves. */
  constructor(subscription: Subscription, onTake: (partition: AssignedPartition) => void) {
    this.subscription = subscription
    this.onTake = onTake
  }

  add(fetched: FetchedPartition, answer: FetchedAnswer): void {
    answer.open += 1
    fetched.partition.waiting += 1
    this.queue.push({ fetched, answer })
  }

  /**
   * Up to `count` records. Throws what stands in the way of the first one; later obstacles end the list, and are thrown next time.
   */
  take(count: number): ConsumedRecord<unknown, unknown>[] {
    const records: ConsumedRecord<unknown, unknown>[] = []
    while (records.length < count && this.queue.length > 0) {
      const entry = this.queue[0]!
      const { fetched } = entry
      if (!this.subscription.wants(fetched.partition, fetched.generation)) this.drop(entry)
      else if (!fetched.partition.isOpen) this.putAside(entry)
      else if (!this.takeFrom(fetched, records, count)) return records
      else if (records.length < count) this.finish(entry)
    }
    return records
  }

  /** Up to `count` records of one partition, the first one that has some; undefined when none has. Throws as `take` does. */
  takeOfOne(count: number): TakenRecords | undefined {
    const records: ConsumedRecord<unknown, unknown>[] = []
    while (this.queue.length > 0) {
      const entry = this.queue[0]!
      const { fetched } = entry
      const { partition } = fetched
      if (!this.subscription.wants(partition, fetched.generation)) this.drop(entry)
      else if (!partition.isOpen) this.putAside(entry)
      else {
        if (this.takeFrom(fetched, records, count) && records.length < count) this.finish(entry)
        if (records.length > 0) return { partition, records }
      }
    }
    return undefined
  }

  /** Partitions that are open again get their turn again, before what came later. */
  resumed(): void {
    if (this.aside.length === 0) return
    const back = this.aside.filter(({ fetched }) => fetched.partition.isOpen)
    this.aside = this.aside.filter(({ fetched }) => !fetched.partition.isOpen)
    this.queue.unshift(...back)
  }

  /** Lets go of what nobody wants any more: after a seek or another assignment. */
  prune(): void {
    const isWanted = ({ fetched }: Entry) => this.subscription.wants(fetched.partition, fetched.generation)
    const dropped = this.queue.filter((entry) => !isWanted(entry))
    this.queue = this.queue.filter(isWanted)
    this.aside = this.aside.filter(isWanted)
    for (const entry of dropped) release(entry)
  }

  clear(): void {
    this.queue = []
    this.aside = []
  }

  /** False: something cannot be read, and what was taken before it is to be returned first. */
  private takeFrom(fetched: FetchedPartition, records: ConsumedRecord<unknown, unknown>[], count: number): boolean {
    this.onTake(fetched.partition)
    try {
      fetched.take(records, count)
      return true
    } catch (error) {
      this.postpone(fetched.partition)
      if (records.length === 0) throw error
      return false
    }
  }

  /** Others go on meanwhile: this partition gets its turn again behind them, and holds up its broker no longer. */
  private postpone(partition: AssignedPartition): void {
    const its = this.queue.filter(({ fetched }) => fetched.partition === partition)
    this.queue = [...this.queue.filter(({ fetched }) => fetched.partition !== partition), ...its]
    for (const entry of its) release(entry)
  }

  private finish(entry: Entry): void {
    entry.fetched.partition.waiting -= 1
    this.drop(entry)
  }

  private drop(entry: Entry): void {
    this.queue.shift()
    release(entry)
  }

  private putAside(entry: Entry): void {
    this.queue.shift()
    release(entry)
    this.aside.push(entry)
  }
}

function release(entry: Entry): void {
  const { answer } = entry
  if (answer === undefined) return
  entry.answer = undefined
  answer.open -= 1
  if (answer.open === 0) answer.onDone()
}
