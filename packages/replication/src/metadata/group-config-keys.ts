/** What a group may have of its own (`kafka-configs --entity-type groups`), in place of its coordinator's values. */
import type { ConfigKey } from '@ottla/runtime'

/** A key of groups, and the broker's key that holds for a group without it. */
export interface GroupConfigKey extends ConfigKey {
  readonly name: GroupConfigName
  readonly default: string
  readonly brokerKey: string
}

export type GroupConfigName =
  | 'consumer.assignment.interval.ms'
  | 'consumer.heartbeat.interval.ms'
  | 'consumer.session.timeout.ms'

/** Sorted by name. Only keys of the consumer protocol: those of share and streams groups are refused as unknown. */
export const GROUP_CONFIG_KEYS: readonly GroupConfigKey[] = [
  {
    name: 'consumer.assignment.interval.ms',
    type: 'int',
    default: '1000',
    range: { min: 0 },
    doc: 'Least time between two assignments of the group.',
    dynamic: 'cluster-wide',
    importance: 'medium',
    brokerKey: 'group.consumer.assignment.interval.ms',
  },
  {
    name: 'consumer.heartbeat.interval.ms',
    type: 'int',
    default: '5000',
    range: { min: 1 },
    doc: 'How often the members of the group send heartbeats.',
    dynamic: 'cluster-wide',
    importance: 'medium',
    brokerKey: 'group.consumer.heartbeat.interval.ms',
  },
  {
    name: 'consumer.session.timeout.ms',
    type: 'int',
    default: '45000',
    range: { min: 1 },
    doc: 'A member of the group that sends no heartbeat for so long is taken out of it.',
    dynamic: 'cluster-wide',
    importance: 'medium',
    brokerKey: 'group.consumer.session.timeout.ms',
  },
]
