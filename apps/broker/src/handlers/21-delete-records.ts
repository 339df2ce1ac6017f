/**
 * DeleteRecords (API key 21), versions 0-2: moves the log start offset of partitions up to an offset, -1 for the high watermark
 * (KIP-107). Answered with the low watermark, the lowest log start offset among the replicas that live, once that has reached the
 * offset and survives any crash; an offset below it changes nothing and is answered at once. `timeout_ms` bounds the wait for other
 * replicas (REQUEST_TIMED_OUT, with the low watermark as it is: the records are deleted here all the same); a leader's own
 * disk is waited for in any case.
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
import { type LowWatermarkEnd, type LowWatermarkOptions, whenLowWatermark } from '../partitions/low-watermark.ts'
import type { Partition } from '../partitions/partition.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'

type Response = InferInput<typeof DeleteRecordsResponse>
type RequestedTopic = DeleteRecordsRequest['topics'][number]
type Answer = Response['topics'][number]['partitions'][number]

interface WantedTopic {
  readonly name: string
  readonly offsets: ReadonlyMap<number, number>
  readonly timeoutMs: number
}

interface Wanted {
  readonly partitionIndex: number
  readonly offset: number
  readonly waiting: LowWatermarkOptions
}

const HIGH_WATERMARK = -1
const WAITS: Readonly<Record<LowWatermarkEnd, number>> = {
  reached: ErrorCode.NONE,
  timeout: ErrorCode.REQUEST_TIMED_OUT,
  lost: ErrorCode.NOT_LEADER_OR_FOLLOWER,
}

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
          partitions: await ofTopic(parts, context, { name, offsets, timeoutMs: request.timeoutMs }),
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
  { name, offsets, timeoutMs }: WantedTopic,
): Promise<Answer[]> {
  const waiting = { timers: parts.runtime.timers, timeoutMs, closed: context.connection.closed }
  const image = parts.partitions.topicByName(name)
  const refusal = refuseTopic(parts, context, name)
  return Promise.all(
    Array.from(offsets, async ([partitionIndex, offset]) => {
      if (refusal !== undefined) return refused(partitionIndex, refusal)
      if (image === undefined) return refused(partitionIndex, 'UNKNOWN_TOPIC_OR_PARTITION')
      if (isInternalTopic(name)) return refused(partitionIndex, 'INVALID_TOPIC_EXCEPTION')
      return deleteBefore(parts.partitions.find(image, partitionIndex), { partitionIndex, offset, waiting })
    }),
  )
}

function refuseTopic({ security }: DataParts, context: RequestContext, name: string): string | undefined {
  return security.authorize(context, 'DELETE', topicResource(name)) ? undefined : 'TOPIC_AUTHORIZATION_FAILED'
}

async function deleteBefore(partition: Partition | string, wanted: Wanted): Promise<Answer> {
  const { partitionIndex } = wanted
  const error = typeof partition === 'string' ? partition : refusePartition(partition)
  if (typeof partition === 'string' || error !== undefined) return refused(partitionIndex, error!)
  const offset = wanted.offset === HIGH_WATERMARK ? partition.log.highWatermark : wanted.offset
  try {
    await partition.deleteRecordsBefore(offset)
    const end = await whenLowWatermark(partition, offset, wanted.waiting)
    return { partitionIndex, lowWatermark: partition.lowWatermark, errorCode: WAITS[end] }
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
