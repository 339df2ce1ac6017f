import { ErrorCode, ZERO_UUID } from '@ottla/protocol'
import type { AnyGroup } from '../registry.ts'
import type { FetchedGroup, FetchedOffsets } from '../requests.ts'
import type { OffsetTable } from './offset-table.ts'
import type { CommittedOffset, TopicOffsets } from './topic-offsets.ts'

type FetchedTopic = FetchedOffsets['topics'][number]
type FetchedPartition = FetchedTopic['partitions'][number]

/**
 * A partition without an offset, and every partition of a group that is not there, has offset -1. Without open transactions every offset is
 * stable, so `requireStable` changes nothing.
 */
export function fetchOffsets(body: FetchedGroup, group: AnyGroup | undefined, offsets: OffsetTable): FetchedOffsets {
  const { groupId, memberId, memberEpoch } = body
  const refusal = group?.refuseFetch({ memberId, memberEpoch })
  if (refusal !== undefined) return { groupId, topics: [], errorCode: ErrorCode[refusal] }
  const ofGroup: ReturnType<OffsetTable['topicsOf']> = group === undefined ? new Map() : offsets.topicsOf(groupId)
  if (body.topics === null) return { groupId, topics: [...ofGroup].map(([name, ofTopic]) => wholeTopic(name, ofTopic)) }
  const topics = body.topics.map(({ name, topicId, partitionIndexes }) => {
    const ofTopic = ofGroup.get(name)
    const partitions = partitionIndexes.map((partition) => fetched(partition, ofTopic?.get(partition), topicId))
    return { name, topicId, partitions }
  })
  return { groupId, topics }
}

/** The id is the handler's, who knows what the name stands for now. */
function wholeTopic(name: string, offsets: TopicOffsets): FetchedTopic {
  const partitions = Array.from(offsets.entries(), ([partition, committed]) => fetched(partition, committed, ZERO_UUID))
  partitions.sort((a, b) => a.partitionIndex - b.partitionIndex)
  return { name, topicId: ZERO_UUID, partitions }
}

function fetched(partitionIndex: number, committed: CommittedOffset | undefined, topicId: string): FetchedPartition {
  const known = committed !== undefined && !isOfAnother(committed.topicId, topicId)
  return {
    partitionIndex,
    committedOffset: known ? committed.offset : -1,
    committedLeaderEpoch: known ? committed.leaderEpoch : -1,
    metadata: known ? committed.metadata : '',
    errorCode: ErrorCode.NONE,
  }
}

/** Committed for an earlier topic of the same name. */
function isOfAnother(committedFor: string, topicId: string): boolean {
  return committedFor !== ZERO_UUID && topicId !== ZERO_UUID && committedFor !== topicId
}
