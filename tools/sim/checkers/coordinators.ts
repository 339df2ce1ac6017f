import { partitionOfKey } from '@ottla/broker/internal'
import { placeOf, type SimEvent } from '../history.ts'
import { OFFSETS_TOPIC } from '../plan/plan.ts'
import { LossyElections } from './lossy-elections.ts'

/**
 * What may excuse that a group's coordinator has forgotten something, or tells what is no longer so: lossy elections of its partition, and a
 * broker that leads the partition in an epoch that is over and does not know it yet, which goes on answering what it is asked. Not a checker:
 * what several of them go by.
 */
export class Coordinators {
  readonly #elections: LossyElections
  #partitions = 1
  readonly #epochs = new Map<string, number>()
  /** Epochs of those who lead or think so, by place and node. */
  readonly #leaders = new Map<string, Map<string, number>>()
  /** When the last one that was out of date ended, by place. */
  readonly #outdatedMs = new Map<string, number>()

  constructor(losesNothing?: (topic: string) => boolean) {
    this.#elections = new LossyElections(losesNothing)
  }

  see(event: SimEvent): void {
    this.#elections.see(event)
    if (event.kind === 'image' && event.node === 'controller') {
      const { partitions = [] } = event.image.topics.get(OFFSETS_TOPIC) ?? {}
      this.#partitions = Math.max(1, partitions.length)
      for (const { partition, leaderEpoch } of partitions)
        this.#epochs.set(placeOf({ topic: OFFSETS_TOPIC, partition }), leaderEpoch)
    } else if (event.kind === 'replica' && event.topic === OFFSETS_TOPIC) {
      this.#leads(placeOf(event), event.node, event.role === 'leading' ? event.leaderEpoch : undefined, event.atMs)
    } else if (event.kind === 'down') {
      for (const place of this.#leaders.keys()) this.#leads(place, event.node, undefined, event.atMs)
    }
  }

  /** Of the partition that coordinates the group. */
  placeOf(group: string): string {
    return placeOf({ topic: OFFSETS_TOPIC, partition: partitionOfKey(group, this.#partitions) })
  }

  /** Whether the group's records that were there at `sinceMs` may have been lost. */
  mayHaveLost(group: string, sinceMs: number): boolean {
    return this.#elections.excuse(this.placeOf(group), sinceMs)
  }

  /** Whether an answer to a question of `askedMs` that comes now may be out of date. */
  mayBeOutdated(group: string, askedMs: number, nowMs: number): boolean {
    const place = this.placeOf(group)
    if (this.#elections.mayBeStale(place, nowMs) || (this.#outdatedMs.get(place) ?? -1) >= askedMs) return true
    const epoch = this.#epochs.get(place) ?? -1
    for (const led of this.#leaders.get(place)?.values() ?? []) if (led < epoch) return true
    return false
  }

  #leads(place: string, node: string, leaderEpoch: number | undefined, atMs: number): void {
    const leaders = this.#leaders.get(place) ?? new Map<string, number>()
    this.#leaders.set(place, leaders)
    const before = leaders.get(node)
    if (before !== undefined && before < (this.#epochs.get(place) ?? -1)) this.#outdatedMs.set(place, atMs)
    if (leaderEpoch === undefined) leaders.delete(node)
    else leaders.set(node, leaderEpoch)
  }
}
