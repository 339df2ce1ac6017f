import type { MetadataResponse } from '@ottla/protocol'
import type { Cluster } from '../cluster.ts'
import { ClientError, withAttempt } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { type Outcome, settle } from './outcome.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface LeaderAsking<Q, T> {
  readonly call: Call
  /** Sends what belongs to this broker in one request; a query that is missing in the result is asked for again. */
  ask(brokerId: number, queries: readonly Q[]): Promise<ReadonlyMap<Q, Outcome<T>>>
}

/**
 * Looks up the leaders of the partitions and asks each of them for its share. Where there is no leader, or a leader cannot be
 * asked, the outcome says so, and the other answers stand.
 */
export async function askLeaders<Q extends TopicPartition, T>(
  cluster: Cluster,
  queries: readonly Q[],
  asking: LeaderAsking<Q, T>,
): Promise<Map<Q, Outcome<T>>> {
  const names = [...new Set(queries.map((query) => query.topic))]
  const leaders = leaderFinder(await cluster.metadata({ names }, asking.call))
  const outcomes = new Map<Q, Outcome<T>>()
  const answers: Promise<ReadonlyMap<Q, Outcome<T>>>[] = []
  for (const [leader, asked] of groupBy(queries, leaders)) {
    if (typeof leader === 'number') answers.push(askLeader(leader, asked, asking))
    else for (const query of asked) outcomes.set(query, { ok: false, error: leader })
  }
  for (const answer of await Promise.all(answers)) for (const [query, outcome] of answer) outcomes.set(query, outcome)
  return outcomes
}

/** What a leader answers about its share of the partitions. */
interface TopicAnswers<A> {
  readonly name: string
  readonly partitions: readonly A[]
}

export interface LeaderCall<Q, A, T> {
  readonly options: CallOptions
  /** One request, with what belongs to this broker. */
  send(brokerId: number, queries: readonly Q[], call: Call): Promise<readonly TopicAnswers<A>[]>
  /** `answer` is undefined where the partition is missing in it. */
  outcomeOf(query: Q, answer: A | undefined): Outcome<T>
}

/** Asks the partitions' leaders until every outcome stands; in the order given. */
export async function settleAtLeaders<Q extends TopicPartition, A extends { readonly partitionIndex: number }, T>(
  cluster: Cluster,
  queries: readonly Q[],
  { options, send, outcomeOf }: LeaderCall<Q, A, T>,
): Promise<(TopicPartition & { readonly outcome: Outcome<T> })[]> {
  const ask = async (brokerId: number, asked: readonly Q[], call: Call) => {
    const answers = new Map<string, A>()
    for (const { name, partitions } of await send(brokerId, asked, call)) {
      for (const answer of partitions) answers.set(partitionKey(name, answer.partitionIndex), answer)
    }
    return new Map(asked.map((query) => [query, outcomeOf(query, answers.get(keyOf(query)))]))
  }
  const outcomes = await settle(cluster, {
    items: queries,
    options,
    // A topic that is not there is more likely misspelt than just created.
    repeat: (error) => error.retriable && error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION',
    attempt: (pending, call) =>
      askLeaders(cluster, pending, { call, ask: (brokerId, asked) => ask(brokerId, asked, call) }),
  })
  return queries.map((query) => ({
    topic: query.topic,
    partition: query.partition,
    outcome: outcomes.get(query)!,
  }))
}

function keyOf({ topic, partition }: TopicPartition): string {
  return partitionKey(topic, partition)
}

async function askLeader<Q extends TopicPartition, T>(
  brokerId: number,
  queries: readonly Q[],
  asking: LeaderAsking<Q, T>,
): Promise<ReadonlyMap<Q, Outcome<T>>> {
  try {
    return await asking.ask(brokerId, queries)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return new Map(
      queries.map((query) => {
        const { topic, partition } = query
        return [query, { ok: false, error: withAttempt(error, { topic, partition }) }]
      }),
    )
  }
}

/** Gives the leader's broker id of a partition, or why there is none to ask. */
function leaderFinder({ topics, brokers }: MetadataResponse): (query: TopicPartition) => number | ClientError {
  const live = new Set(brokers.map((broker) => broker.nodeId))
  const byName = new Map(topics.map((topic) => [topic.name, topic]))
  return ({ topic, partition }) => {
    const attempt = { api: 'Metadata', topic, partition }
    const found = byName.get(topic)
    if (found !== undefined && found.errorCode !== 0) return ClientError.fromCode(found.errorCode, null, attempt)
    const leader = found?.partitions.find((candidate) => candidate.partitionIndex === partition)?.leaderId
    if (leader === undefined) return new ClientError('UNKNOWN_TOPIC_OR_PARTITION', undefined, attempt)
    return live.has(leader) ? leader : new ClientError('LEADER_NOT_AVAILABLE', undefined, attempt)
  }
}

/** Queries by topic, as most requests carry them. */
export function byTopic<Q extends TopicPartition, P>(
  queries: readonly Q[],
  partitionOf: (query: Q) => P,
): { name: string; partitions: P[] }[] {
  return [...groupBy(queries, (query) => query.topic)].map(([name, asked]) => ({
    name,
    partitions: asked.map(partitionOf),
  }))
}

/** Partition numbers by topic, for requests that name no more than these. */
export function partitionsByTopic(partitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  return byTopic(partitions, ({ partition }) => partition).map(({ name: topic, partitions }) => ({ topic, partitions }))
}

/** One text per partition, for look-ups. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** The error of an item that the answer should have contained. */
export function missingPartition(api: string, { topic, partition }: TopicPartition): Outcome<never> {
  const error = new ClientError('UNKNOWN_TOPIC_OR_PARTITION', 'missing in the answer', { api, topic, partition })
  return { ok: false, error }
}
