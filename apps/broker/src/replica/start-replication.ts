/** What of the broker around them the fetchers of replicas use, looked up where it may change. */
import { type MetadataImage, topicConfigLayers, topicConfigValue } from '@ottla/replication'
import type { Runtime } from '@ottla/runtime'
import type { BrokerConfig } from '../config/broker-config.ts'
import type { ControllerSession } from '../seams.ts'
import { FollowerThrottle } from './follower-throttle.ts'
import type { LeaderPlace } from './leader-link.ts'
import { ReplicaFetchers } from './replica-fetchers.ts'
import { ReplicationQuota, throttledRate } from './replication-quota.ts'

export interface ReplicationOptions {
  readonly runtime: Runtime
  readonly session: ControllerSession
  readonly config: Pick<BrokerConfig, 'brokerId' | 'listeners' | 'replicaFetch'>
}

/** Made before the partitions are, which are told of by `followed`; begins with `ReplicaFetchers.start`. */
export function replicaFetchers({ runtime, session, config }: ReplicationOptions): ReplicaFetchers {
  const { brokerId } = config
  const listener = config.listeners.find(({ isInterBroker }) => isInterBroker)?.name ?? ''
  const fetchers = new ReplicaFetchers({
    runtime,
    brokerId,
    brokerEpoch: () => session.brokerEpoch,
    placeOf: (leader) => placeOf(session.image, leader, listener),
    config: config.replicaFetch,
    throttle: followerThrottle({ runtime, session, config }),
    counts: { bytesIn: 0, committedCuts: 0 },
  })
  session.onImage((_, delta) => fetchers.imageChanged(delta))
  return fetchers
}

function placeOf(image: MetadataImage, brokerId: number, listener: string): LeaderPlace | undefined {
  const registration = image.brokers.get(brokerId)
  const endpoint = registration?.listeners.find(({ name }) => name === listener)
  if (registration === undefined || endpoint === undefined) return undefined
  return { host: endpoint.host, port: endpoint.port, brokerEpoch: registration.epoch }
}

const REPLICAS = 'follower.replication.throttled.replicas'

function followerThrottle({ runtime, session, config: { brokerId } }: ReplicationOptions): FollowerThrottle {
  let rate = throttledRate(session.image, 'follower', brokerId)
  session.onImage((image, { configsChanged }) => {
    if (configsChanged.size > 0) rate = throttledRate(image, 'follower', brokerId)
  })
  return new FollowerThrottle({
    brokerId,
    quota: new ReplicationQuota({ clock: runtime.clock, rate: () => rate }),
    replicasOf: (topic) => topicConfigValue(REPLICAS, topicConfigLayers(session.image, topic)),
    isOn: () => rate < Number.POSITIVE_INFINITY,
  })
}
