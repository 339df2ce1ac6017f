/** DeleteRecords waits until every replica that lives has given up what was deleted (KIP-107). */
import type { Timers } from '@ottla/runtime'
import type { Partition } from './partition.ts'
import { Wait, type Watcher } from './waiters.ts'

export interface LowWatermarkOptions {
  readonly timers: Timers
  readonly timeoutMs: number
  /** Of the connection: nobody wants to know any more. */
  readonly closed: AbortSignal
}

/** `lost`: this broker does not lead the partition, or not any more. */
export type LowWatermarkEnd = 'reached' | 'timeout' | 'lost'

/** Resolves when the partition's low watermark is at least `offset`, or never will be that this broker hears of. */
export function whenLowWatermark(
  partition: Partition,
  offset: number,
  options: LowWatermarkOptions,
): Promise<LowWatermarkEnd> {
  return new Promise((resolve) => new LowWatermarkWait(partition, offset).start(options, resolve))
}

class LowWatermarkWait implements Watcher {
  readonly #partition: Partition
  readonly #offset: number
  readonly #leaderEpoch: number
  #wait: Wait | undefined

  constructor(partition: Partition, offset: number) {
    this.#partition = partition
    this.#offset = offset
    this.#leaderEpoch = partition.leaderEpoch
  }

  start(options: LowWatermarkOptions, resolve: (end: LowWatermarkEnd) => void): void {
    if (this.#state !== 'timeout') {
      resolve(this.#state)
      return
    }
    const ended = () => {
      this.#partition.startWatchers.remove(this)
      resolve(this.#state)
    }
    this.#wait = new Wait({ ...options, ended })
    this.#partition.startWatchers.add(this)
  }

  advanced(): void {
    if (this.#state !== 'timeout') this.#wait?.ready()
  }

  lost(): void {
    this.#wait?.ready()
  }

  /** What the wait would end with now. */
  get #state(): LowWatermarkEnd {
    const { isLeader, leaderEpoch, lowWatermark } = this.#partition
    if (!isLeader || leaderEpoch !== this.#leaderEpoch) return 'lost'
    return lowWatermark >= this.#offset ? 'reached' : 'timeout'
  }
}
