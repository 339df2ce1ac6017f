/**
 * The leader's side of throttled replication (KIP-73): replicas that catch up get no more than leader.replication.throttled.rate
 * from this broker, together, for the partitions that leader.replication.throttled.replicas of their topic names. Who is in the
 * ISR is never held back, but counts.
 */
import { configResource, type MetadataImage } from '@ottla/replication'
import type { Clock } from '@ottla/runtime'
import { isThrottled, ReplicationQuota, throttledRate } from '../replica/replication-quota.ts'
import type { Partition } from './partition.ts'

export interface LeaderThrottleOptions {
  readonly brokerId: number
  readonly image: () => MetadataImage
  readonly clock: Clock
}

const REPLICAS_KEY = 'leader.replication.throttled.replicas'

export class LeaderThrottle {
  readonly #options: LeaderThrottleOptions
  readonly #quota: ReplicationQuota
  #known: { readonly image: MetadataImage | undefined; readonly rate: number }

  constructor(options: LeaderThrottleOptions) {
    this.#options = options
    this.#known = { image: undefined, rate: Number.POSITIVE_INFINITY }
    this.#quota = new ReplicationQuota({ clock: options.clock, rate: () => this.#rate })
  }

  /** Whether the replica must wait for records of the partition. */
  holdsBack(partition: Partition, replica: number): boolean {
    return this.#isThrottled(partition) && !partition.isInSync(replica) && this.#quota.isExceeded()
  }

  /** Bytes of the partition that a replica is sent. */
  sent(partition: Partition, bytes: number): void {
    if (bytes > 0 && this.#isThrottled(partition)) this.#quota.record(bytes)
  }

  #isThrottled({ log }: Partition): boolean {
    if (this.#rate === Number.POSITIVE_INFINITY) return false
    const value = this.#options.image().configs.get(configResource('topic', log.topic))?.get(REPLICAS_KEY)
    return value !== undefined && isThrottled(value, log.partition, this.#options.brokerId)
  }

  /** Bytes per second; looked up again when the metadata has changed. */
  get #rate(): number {
    const image = this.#options.image()
    if (image !== this.#known.image) {
      this.#known = { image, rate: throttledRate(image, 'leader', this.#options.brokerId) }
    }
    return this.#known.rate
  }
}
