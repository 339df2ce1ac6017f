import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { Call, CallOptions } from '../retry.ts'
import { askLeaders, byTopic, missingPartition, partitionKey } from './leaders.ts'
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
    attempt: (pending, call) =>
      askLeaders(cluster, pending, {
        call,
        ask: (brokerId, asked) => askLeader(cluster, asked, { brokerId, call, options }),
      }),
  })
  return queries.map((query) => ({ topic: query.topic, partition: query.partition, outcome: outcomes.get(query)! }))
}

export interface Asking {
  readonly brokerId: number
  readonly call: Call
  readonly options: ListOffsetsOptions
}

/** One request to the broker that should lead these partitions, without retry; rejects when it fails as a whole. */
export async function askLeader(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  { brokerId, call, options }: Asking,
): Promise<Map<OffsetQuery, Outcome<ListedOffset>>> {
  const isolationLevel = options.isolationLevel === 'read_committed' ? 1 : 0
  const needed = queries.map(({ timestamp }) => VERSION_OF_SPEC[timestamp] ?? 0)
  const versions = { min: Math.max(...needed, isolationLevel === 1 ? ISOLATION_VERSION : 0) }
  const asked = byTopic(queries, ({ partition, timestamp }) => ({ partitionIndex: partition, timestamp }))
  const body = { replicaId: -1, isolationLevel, topics: asked, timeoutMs: Math.floor(call.remainingMs()) }
  const { topics } = await cluster.send({ brokerId }, API.listOffsets, body, { call, versions })
  const answers = topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => [partitionKey(name, partition.partitionIndex), partition] as const),
  )
  const byKey = new Map(answers)
  return new Map(
    queries.map((query) => [query, listedOffset(query, byKey.get(partitionKey(query.topic, query.partition)))]),
  )
}

function listedOffset(
  query: OffsetQuery,
  answer:
    | { readonly errorCode: number; readonly offset: number; readonly timestamp: number; readonly leaderEpoch: number }
    | undefined,
): Outcome<ListedOffset> {
  if (answer === undefined) return missingPartition('ListOffsets', query)
  const { topic, partition } = query
  const { errorCode, offset, timestamp, leaderEpoch } = answer
  return errorCode === 0
    ? succeeded({ offset, timestamp, leaderEpoch })
    : failed(errorCode, null, { api: 'ListOffsets', topic, partition })
}
