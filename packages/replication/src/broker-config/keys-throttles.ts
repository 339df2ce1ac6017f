import type { ConfigKey } from '@ottla/runtime'

/**
 * How fast a broker may replicate what a topic's configuration names (KIP-73), so that moving partitions leaves room for clients.
 * kafka-reassign-partitions sets and deletes them with `--throttle`.
 */
export const THROTTLE_KEYS: readonly ConfigKey[] = [
  {
    name: 'leader.replication.throttled.rate',
    type: 'long',
    default: null,
    range: { min: 0 },
    doc: 'Most bytes per second that this broker sends to followers, of the replicas that leader.replication.throttled.replicas of their topics names. No limit when it is not set; only as a dynamic value.',
    dynamic: 'per-broker',
    importance: 'medium',
  },
  {
    name: 'follower.replication.throttled.rate',
    type: 'long',
    default: null,
    range: { min: 0 },
    doc: 'Most bytes per second that this broker copies from leaders, of the replicas that follower.replication.throttled.replicas of their topics names. No limit when it is not set; only as a dynamic value.',
    dynamic: 'per-broker',
    importance: 'medium',
  },
]
