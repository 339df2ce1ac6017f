/** follower.replication.throttled.rate and follower.replication.throttled.replicas (KIP-73), as the metadata has them. */
import type { PartitionLogSurface } from '@ottla/storage'
import { isThrottled, type ReplicationQuota } from './replication-quota.ts'

export interface FollowerThrottleOptions {
  readonly brokerId: number
  readonly quota: ReplicationQuota
  /** The topic's follower.replication.throttled.replicas. */
  readonly replicasOf: (topic: string) => string
  /** A rate is set for this broker. */
  readonly isOn: () => boolean
}

type Replica = Pick<PartitionLogSurface, 'topic' | 'partition'>

export class FollowerThrottle {
  readonly #options: FollowerThrottleOptions

  constructor(options: FollowerThrottleOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#options.isOn()
  }

  applies({ topic, partition }: Replica): boolean {
    return isThrottled(this.#options.replicasOf(topic), partition, this.#options.brokerId)
  }

  isExceeded(): boolean {
    return this.#options.quota.isExceeded()
  }

  received(replica: Replica, bytes: number): void {
    if (bytes > 0 && this.isOn && this.applies(replica)) this.#options.quota.record(bytes)
  }
}
