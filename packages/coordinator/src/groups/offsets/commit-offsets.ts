import { ErrorCode, type InferInput, type OffsetCommitRequest, type OffsetCommitResponse } from '@ottla/protocol'
import type { Caller, ShardRecord, ShardView } from '../../shard.ts'
import type { AreaParts, GroupOutcome } from '../area.ts'
import type { GroupError } from '../group.ts'
import { outcomes } from '../outcomes.ts'
import type { AnyGroup } from '../registry.ts'
import { offsetRecord } from './offset-records.ts'

type Topic = OffsetCommitRequest['topics'][number]
type Partition = Topic['partitions'][number]

interface CommitContext {
  readonly caller: Caller
  readonly view: ShardView
  readonly parts: Pick<AreaParts, 'registry' | 'settings'> & {
    committed(group: AnyGroup, memberId: string, view: ShardView): GroupOutcome
  }
}

/** From here on a member of an unknown group is told so; before, that its generation is wrong. */
const VERSION_WITH_UNKNOWN_GROUP = 9

/**
 * A group that is not there is made by the first commit that comes without membership (replay does that). The reply says the same error for every
 * partition, unless it is its metadata that is too long.
 */
export function commitOffsets(body: OffsetCommitRequest, context: CommitContext): GroupOutcome {
  const { caller, view, parts } = context
  const group = parts.registry.get(body.groupId)
  const refusal = group === undefined ? refuseUnknown(body, caller) : refuseCommit(body, group, context)
  const { offsetMetadataBytesMax } = parts.settings()
  const errorOf = (partition: Partition) => errorCodeOf(partition, refusal, offsetMetadataBytesMax)
  const topics = body.topics.map((topic) => ({
    name: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions.map((partition) => ({
      partitionIndex: partition.partitionIndex,
      errorCode: errorOf(partition),
    })),
  }))
  const reply: InferInput<typeof OffsetCommitResponse> = { topics }
  const outcome = { replies: [{ ticket: caller.ticket, reply }] }
  if (refusal !== undefined) return outcome
  const session = group !== undefined && body.memberId !== '' ? parts.committed(group, body.memberId, view) : {}
  const committed = (partition: Partition) => errorOf(partition) === ErrorCode.NONE
  return outcomes([{ ...outcome, records: commitRecords(body, committed, view.nowMs) }, session])
}

function errorCodeOf(partition: Partition, refusal: GroupError | undefined, metadataMax: number): number {
  if (refusal !== undefined) return ErrorCode[refusal]
  return isTooLong(partition, metadataMax) ? ErrorCode.OFFSET_METADATA_TOO_LARGE : ErrorCode.NONE
}

/** Kafka counts UTF-16 units, though the key says bytes. */
function isTooLong({ committedMetadata }: Partition, max: number): boolean {
  return committedMetadata !== null && committedMetadata.length > max
}

function refuseUnknown(
  { generationIdOrMemberEpoch }: OffsetCommitRequest,
  { apiVersion }: Caller,
): GroupError | undefined {
  if (generationIdOrMemberEpoch < 0) return undefined
  return apiVersion >= VERSION_WITH_UNKNOWN_GROUP ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION'
}

/** One partition that the member may not commit, and nothing is (KIP-1251). */
function refuseCommit(
  body: OffsetCommitRequest,
  group: AnyGroup,
  { caller, parts }: CommitContext,
): GroupError | undefined {
  const committer = {
    memberId: body.memberId,
    groupInstanceId: body.groupInstanceId,
    generationOrEpoch: body.generationIdOrMemberEpoch,
    apiVersion: caller.apiVersion,
  }
  const refusal = group.refuseCommit(committer)
  if (refusal !== undefined) return refusal
  const metadataMax = parts.settings().offsetMetadataBytesMax
  for (const { name, partitions } of body.topics) {
    for (const partition of partitions) {
      if (isTooLong(partition, metadataMax)) continue
      const error = group.refuseCommitOf({ ...committer, topic: name, partition: partition.partitionIndex })
      if (error !== undefined) return error
    }
  }
  return undefined
}

function commitRecords(
  body: OffsetCommitRequest,
  isCommitted: (partition: Partition) => boolean,
  nowMs: number,
): readonly ShardRecord[] {
  const expireTimestampMs = body.retentionTimeMs === -1 ? -1 : nowMs + body.retentionTimeMs
  return body.topics.flatMap(({ name, topicId, partitions }) =>
    partitions.filter(isCommitted).map((partition) =>
      offsetRecord(
        { group: body.groupId, topic: name, partition: partition.partitionIndex },
        {
          offset: partition.committedOffset,
          leaderEpoch: partition.committedLeaderEpoch,
          metadata: partition.committedMetadata ?? '',
          commitTimestampMs: nowMs,
          expireTimestampMs,
          topicId,
        },
      ),
    ),
  )
}
