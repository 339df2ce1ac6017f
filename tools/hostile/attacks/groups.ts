/** Members that nobody wants: ids that are never used, joins that never end, gigantic subscriptions, expressions that take for ever elsewhere. */
import {
  ConsumerGroupHeartbeatRequest,
  encodeRequest,
  FindCoordinatorRequest,
  type InferInput,
  JoinGroupRequest,
  type Message,
  OffsetCommitRequest,
} from '@ottla/protocol'
import { type Attack, type Battlefield, type Damage, pause, scaled } from '../attack.ts'
import { Peer } from '../peer.ts'

const MIB = 1024 * 1024
const SESSION_MS = 6000
const JOIN_WITHOUT_ID = 3
const JOIN_WITH_ID = 4
/** More than one connection may have in progress. */
const REQUESTS_PER_CONNECTION = 120

/** Ten thousand ids of one group, asked for and never used: each is forgotten after its session timeout. */
export const pendingMembers: Attack = {
  name: 'member ids that nobody uses',
  run: (field) => swarm(field, scaled(85, field), () => burst(() => join(JOIN_WITH_ID, 'pending', new Uint8Array(16)))),
}

/** Members with almost four megabytes of metadata each, whose group could never be written down, and joins of them that are never synced. */
export const hugeMembers: Attack = {
  name: 'members with 4 MB of metadata, never synced',
  run: (field) =>
    swarm(field, scaled(40, field), (index) => [join(JOIN_WITHOUT_ID, `huge-${index % 4}`, new Uint8Array(3.9 * MIB))]),
}

/** Groups and offsets that nobody needs, a hundred at a time. */
export const countlessGroups: Attack = {
  name: 'ten thousand groups',
  run: (field) => swarm(field, scaled(85, field), (index) => burst((number) => commit(`group-${index}-${number}`))),
}

/** Members of the consumer protocol that join and are not heard of again, with subscriptions of every kind. */
export const lostMembers: Attack = {
  name: 'members that join and are gone',
  run: (field) =>
    swarm(field, scaled(40, field), (index) => burst((number) => beat(`member-${index}-${number}`, index % 3))),
}

function burst(request: (number: number) => Uint8Array): Uint8Array[] {
  return Array.from({ length: REQUESTS_PER_CONNECTION }, (_, number) => request(number))
}

async function swarm(field: Battlefield, count: number, requests: (index: number) => Uint8Array[]): Promise<Damage> {
  const end = Date.now() + field.durationMs
  await coordinatorExists(field)
  const peers: Peer[] = []
  for (let index = 0; index < count && (Date.now() < end || index < 10); index++) {
    const peer = await Peer.open(field.port)
    peers.push(peer)
    await Promise.race([peer.send(Buffer.concat(requests(index))), pause(100)])
    // Half of them go without waiting for an answer.
    if (index % 2 === 1) peer.close()
  }
  await pause(Math.max(0, end - Date.now()))
  // The first of them stays, and is due an answer, if only the end of its connection.
  const first = await peers[0]!.outcome(1, field.patienceMs)
  const closed = peers.filter(({ isClosed }, index) => isClosed && index % 2 === 0).length
  const answered = peers.reduce((sum, peer) => sum + peer.answered, 0)
  for (const peer of peers) peer.close()
  const violations = first === 'waiting' ? ['nobody was answered'] : []
  return { connections: peers.length, answered, closed, violations }
}

/** Asks for it until there is one: the topic of the groups comes into being by that. */
async function coordinatorExists(field: Battlefield): Promise<void> {
  const peer = await Peer.open(field.port)
  const end = Date.now() + field.patienceMs
  for (let asked = 1; Date.now() < end; asked++) {
    await peer.send(frame(FindCoordinatorRequest, 0, { key: 'pending' }))
    if ((await peer.outcome(asked, field.patienceMs)) !== 'answered') break
    // Behind the correlation id.
    if (peer.lastAnswer?.readInt16BE(4) === 0) break
    await pause(50)
  }
  peer.close()
}

function join(version: number, groupId: string, metadata: Uint8Array): Uint8Array {
  return frame(JoinGroupRequest, version, {
    groupId,
    sessionTimeoutMs: SESSION_MS,
    rebalanceTimeoutMs: SESSION_MS,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
  })
}

function commit(groupId: string): Uint8Array {
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: 'm'.repeat(4000) }]
  return frame(OffsetCommitRequest, 2, { groupId, memberId: '', topics: [{ name: 'plain', partitions }] })
}

/** By names, by an expression that backtracking engines never finish, by one that is as long as it may be. */
function beat(memberId: string, kind: number): Uint8Array {
  const subscriptions = [
    { subscribedTopicNames: Array.from({ length: 1000 }, (_, index) => `topic-${index}`) },
    { subscribedTopicNames: [], subscribedTopicRegex: '(p+)+(l|la)*(a|in)*x$' },
    { subscribedTopicNames: [], subscribedTopicRegex: '(a|b)'.repeat(5000) },
  ]
  const subscription = subscriptions[kind]!
  return frame(ConsumerGroupHeartbeatRequest, 1, {
    groupId: `lost-${kind}`,
    memberId,
    memberEpoch: 0,
    rebalanceTimeoutMs: SESSION_MS,
    topicPartitions: [],
    ...subscription,
  })
}

function frame<M extends Message>(message: M, version: number, value: InferInput<M>): Uint8Array {
  return encodeRequest(message, version, { correlationId: 1, clientId: 'hostile' }, value as never)
}
