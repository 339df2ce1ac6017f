import type { TopicPartition } from '../../admin/leaders.ts'
import type { TopicShapes } from '../member.ts'
import type { GroupMember } from './assignor.ts'

/** Static members in front, by instance id, so that they keep their place when they come back with another member id. */
export function byIdentity(a: GroupMember, b: GroupMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) return compare(a.groupInstanceId, b.groupInstanceId)
  if (a.groupInstanceId !== null) return -1
  if (b.groupInstanceId !== null) return 1
  return compare(a.memberId, b.memberId)
}

/** By UTF-16 code units, as Java compares. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function partitionsOf(topic: string, count: number): TopicPartition[] {
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
}

/** Topics that exist, in order of their names, each with the members that want it. */
export function subscribersByTopic(
  members: readonly GroupMember[],
  shapes: TopicShapes,
): readonly (readonly [topic: string, subscribers: readonly GroupMember[]])[] {
  const byTopic = new Map<string, GroupMember[]>()
  for (const member of members) {
    for (const topic of new Set(member.topics)) {
      if (!shapes.has(topic)) continue
      const subscribers = byTopic.get(topic)
      if (subscribers === undefined) byTopic.set(topic, [member])
      else subscribers.push(member)
    }
  }
  return [...byTopic].sort(([a], [b]) => compare(a, b))
}
