/**
 * Members that nobody wants: ids that are never used, joins that never end, gigantic subscriptions, expressions that take for ever elsewhere, syncs that
 * wait; and offsets that nobody wants.
 */
import {
  ConsumerGroupHeartbeatRequest,
  encodeRequest,
  FindCoordinatorRequest,
  type InferInput,
  JoinGroupRequest,
  JoinGroupResponse,
  type Message,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetFetchRequest,
  SyncGroupRequest,
} from '@ottla/protocol'
import { type Attack, type Battlefield, type Damage, pause, scaled } from '../attack.ts'
import { call, createTopic } from '../calls.ts'
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

/** Members that send 50 MB with a sync, and wait for the assignment of a leader that never brings one. */
export const waitingSyncs: Attack = {
  name: 'syncs of 50 MB that wait for their leader',
  async run(field) {
    const end = Date.now() + field.durationMs
    await coordinatorExists(field)
    const peers: Peer[] = []
    for (let index = 0; index < Math.max(2, scaled(20, field)); index++) peers.push(await Peer.open(field.port))
    const members = await joinedMembers(peers, Math.max(SESSION_MS, field.durationMs))
    for (const [index, { generationId, memberId, leader }] of members.entries()) {
      if (memberId === leader) continue
      const assignments = [{ memberId, assignment: new Uint8Array(50 * MIB) }]
      await peers[index]!.send(frame(SyncGroupRequest, 2, { groupId: 'syncs', generationId, memberId, assignments }))
    }
    await pause(Math.max(0, end - Date.now()))
    return damage(peers)
  },
}

/** All of them, in one generation. */
async function joinedMembers(peers: readonly Peer[], timeoutMs: number): Promise<JoinGroupResponse[]> {
  const messages = { request: JoinGroupRequest, response: JoinGroupResponse, version: 2 }
  const protocols = [{ name: 'range', metadata: new Uint8Array(16) }]
  const timeouts = { sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: timeoutMs }
  const join = { groupId: 'syncs', ...timeouts, memberId: '', protocolType: 'consumer', protocols }
  const first = await call(peers[0]!, messages, join)
  const others = peers.slice(1).map((peer) => call(peer, messages, join))
  // The others wait for the first, whose session goes on until they are there.
  await pause(100)
  return Promise.all([call(peers[0]!, messages, { ...join, memberId: first.memberId }), ...others])
}

const OFFSETS = 1000

/** A hundred requests for the offsets of one group, four megabytes with their metadata, on each connection, and nobody takes an answer. */
export const untakenOffsets: Attack = {
  name: 'offsets of 4 MB that nobody takes',
  async run(field) {
    const end = Date.now() + field.durationMs
    await coordinatorExists(field)
    const setUp = await Peer.open(field.port)
    await createTopic(setUp, 'wide', {}, OFFSETS)
    const partitions = Array.from({ length: OFFSETS }, (_, partitionIndex) => {
      return { partitionIndex, committedOffset: 1, committedMetadata: 'm'.repeat(4000) }
    })
    const messages = { request: OffsetCommitRequest, response: OffsetCommitResponse, version: 2 }
    for (let from = 0; from < OFFSETS; from += 200) {
      const topics = [{ name: 'wide', partitions: partitions.slice(from, from + 200) }]
      await call(setUp, messages, { groupId: 'wide', memberId: '', topics })
    }
    const requests = burst(() => frame(OffsetFetchRequest, 2, { groupId: 'wide', topics: null }))
    const peers: Peer[] = [setUp]
    for (let index = 0; index < scaled(60, field); index++) {
      const peer = await Peer.open(field.port, { reads: false })
      peers.push(peer)
      await peer.send(Buffer.concat(requests))
    }
    await pause(Math.max(0, end - Date.now()))
    return damage(peers)
  },
}

function damage(peers: readonly Peer[]): Damage {
  const closed = peers.filter(({ isClosed }) => isClosed).length
  for (const peer of peers) peer.close()
  const answered = peers.reduce((sum, peer) => sum + peer.answered, 0)
  return { connections: peers.length, answered, closed, violations: [] }
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
