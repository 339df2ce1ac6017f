import type { TopicPartition } from '../../admin/leaders.ts'
import type { GroupAssignment, PartitionAssignor } from './assignor.ts'
import { byIdentity, partitionsOf, subscribersByTopic } from './members.ts'

/** All partitions of all topics in a row, dealt to the members in turn; a member that does not want the topic is passed over. */
export const roundRobinAssignor: PartitionAssignor = {
  name: 'roundrobin',
  cooperative: false,
  assign(members, shapes) {
    const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    const circle = [...members].sort(byIdentity)
    const wanting = new Map(circle.map(({ memberId, topics }) => [memberId, new Set(topics)]))
    let turn = 0
    for (const [topic] of subscribersByTopic(members, shapes)) {
      for (const partition of partitionsOf(topic, shapes.get(topic)!.partitions)) {
        while (!wanting.get(circle[turn % circle.length]!.memberId)!.has(topic)) turn += 1
        assignment.get(circle[turn % circle.length]!.memberId)!.push(partition)
        turn += 1
      }
    }
    return assignment as GroupAssignment
  },
}
