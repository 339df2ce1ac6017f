import { OffsetFetchRequest, type OffsetFetchResponse } from '@ottla/protocol'
import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import type { Call, CallOptions } from '../../retry.ts'
import { byTopic, type TopicPartition } from '../leaders.ts'
import { failed, type Outcome, succeeded } from '../outcome.ts'
import { missingGroup, settleAtCoordinators } from './coordinators.ts'

export interface CommittedOffset {
  /** Of the next record that the group wants to read. */
  readonly offset: number
  /** Of the record before; undefined where the consumer did not know it. */
  readonly leaderEpoch: number | undefined
  /** Whatever the consumer left with it. */
  readonly metadata: string
}

export interface CommittedPartition extends TopicPartition {
  readonly outcome: Outcome<CommittedOffset>
}

/** Which offsets: of these partitions, or of all that the group has. */
export type GroupOffsetsWish = 'all' | readonly TopicPartition[]

export interface ListGroupOffsetsOptions extends CallOptions {
  /** Waits until no transaction is open on these offsets (KIP-447). */
  readonly requireStable?: boolean
}

const API_NAME = 'OffsetFetch'
/** Several groups at a time since then (KIP-709). */
const BATCH_VERSION = 8
/** Later ones know topics by their ids alone. */
const NAMES_VERSION_MAX = 9
const STABLE_VERSION = 7
const ALL_TOPICS_VERSION = 2
/** Passes when the transaction ends. */
const UNSTABLE = 'UNSTABLE_OFFSET_COMMIT'

/**
 * The committed offsets of groups; a partition without one is left out. A group that nobody knows has none, for most brokers, and is no
 * error.
 */
export function listGroupOffsets(
  cluster: Cluster,
  wishes: ReadonlyMap<string, GroupOffsetsWish>,
  options: ListGroupOffsetsOptions,
): Promise<Map<string, Outcome<readonly CommittedPartition[]>>> {
  return settleAtCoordinators(cluster, [...wishes.keys()], {
    options,
    send: async ({ id }, groups, call) => {
      const asking = { wishes, brokerId: id, call, requireStable: options.requireStable ?? false }
      const connection = await cluster.connect({ brokerId: id }, call)
      const { apiKey, versions } = OffsetFetchRequest
      if (connection.serves({ apiKey, versions: { min: BATCH_VERSION, max: versions.max } }))
        return fetchTogether(cluster, groups, asking)
      const outcomes = new Map<string, Outcome<readonly CommittedPartition[]>>()
      for (const group of groups) outcomes.set(group, await fetchAlone(cluster, group, asking))
      return outcomes
    },
  })
}

interface Asking {
  readonly wishes: ReadonlyMap<string, GroupOffsetsWish>
  readonly brokerId: number
  readonly call: Call
  readonly requireStable: boolean
}

async function fetchTogether(cluster: Cluster, groupIds: readonly string[], asking: Asking) {
  const { wishes, brokerId, call, requireStable } = asking
  const groups = groupIds.map((groupId) => ({ groupId, topics: topicsOf(wishes.get(groupId)!) }))
  const body = { groupId: '', topics: [], groups, requireStable }
  const versions = { min: BATCH_VERSION, max: NAMES_VERSION_MAX }
  const answer = await cluster.send({ brokerId }, API.offsetFetch, body, { call, versions })
  const byId = new Map(answer.groups.map((group) => [group.groupId, group]))
  return new Map(
    groupIds.map((groupId) => {
      const group = byId.get(groupId)
      return [groupId, group === undefined ? missingGroup(API_NAME, groupId) : committedOf(group)]
    }),
  )
}

async function fetchAlone(cluster: Cluster, groupId: string, asking: Asking) {
  const { wishes, brokerId, call, requireStable } = asking
  const topics = topicsOf(wishes.get(groupId)!)
  const min = requireStable ? STABLE_VERSION : topics === null ? ALL_TOPICS_VERSION : 0
  const body = { groupId, topics, groups: [], requireStable }
  const versions = { min, max: BATCH_VERSION - 1 }
  return committedOf(await cluster.send({ brokerId }, API.offsetFetch, body, { call, versions }))
}

function topicsOf(wish: GroupOffsetsWish): { name: string; partitionIndexes: number[] }[] | null {
  if (wish === 'all') return null
  return byTopic(wish, ({ partition }) => partition).map(({ name, partitions }) => ({
    name,
    partitionIndexes: partitions,
  }))
}

function committedOf({
  errorCode,
  topics,
}: Pick<OffsetFetchResponse, 'errorCode' | 'topics'>): Outcome<readonly CommittedPartition[]> {
  if (errorCode !== 0) return failed(errorCode, null, { api: API_NAME })
  const committed: CommittedPartition[] = []
  for (const { name: topic, partitions } of topics) {
    for (const { partitionIndex: partition, errorCode, ...found } of partitions) {
      if (errorCode === 0 && found.committedOffset < 0) continue
      const outcome: Outcome<CommittedOffset> =
        errorCode === 0 ? succeeded(offsetOf(found)) : failed(errorCode, null, { api: API_NAME, topic, partition })
      if (!outcome.ok && outcome.error.errorName === UNSTABLE) return outcome
      committed.push({ topic, partition, outcome })
    }
  }
  return succeeded(committed)
}

function offsetOf(found: {
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly metadata: string | null
}): CommittedOffset {
  const { committedOffset: offset, committedLeaderEpoch: epoch, metadata } = found
  return { offset, leaderEpoch: epoch < 0 ? undefined : epoch, metadata: metadata ?? '' }
}
