import { type Admin, type ConfigAlteration, type ConfigChange, type TopicPartition, unwrap } from '@ottla/client'
import { ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { inOrder } from './assignment-file.ts'

/** A partition whose replicas move: who has the records, and who fetches them. */
export interface Move extends TopicPartition {
  readonly sources: readonly number[]
  readonly destinations: readonly number[]
}

interface Moving extends TopicPartition {
  readonly replicas: readonly number[]
  readonly addingReplicas: readonly number[]
}

interface Replicas extends TopicPartition {
  readonly replicas: readonly number[]
}

/**
 * The moves that go on, and those that are wished for. Where a partition is on its way already, its records still come from where
 * they came from, wherever it is sent next.
 */
export function movesOf(
  ongoing: readonly Moving[],
  { wished, current }: { readonly wished: readonly Replicas[]; readonly current: readonly Replicas[] },
): Move[] {
  const moves = new Map<string, Move>()
  for (const { topic, partition, replicas, addingReplicas } of ongoing) {
    const sources = replicas.filter((id) => !addingReplicas.includes(id))
    moves.set(keyOf({ topic, partition }), { topic, partition, sources, destinations: addingReplicas })
  }
  const present = new Map(current.map((place) => [keyOf(place), place.replicas]))
  for (const { topic, partition, replicas } of wished) {
    const key = keyOf({ topic, partition })
    const sources = moves.get(key)?.sources ?? present.get(key) ?? []
    moves.set(key, { topic, partition, sources, destinations: replicas.filter((id) => !sources.includes(id)) })
  }
  return inOrder([...moves.values()])
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}

const LEADER_RATE = 'leader.replication.throttled.rate'
const FOLLOWER_RATE = 'follower.replication.throttled.rate'
const LEADER_REPLICAS = 'leader.replication.throttled.replicas'
const FOLLOWER_REPLICAS = 'follower.replication.throttled.replicas'

/** Which replicas count: whoever may lead while the move lasts, and whoever fetches. One alteration per topic. */
export function topicThrottles(moves: readonly Move[]): ConfigAlteration[] {
  return [...Map.groupBy(inOrder(moves), ({ topic }) => topic)].map(([name, ofTopic]) => ({
    resource: { type: 'topic', name },
    changes: [
      set(LEADER_REPLICAS, replicaList(ofTopic, 'sources')),
      set(FOLLOWER_REPLICAS, replicaList(ofTopic, 'destinations')),
    ],
  }))
}

function replicaList(moves: readonly Move[], side: 'sources' | 'destinations'): string {
  return moves
    .flatMap(({ partition, [side]: ids }) => [...ids].sort(ascending).map((id) => `${partition}:${id}`))
    .join(',')
}

/** The brokers that take part in the moves. */
export function brokersOf(moves: readonly Move[]): number[] {
  const ids = moves.flatMap(({ sources, destinations }) => [...sources, ...destinations])
  return [...new Set(ids)].sort(ascending)
}

function ascending(a: number, b: number): number {
  return a - b
}

function set(name: string, value: string): ConfigChange {
  return { kind: 'set', name, value }
}

function unset(name: string): ConfigChange {
  return { kind: 'delete', name }
}

/** Limits what replicas that move may send and fetch, in bytes per second and broker. */
export async function setThrottle(
  admin: Admin,
  { moves, bytesPerSecond }: { readonly moves: readonly Move[]; readonly bytesPerSecond: number },
  io: Io,
): Promise<void> {
  await alter(admin, topicThrottles(moves))
  const present = await presentIds(admin)
  const rate = String(bytesPerSecond)
  const moving = brokersOf(moves)
  // A broker's settings are changed by itself, and one that is down has nothing to be throttled.
  const there = moving.filter((id) => present.includes(id))
  await alter(admin, there.map(onBroker(set(LEADER_RATE, rate), set(FOLLOWER_RATE, rate))))
  const gone = moving.filter((id) => !present.includes(id))
  if (gone.length > 0) io.err.line(`Not there, and so without a throttle: ${gone.join(', ')}`)
  io.out.line(`The inter-broker throttle limit was set to ${bytesPerSecond} B/s`)
}

/** Takes every throttle back: those of all brokers, and those of the topics. */
export async function clearThrottles(
  admin: Admin,
  { brokerIds, topics }: { readonly brokerIds: readonly number[]; readonly topics: readonly string[] },
  io: Io,
): Promise<void> {
  const present = await presentIds(admin)
  const all = [...new Set([...present, ...brokerIds])].sort(ascending)
  io.out.line(`Clearing broker-level throttles on broker${plural(all)} ${all.join(',')}`)
  await alter(admin, present.map(onBroker(unset(LEADER_RATE), unset(FOLLOWER_RATE))))
  io.out.line(`Clearing topic-level throttles on topic${plural(topics)} ${topics.join(',')}`)
  const changes = [unset(LEADER_REPLICAS), unset(FOLLOWER_REPLICAS)]
  await alter(
    admin,
    topics.map((name) => ({ resource: { type: 'topic', name }, changes })),
  )
  const gone = all.filter((id) => !present.includes(id))
  if (gone.length > 0)
    throw new ToolError(`Not there: ${gone.join(', ')}. Run this again when they are back, to clear what they keep`)
}

function onBroker(...changes: ConfigChange[]): (id: number) => ConfigAlteration {
  return (id) => ({ resource: { type: 'broker', name: String(id) }, changes })
}

async function presentIds(admin: Admin): Promise<number[]> {
  return (await admin.describeCluster()).brokers.map(({ id }) => id)
}

async function alter(admin: Admin, alterations: readonly ConfigAlteration[]): Promise<void> {
  if (alterations.length === 0) return
  for (const { outcome } of await admin.incrementalAlterConfigs(alterations)) unwrap(outcome)
}

/** The ending of a noun in front of a list. */
export function plural(items: readonly unknown[]): string {
  return items.length === 1 ? '' : 's'
}
