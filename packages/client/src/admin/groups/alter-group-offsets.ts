/** Changes of the offsets of a group that is not in use. */
import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import { ClientError } from '../../errors.ts'
import type { CallOptions } from '../../retry.ts'
import { byTopic, missingPartition, partitionKey, type TopicPartition } from '../leaders.ts'
import { failed, type Outcome, succeeded, unwrap } from '../outcome.ts'
import { type CoordinatorCall, settleAtCoordinators } from './coordinators.ts'

export interface NewGroupOffset extends TopicPartition {
  /** Of the next record that the group is to read. */
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string
}

export interface AlteredGroupOffset extends TopicPartition {
  readonly outcome: Outcome<void>
}

/** Later versions know topics by their ids alone. */
const NAMES_VERSION_MAX = 9
/** Errors that every partition of a request carries, and that concern the coordinator: the request is sent again. */
const OF_COORDINATOR: ReadonlySet<string> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'REBALANCE_IN_PROGRESS',
])

/**
 * Commits offsets in the name of a group without active members; one that has some refuses with UNKNOWN_MEMBER_ID. In the order given.
 * Rejects where the group as a whole cannot be asked.
 */
export async function alterGroupOffsets(
  cluster: Cluster,
  { groupId, offsets }: { readonly groupId: string; readonly offsets: readonly NewGroupOffset[] },
  options: CallOptions,
): Promise<AlteredGroupOffset[]> {
  const topics = byTopic(offsets, ({ partition, offset, leaderEpoch, metadata }) => ({
    partitionIndex: partition,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch ?? -1,
    committedMetadata: metadata ?? '',
  }))
  const body = { groupId, memberId: '', generationIdOrMemberEpoch: -1, topics }
  const codes = await ofOneGroup(cluster, groupId, {
    options,
    send: async ({ id }, _, call) => {
      const versions = { max: NAMES_VERSION_MAX }
      const answer = await cluster.send({ brokerId: id }, API.offsetCommit, body, { call, versions })
      return new Map([[groupId, codesOf(answer.topics, 'OffsetCommit')]])
    },
  })
  return offsets.map((offset) => altered(offset, codes, 'OffsetCommit'))
}

/**
 * Forgets committed offsets. A partition of a topic to which a member of the group subscribes is refused with
 * GROUP_SUBSCRIBED_TO_TOPIC. In the order given. Rejects where the group as a whole cannot be asked, or is refused.
 */
export async function deleteGroupOffsets(
  cluster: Cluster,
  { groupId, partitions }: { readonly groupId: string; readonly partitions: readonly TopicPartition[] },
  options: CallOptions,
): Promise<AlteredGroupOffset[]> {
  const topics = byTopic(partitions, ({ partition }) => ({ partitionIndex: partition }))
  const codes = await ofOneGroup(cluster, groupId, {
    options,
    send: async ({ id }, _, call) => {
      const answer = await cluster.send({ brokerId: id }, API.offsetDelete, { groupId, topics }, { call })
      const outcome: Outcome<Codes> =
        answer.errorCode === 0
          ? codesOf(answer.topics, 'OffsetDelete')
          : failed(answer.errorCode, null, { api: 'OffsetDelete' })
      return new Map([[groupId, outcome]])
    },
  })
  return partitions.map((partition) => altered(partition, codes, 'OffsetDelete'))
}

type Codes = ReadonlyMap<string, number>

async function ofOneGroup(cluster: Cluster, groupId: string, call: CoordinatorCall<Codes>): Promise<Codes> {
  return unwrap((await settleAtCoordinators(cluster, [groupId], call)).get(groupId)!)
}

function codesOf(
  topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
  }[],
  api: string,
): Outcome<Codes> {
  const codes = new Map<string, number>()
  for (const { name, partitions } of topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      const error = ClientError.fromCode(errorCode, null, { api })
      if (OF_COORDINATOR.has(error.errorName)) return { ok: false, error }
      codes.set(partitionKey(name, partitionIndex), errorCode)
    }
  }
  return succeeded(codes)
}

function altered(at: TopicPartition, codes: Codes, api: string): AlteredGroupOffset {
  const { topic, partition } = at
  const code = codes.get(partitionKey(topic, partition))
  if (code === undefined) return { topic, partition, outcome: missingPartition(api, at) }
  const outcome: Outcome<void> = code === 0 ? succeeded(undefined) : failed(code, null, { api, topic, partition })
  return { topic, partition, outcome }
}
