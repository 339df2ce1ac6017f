/**
 * DeleteRecords (API key 21), versions 0-2: moves the log start offset of partitions up to an offset, -1 for the high watermark
 * (KIP-107). Answered with the low watermark, the lowest log start offset among the replicas, once that has reached the offset
 * and survives any crash; an offset below it changes nothing and is answered at once. `timeout_ms` bounds the wait for other
 * replicas, of which there are none; a leader's own disk is waited for in any case.
 *
 * Refused: internal topics (INVALID_TOPIC_EXCEPTION), topics that are compacted only (POLICY_VIOLATION: compaction needs what
 * would go), an offset above the high watermark (OFFSET_OUT_OF_RANGE), a partition that another broker leads
 * (NOT_LEADER_OR_FOLLOWER). Refused partitions have the low watermark -1.
 */
import {
  ApiKey,
  type DeleteRecordsRequest,
  type DeleteRecordsResponse,
  ErrorCode,
  type InferInput,
  KafkaError,
} from '@ottla/protocol'
import { errorCodeOf } from '../partitions/error-code.ts'
import { isInternalTopic } from '../partitions/internal-topics.ts'
import type { Partition } from '../partitions/partition.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'

type Response = InferInput<typeof DeleteRecordsResponse>
type RequestedTopic = DeleteRecordsRequest['topics'][number]
type Answer = Response['topics'][number]['partitions'][number]

const HIGH_WATERMARK = -1

export function deleteRecordsHandler(parts: DataParts): Handler<DeleteRecordsRequest, Response> {
  return {
    api: ApiKey.DeleteRecords,
    min: 0,
    max: 2,
    async handle(context, request) {
      const wanted = offsetsByPartition(request.topics)
      const topics = await Promise.all(
        Array.from(wanted, async ([name, offsets]) => ({
          name,
          partitions: await ofTopic(parts, context, { name, offsets }),
        })),
      )
      return { throttleTimeMs: 0, topics }
    },
  }
}

/** A partition that is named twice is answered once, by what was said last. */
function offsetsByPartition(topics: readonly RequestedTopic[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const wanted = new Map<string, Map<number, number>>()
  for (const { name, partitions } of topics) {
    const offsets = wanted.get(name) ?? new Map<number, number>()
    for (const { partitionIndex, offset } of partitions) offsets.set(partitionIndex, offset)
    wanted.set(name, offsets)
  }
  return wanted
}

function ofTopic(
  parts: DataParts,
  context: RequestContext,
  { name, offsets }: { readonly name: string; readonly offsets: ReadonlyMap<number, number> },
): Promise<Answer[]> {
  const image = parts.partitions.topicByName(name)
  const refusal = refuseTopic(parts, context, name)
  return Promise.all(
    Array.from(offsets, async ([partitionIndex, offset]) => {
      if (refusal !== undefined) return refused(partitionIndex, refusal)
      if (image === undefined) return refused(partitionIndex, 'UNKNOWN_TOPIC_OR_PARTITION')
      if (isInternalTopic(name)) return refused(partitionIndex, 'INVALID_TOPIC_EXCEPTION')
      return deleteBefore(parts.partitions.find(image, partitionIndex), partitionIndex, offset)
    }),
  )
}

function refuseTopic({ security }: DataParts, context: RequestContext, name: string): string | undefined {
  return security.authorize(context, 'DELETE', topicResource(name)) ? undefined : 'TOPIC_AUTHORIZATION_FAILED'
}

async function deleteBefore(partition: Partition | string, partitionIndex: number, offset: number): Promise<Answer> {
  const error = typeof partition === 'string' ? partition : refusePartition(partition)
  if (typeof partition === 'string' || error !== undefined) return refused(partitionIndex, error!)
  const { log } = partition
  try {
    const lowWatermark = await log.deleteRecordsBefore(offset === HIGH_WATERMARK ? log.highWatermark : offset)
    return { partitionIndex, lowWatermark, errorCode: ErrorCode.NONE }
  } catch (error) {
    if (error instanceof KafkaError) return { partitionIndex, lowWatermark: -1, errorCode: error.code }
    throw error
  }
}

function refusePartition(partition: Partition): string | undefined {
  const { compacted, deletes } = partition.log.config
  return partition.check(-1) ?? (compacted && !deletes ? 'POLICY_VIOLATION' : undefined)
}

function refused(partitionIndex: number, error: string): Answer {
  return { partitionIndex, lowWatermark: -1, errorCode: errorCodeOf(error) }
}
