import type { TopicPartition } from '../../admin/leaders.ts'
import type { TopicShape, TopicShapes } from '../member.ts'
import type { GroupAssignment, GroupMember, PartitionAssignor } from './assignor.ts'
import { byIdentity, partitionsOf, subscribersByTopic } from './members.ts'

/**
 * Per topic, neighbouring partitions to each member, the first members one more where it does not come out even. Members with
 * racks get partitions with a replica in theirs as far as that leaves the sizes as they are (KIP-881); where racks decide nothing,
 * topics with as many partitions and the same members are cut at the same places, so that joins by partition work.
 */
export const rangeAssignor: PartitionAssignor = {
  name: 'range',
  cooperative: false,
  assign(members, shapes) {
    const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    for (const [topic, subscribers] of subscribersByTopic(members, shapes)) {
      assignTopic(topic, subscribers, { shapes, assignment })
    }
    return assignment as GroupAssignment
  },
}

interface Goal {
  readonly shapes: TopicShapes
  readonly assignment: Map<string, TopicPartition[]>
}

function assignTopic(topic: string, subscribers: readonly GroupMember[], { shapes, assignment }: Goal): void {
  const shape = shapes.get(topic)!
  const members = [...subscribers].sort(byIdentity)
  const quotas = quotasOf(shape.partitions, members.length)
  const given = new Map<string, number[]>(members.map(({ memberId }) => [memberId, []]))
  const free = new Set(partitionsOf(topic, shape.partitions).map(({ partition }) => partition))
  if (racksDecide(members, shape)) assignByRack(members, { quotas, shape, given, free })
  for (const [index, { memberId }] of members.entries()) {
    const its = given.get(memberId)!
    for (const partition of free) {
      if (its.length >= quotas[index]!) break
      its.push(partition)
      free.delete(partition)
    }
    its.sort((a, b) => a - b)
    assignment.get(memberId)!.push(...its.map((partition) => ({ topic, partition })))
  }
}

function quotasOf(partitions: number, members: number): number[] {
  const each = Math.floor(partitions / members)
  const larger = partitions % members
  return Array.from({ length: members }, (_, index) => each + (index < larger ? 1 : 0))
}

/** Without members in racks that have some replicas and lack others there is nothing to gain. */
function racksDecide(members: readonly GroupMember[], { racks }: TopicShape): boolean {
  const ofMembers = new Set(members.flatMap(({ rackId }) => (rackId === null || rackId === '' ? [] : [rackId])))
  if (ofMembers.size === 0) return false
  const reached = racks.map((its) => its.filter((rack) => ofMembers.has(rack)))
  return reached.some((its) => its.length > 0) && !reached.every((its) => its.length === ofMembers.size)
}

interface RackGoal {
  readonly quotas: readonly number[]
  readonly shape: TopicShape
  readonly given: ReadonlyMap<string, number[]>
  readonly free: Set<number>
}

function assignByRack(members: readonly GroupMember[], { quotas, shape, given, free }: RackGoal): void {
  for (const [index, { memberId, rackId }] of members.entries()) {
    if (rackId === null || rackId === '') continue
    const its = given.get(memberId)!
    for (const partition of free) {
      if (its.length >= quotas[index]!) break
      if (!shape.racks[partition]?.includes(rackId)) continue
      its.push(partition)
      free.delete(partition)
    }
  }
}
