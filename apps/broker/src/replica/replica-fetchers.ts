/**
 * All that this broker fetches from others: follows what the partitions become, and keeps a fetcher for each leader broker. One
 * connection for each is enough, since a connection's work is done by this one event loop (num.replica.fetchers has no effect).
 */
import type { MetadataDelta } from '@ottla/replication'
import type { ReplicationFacts } from '../metrics/replication-metrics.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Following } from './following.ts'
import { type FetcherContext, LeaderFetcher } from './leader-fetcher.ts'

export class ReplicaFetchers {
  readonly #context: FetcherContext
  readonly #fetchers = new Map<number, LeaderFetcher>()
  readonly #followed = new Map<Partition, Following>()
  #state: 'waiting' | 'running' | 'closed' = 'waiting'

  constructor(context: FetcherContext) {
    this.#context = context
  }

  /** Until then partitions are gathered: nothing may be appended before the run files are written. */
  start(): void {
    if (this.#state !== 'waiting') return
    this.#state = 'running'
    for (const following of this.#followed.values()) this.#fetcherOf(following).add(following)
  }

  /** The partition follows another leader now, or another epoch of it, or none. */
  followed(partition: Partition): void {
    const { following } = partition
    const known = this.#followed.get(partition)
    if (known === following || this.#state === 'closed') return
    if (known !== undefined) this.#forget(partition, known)
    if (following === undefined) return
    this.#followed.set(partition, following)
    if (this.#state === 'running') this.#fetcherOf(following).add(following)
  }

  /** This broker does not have the partition any more. */
  gone(partition: Partition): void {
    const known = this.#followed.get(partition)
    if (known !== undefined) this.#forget(partition, known)
  }

  /** What the metadata says about the leaders themselves, and about throttles. */
  imageChanged({ brokersChanged, configsChanged }: MetadataDelta): void {
    for (const brokerId of brokersChanged) this.#fetchers.get(brokerId)?.leaderChanged()
    if (configsChanged.size > 0) for (const fetcher of this.#fetchers.values()) fetcher.throttleChanged()
  }

  /** Whether a leader's connection broke a moment ago, which tells of a dead process before the controller does. */
  hasVanished(brokerId: number): boolean {
    return this.#fetchers.get(brokerId)?.hasVanished ?? false
  }

  /** For metrics. */
  get facts(): ReplicationFacts {
    const { counts } = this.#context
    return {
      followed: () => this.#followed.values(),
      bytesIn: () => counts.bytesIn,
      committedCuts: () => counts.committedCuts,
    }
  }

  close(): void {
    this.#state = 'closed'
    for (const fetcher of this.#fetchers.values()) fetcher.close()
  }

  #forget(partition: Partition, following: Following): void {
    this.#followed.delete(partition)
    this.#fetchers.get(following.leader)?.remove(following)
  }

  #fetcherOf({ leader }: Following): LeaderFetcher {
    const known = this.#fetchers.get(leader)
    if (known !== undefined) return known
    const fetcher = new LeaderFetcher(leader, this.#context)
    this.#fetchers.set(leader, fetcher)
    return fetcher
  }
}
