import type { MetadataResponse } from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, withAttempt } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

/** What ListOffsets takes in place of a timestamp. */
export const OFFSET_SPEC = {
  latest: -1,
  earliest: -2,
  /** Of the record with the largest timestamp (KIP-734). */
  maxTimestamp: -3,
  /** First offset on the broker's own disks (KIP-405). */
  earliestLocal: -4,
  /** Last offset in remote storage (KIP-1005). */
  latestTiered: -5,
  /** First offset that is not yet in remote storage (KIP-1023). */
  earliestPendingUpload: -6,
} as const

export interface OffsetQuery {
  readonly topic: string
  readonly partition: number
  /** Milliseconds since the epoch: the first record at or after it. Or one of `OFFSET_SPEC`. */
  readonly timestamp: number
}

export interface ListedOffset {
  /** -1: there is no such record. */
  readonly offset: number
  /** Of the record found, -1 for earliest and latest. */
  readonly timestamp: number
  /** -1 from brokers that do not say. */
  readonly leaderEpoch: number
}

export interface ListedPartition {
  readonly topic: string
  readonly partition: number
  readonly outcome: Outcome<ListedOffset>
}

export interface ListOffsetsOptions extends CallOptions {
  /** With `read_committed`, latest is the last stable offset. */
  readonly isolationLevel?: 'read_uncommitted' | 'read_committed'
}

/** The version that introduced each special value; older brokers would take it for a time. */
const VERSION_OF_SPEC: Readonly<Record<number, number>> = {
  [OFFSET_SPEC.maxTimestamp]: 7,
  [OFFSET_SPEC.earliestLocal]: 8,
  [OFFSET_SPEC.latestTiered]: 9,
  [OFFSET_SPEC.earliestPendingUpload]: 11,
}
const ISOLATION_VERSION = 2

/** Asks the leader of each partition; asks again, with fresh metadata, where leadership has moved. */
export async function listOffsets(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  options: ListOffsetsOptions,
): Promise<ListedPartition[]> {
  const outcomes = await settle(cluster, {
    items: queries,
    options,
    repeat: (error) => error.retriable,
    attempt: (pending, call) => askLeaders(cluster, pending, { call, options }),
  })
  return queries.map((query) => ({ topic: query.topic, partition: query.partition, outcome: outcomes.get(query)! }))
}

interface Asking {
  readonly call: Call
  readonly options: ListOffsetsOptions
}

type Outcomes = Map<OffsetQuery, Outcome<ListedOffset>>

async function askLeaders(cluster: Cluster, queries: readonly OffsetQuery[], asking: Asking): Promise<Outcomes> {
  const names = [...new Set(queries.map((query) => query.topic))]
  const metadata = await cluster.metadata({ names }, asking.call)
  const leaders = leaderFinder(metadata)
  const outcomes: Outcomes = new Map()
  const answers: Promise<Outcomes>[] = []
  for (const [leader, asked] of groupBy(queries, leaders)) {
    if (typeof leader === 'number') answers.push(askLeader(cluster, asked, { ...asking, brokerId: leader }))
    else for (const query of asked) outcomes.set(query, { ok: false, error: leader })
  }
  for (const answer of await Promise.all(answers)) for (const [query, outcome] of answer) outcomes.set(query, outcome)
  return outcomes
}

/** Gives the leader's broker id of a partition, or why there is none to ask. */
function leaderFinder({ topics, brokers }: MetadataResponse): (query: OffsetQuery) => number | ClientError {
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

async function askLeader(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  { brokerId, call, options }: Asking & { readonly brokerId: number },
): Promise<Outcomes> {
  const isolationLevel = options.isolationLevel === 'read_committed' ? 1 : 0
  const needed = queries.map(({ timestamp }) => VERSION_OF_SPEC[timestamp] ?? 0)
  const versions = { min: Math.max(...needed, isolationLevel === 1 ? ISOLATION_VERSION : 0) }
  const body = { replicaId: -1, isolationLevel, topics: byTopic(queries), timeoutMs: Math.floor(call.remainingMs()) }
  try {
    const { topics } = await cluster.send({ brokerId }, API.listOffsets, body, { call, versions })
    const answers = topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => [partitionKey(name, partition.partitionIndex), partition] as const),
    )
    const byKey = new Map(answers)
    return new Map(
      queries.map((query) => [query, listedOffset(query, byKey.get(partitionKey(query.topic, query.partition)))]),
    )
  } catch (error) {
    // One leader that cannot be asked does not spoil the answers of the others.
    if (!(error instanceof ClientError)) throw error
    return new Map(queries.map((query) => [query, { ok: false, error: withAttempt(error, query) }]))
  }
}

function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

function byTopic(queries: readonly OffsetQuery[]) {
  return [...groupBy(queries, (query) => query.topic)].map(([name, asked]) => ({
    name,
    partitions: asked.map(({ partition, timestamp }) => ({ partitionIndex: partition, timestamp })),
  }))
}

function listedOffset(
  { topic, partition }: OffsetQuery,
  answer:
    | { readonly errorCode: number; readonly offset: number; readonly timestamp: number; readonly leaderEpoch: number }
    | undefined,
): Outcome<ListedOffset> {
  const attempt = { api: 'ListOffsets', topic, partition }
  if (answer === undefined)
    return { ok: false, error: new ClientError('UNKNOWN_TOPIC_OR_PARTITION', 'missing in the answer', attempt) }
  const { errorCode, offset, timestamp, leaderEpoch } = answer
  return errorCode === 0 ? succeeded({ offset, timestamp, leaderEpoch }) : failed(errorCode, null, attempt)
}
