import type { ReplicaName } from '../commands/balance-leaders.ts'

/** So many partitions are remembered: the oldest are forgotten first. */
const REMEMBERED_MAX = 100_000

/**
 * Who has resigned as leader of what a short while ago: preferred leaders are not elected automatically against that, and a leader
 * that resigns is not followed by one that could not write either. Other elections do not ask, since a replica that resigned is
 * better than none.
 */
export class Resignations {
  readonly #quietMs: number
  readonly #lateMs: number
  readonly #resignedMs = new Map<string, number>()

  /**
   * For `quietMs` after a resignation the replica is not given back what it would lead by preference; for `lateMs`, a shorter time, it
   * does not follow another one that resigns either.
   */
  constructor({ quietMs, lateMs }: { readonly quietMs: number; readonly lateMs: number }) {
    this.#quietMs = quietMs
    this.#lateMs = lateMs
  }

  add(replica: ReplicaName, nowMs: number): void {
    const key = keyOf(replica)
    this.#resignedMs.delete(key)
    this.#resignedMs.set(key, nowMs)
    if (this.#resignedMs.size <= REMEMBERED_MAX) return
    for (const oldest of this.#resignedMs.keys()) {
      this.#resignedMs.delete(oldest)
      break
    }
  }

  isQuiet(replica: ReplicaName, nowMs: number): boolean {
    return this.#isWithin(this.#quietMs, replica, nowMs)
  }

  resignedLately(replica: ReplicaName, nowMs: number): boolean {
    return this.#isWithin(this.#lateMs, replica, nowMs)
  }

  #isWithin(limitMs: number, replica: ReplicaName, nowMs: number): boolean {
    const resignedMs = this.#resignedMs.get(keyOf(replica))
    return resignedMs !== undefined && nowMs - resignedMs < limitMs
  }
}

function keyOf({ topic, partition, brokerId }: ReplicaName): string {
  return `${brokerId}:${partition}:${topic}`
}
