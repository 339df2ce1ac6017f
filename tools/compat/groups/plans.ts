/** Who shares a group with whom. */
import type { Chair, GroupPlan } from './group.ts'
import type { KindName, Protocol } from './kinds.ts'

export const TOPIC = 'load'
/** Appears and goes while its pattern is subscribed to. */
export const SECOND_TOPIC = 'load-more'
const PATTERN = '^load.*'
/*
 * Not in groups with patterns: python3-kafka first joins without topics, whose subscription librdkafka as leader cannot parse and leaves out;
 * kafkajs and @platformatic/kafka have no patterns that find topics later; kcat does not always end once a topic that it reads is deleted.
 */

function chairs(protocol: Protocol, count: number, ...kinds: KindName[]): Chair[] {
  return kinds.map((kind) => ({ kind, protocol, count }))
}

export const PLANS: readonly GroupPlan[] = [
  {
    id: 'classic',
    topic: TOPIC,
    chairs: chairs('classic', 2, 'ottla', 'kafkajs', 'platformatic', 'confluent', 'python', 'kcat', 'apache'),
  },
  { id: 'modern', topic: TOPIC, chairs: chairs('consumer', 2, 'ottla', 'platformatic', 'confluent', 'apache') },
  {
    id: 'mixed',
    topic: TOPIC,
    chairs: [
      ...chairs('classic', 1, 'ottla', 'kafkajs', 'confluent', 'python', 'kcat'),
      ...chairs('consumer', 1, 'ottla', 'platformatic', 'confluent', 'apache'),
    ],
  },
  { id: 'pattern', topic: PATTERN, chairs: chairs('classic', 1, 'ottla', 'confluent', 'apache') },
  { id: 'modern-pattern', topic: PATTERN, chairs: chairs('consumer', 1, 'ottla', 'confluent', 'apache') },
]
