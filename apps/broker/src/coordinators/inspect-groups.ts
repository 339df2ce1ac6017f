/** For simulations and tests (internal.ts): what a coordinator knows of its groups, as far as its records carry it. */
import { GroupShard, type ShardRecord } from '@ottla/coordinator'
import { CONSUMER_OFFSETS_RECORDS, decodeCoordinatorRecord } from '@ottla/protocol/coordinator-records'
import { type Logger, silentLogger } from '@ottla/runtime'

export interface InspectedGroup {
  readonly groupId: string
  readonly kind: 'classic' | 'consumer'
  readonly state: string
  /** Generation or group epoch. */
  readonly epoch: number
  readonly members: readonly InspectedMember[]
  readonly offsets: readonly InspectedOffset[]
}

export interface InspectedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly epoch: number
  /** Everything else that its records say, as a text to be compared. */
  readonly facts: string
}

export interface InspectedOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

/** A record of the coordinators' topic as it lies in the log. */
export interface RawGroupRecord {
  readonly offset: number
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/** All groups of a shard, by their ids in order; looks without touching anything. */
export function inspectGroups(shard: GroupShard): InspectedGroup[] {
  const groups = [...shard.registry.all()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
  return groups.map((group) => {
    const { groupId, kind, state } = group
    const epoch = group.kind === 'classic' ? group.generation : group.epoch
    const members = group.kind === 'classic' ? classicMembers(group) : consumerMembers(group)
    return { groupId, kind, state, epoch, members, offsets: offsetsOf(shard, groupId) }
  })
}

/** The groups that a coordinator would have that replays these records. */
export function replayedGroups(records: Iterable<RawGroupRecord>): InspectedGroup[] {
  const logger: Logger = silentLogger
  const unasked = () => {
    throw new Error('a replay asks for no settings')
  }
  const shard = new GroupShard({ settings: unasked, groupSettings: unasked, logger })
  for (const { offset, key, value } of records) {
    const record = decoded(key, value)
    if (record !== undefined) shard.replay(offset, record)
  }
  return inspectGroups(shard)
}

function decoded(key: Uint8Array, value: Uint8Array | null): ShardRecord | undefined {
  const record = decodeCoordinatorRecord(CONSUMER_OFFSETS_RECORDS, key, value)
  if (record.kind === 'unknown') return undefined
  const valueVersion = value === null ? -1 : new DataView(value.buffer, value.byteOffset).getInt16(0)
  return { pair: record.pair, key: record.key, value: record.value, valueVersion }
}

type AnyGroup = ReturnType<GroupShard['registry']['all']> extends Iterator<infer Group> ? Group : never
type ClassicGroup = Extract<AnyGroup, { readonly kind: 'classic' }>
type ConsumerGroup = Extract<AnyGroup, { readonly kind: 'consumer' }>

function classicMembers({ members, generation, protocol }: ClassicGroup): InspectedMember[] {
  return inOrder(
    Array.from(members.values(), ({ memberId, groupInstanceId: instanceId, assignment }) => {
      const facts = `${protocol} ${Array.from(assignment, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
      return { memberId, instanceId, epoch: generation, facts }
    }),
  )
}

function consumerMembers(group: ConsumerGroup): InspectedMember[] {
  return inOrder(
    Array.from(group.members.values(), (member) => {
      const { memberId, instanceId, memberEpoch: epoch, state, assigned, revoking, subscribedTopicNames } = member
      const topics = `${subscribedTopicNames.join('+')} ${member.subscribedTopicRegex ?? ''}`
      const held = [assigned, revoking, group.targetOf(memberId)].map(partitionsText).join('; ')
      const facts = `${state} ${member.previousMemberEpoch} ${topics} ${held} of ${group.assignmentEpoch}`
      return { memberId, instanceId, epoch, facts }
    }),
  )
}

function partitionsText(partitions: ReadonlyMap<string, Iterable<unknown>>): string {
  const texts = Array.from(partitions, ([topicId, of]) => `${topicId}:${Array.from(of, String).sort().join('+')}`)
  return texts.sort().join(' ')
}

function offsetsOf(shard: GroupShard, groupId: string): InspectedOffset[] {
  const body = { groupId, memberId: null, memberEpoch: -1, topics: null, requireStable: false }
  const caller = { ticket: 0, clientId: '', clientHost: '', apiVersion: 9 }
  const view = { nowMs: 0, image: undefined as never, newId: () => '' }
  const { replies = [] } = shard.handle({ kind: 'offset-fetch', body }, caller, view)
  const reply = replies[0]?.reply as { readonly topics: readonly FetchedTopic[] }
  const offsets = reply.topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partitionIndex: partition, committedOffset: offset, committedLeaderEpoch, metadata }) => {
      return { topic, partition, offset, leaderEpoch: committedLeaderEpoch, metadata: metadata ?? '' }
    }),
  )
  return offsets.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

interface FetchedTopic {
  readonly name: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly committedOffset: number
    readonly committedLeaderEpoch: number
    readonly metadata: string | null
  }[]
}

function inOrder(members: readonly InspectedMember[]): InspectedMember[] {
  return members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
}
