/**
 * As even as possible, and then as much as possible left where it was. `sticky` is told by each member what it held before it gave all
 * up; with `cooperative-sticky` members keep their partitions, and one that is to move is left out until its holder has given it up
 * (KIP-429): its revocation leads to the rebalance in which it is given away.
 */
import type { TopicPartition } from '../../admin/leaders.ts'
import { partitionKey, type TopicShapes } from '../member.ts'
import type { GroupMember, PartitionAssignor } from './assignor.ts'
import { byIdentity, partitionsOf, subscribersByTopic } from './members.ts'
import { decodeGeneration, decodePrior, encodeGeneration, encodePrior, type Prior } from './sticky-user-data.ts'

export const stickyAssignor: PartitionAssignor = {
  name: 'sticky',
  cooperative: false,
  userData: ({ lastAssignment, generation }) => encodePrior({ partitions: lastAssignment, generation }),
  assign: (members, shapes) => stickyAssignment(members, shapes, claimsOf(members, toldInUserData)).assignment,
}

export const cooperativeStickyAssignor: PartitionAssignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  userData: ({ generation }) => encodeGeneration(generation),
  assign(members, shapes) {
    const claims = claimsOf(members, held)
    const { assignment } = stickyAssignment(members, shapes, claims)
    for (const [memberId, partitions] of assignment) {
      const isFree = (partition: TopicPartition) => (claims.get(partitionKey(partition)) ?? memberId) === memberId
      assignment.set(memberId, partitions.filter(isFree))
    }
    return assignment
  },
}

/** Who held which partition last, by `topic-partition`. */
type Claims = ReadonlyMap<string, string>

function toldInUserData(member: GroupMember): Prior {
  const prior = decodePrior(member.userData)
  return prior.partitions.length > 0 ? prior : held(member)
}

function held({ ownedPartitions: partitions, generation, userData }: GroupMember): Prior {
  return { partitions, generation: generation >= 0 ? generation : decodeGeneration(userData) }
}

/** What two members claim belongs to the one of the later generation: the other one has missed a rebalance. In the same one, to nobody. */
function claimsOf(members: readonly GroupMember[], priorOf: (member: GroupMember) => Prior): Claims {
  const claims = new Map<string, { readonly memberId: string | undefined; readonly generation: number }>()
  for (const member of members) {
    const { partitions, generation } = priorOf(member)
    for (const partition of partitions) {
      const key = partitionKey(partition)
      const other = claims.get(key)
      if (other === undefined || other.generation < generation)
        claims.set(key, { memberId: member.memberId, generation })
      else if (other.generation === generation) claims.set(key, { memberId: undefined, generation })
    }
  }
  return new Map(
    [...claims].flatMap(([key, { memberId }]) => (memberId === undefined ? [] : [[key, memberId] as const])),
  )
}

interface Share {
  readonly member: GroupMember
  readonly partitions: Set<TopicPartition>
}

interface Candidates {
  readonly partition: TopicPartition
  readonly shares: readonly Share[]
}

function stickyAssignment(members: readonly GroupMember[], shapes: TopicShapes, claims: Claims) {
  const order = [...members].sort(byIdentity)
  const shares = new Map<string, Share>(order.map((member) => [member.memberId, { member, partitions: new Set() }]))
  const all = candidatesOf(order, shapes, shares)
  const owners = new Map<TopicPartition, Share>()
  const give = (partition: TopicPartition, share: Share) => {
    owners.get(partition)?.partitions.delete(partition)
    owners.set(partition, share)
    share.partitions.add(partition)
  }
  for (const { partition, shares: possible } of all) {
    const holder = shares.get(claims.get(partitionKey(partition)) ?? '')
    if (holder !== undefined && possible.includes(holder)) give(partition, holder)
  }
  // Partitions with few possible readers first: the others can still make up for what these cannot choose.
  const free = all.filter(({ partition }) => !owners.has(partition)).sort((a, b) => a.shares.length - b.shares.length)
  for (const { partition, shares: possible } of free) give(partition, smallest(possible))
  balance(all, owners, give)
  const assignment = new Map<string, readonly TopicPartition[]>()
  for (const { memberId } of members) assignment.set(memberId, inOrder([...shares.get(memberId)!.partitions]))
  return { assignment }
}

/** Each move brings two members nearer to each other, so it ends: the sum of the squares of their counts falls with each. */
function balance(
  all: readonly Candidates[],
  owners: ReadonlyMap<TopicPartition, Share>,
  give: (partition: TopicPartition, share: Share) => void,
): void {
  for (let moved = true; moved; ) {
    moved = false
    for (const { partition, shares } of all) {
      const least = smallest(shares)
      if (owners.get(partition)!.partitions.size <= least.partitions.size + 1) continue
      give(partition, least)
      moved = true
    }
  }
}

function candidatesOf(
  members: readonly GroupMember[],
  shapes: TopicShapes,
  shares: ReadonlyMap<string, Share>,
): Candidates[] {
  return subscribersByTopic(members, shapes).flatMap(([topic, subscribers]) => {
    const possible = subscribers.map(({ memberId }) => shares.get(memberId)!)
    return partitionsOf(topic, shapes.get(topic)!.partitions).map((partition) => ({ partition, shares: possible }))
  })
}

/** The first one of those with the fewest partitions. */
function smallest(shares: readonly Share[]): Share {
  let least = shares[0]!
  for (const share of shares) if (share.partitions.size < least.partitions.size) least = share
  return least
}

function inOrder(partitions: TopicPartition[]): TopicPartition[] {
  return partitions.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}
