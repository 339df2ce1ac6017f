/**
 * OffsetDelete (47), version 0: forgets committed offsets of a group (KIP-496). Refused per partition: topics that the principal may not read, that
 * do not exist, or that the group is subscribed to. An error of the group stands alone.
 */
import { ErrorCode, type InferInput, OffsetDeleteRequest, type OffsetDeleteResponse } from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { Answers, type FoundTopic, findTopic, type PartitionAnswer } from './committed-topics.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof OffsetDeleteResponse>

export function offsetDeleteHandler(parts: GroupParts): Handler<OffsetDeleteRequest, Response> {
  return {
    api: OffsetDeleteRequest.apiKey,
    min: 0,
    max: 0,
    async handle(context, request) {
      checkItems(
        request.topics.reduce((sum, { partitions }) => sum + 1 + partitions.length, 0),
        'topics and partitions',
      )
      if (!parts.security.authorize(context, 'DELETE', groupResource(request.groupId))) {
        return refused(ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      if (request.groupId === '') return refused(ErrorCode.INVALID_GROUP_ID)
      try {
        return await deleted(parts, context, request)
      } catch (error) {
        return refused(groupFailure(error).errorCode)
      }
    },
  }
}

function refused(errorCode: number): Response {
  return { errorCode, throttleTimeMs: 0, topics: [] }
}

async function deleted(parts: GroupParts, context: RequestContext, request: OffsetDeleteRequest): Promise<Response> {
  const judged = request.topics.map((topic) => ({
    topic,
    found: findTopic(parts, context, { topic, byId: false, operation: 'READ', mustExist: true }),
  }))
  const topics = judged.flatMap(({ topic, found }) => {
    const partitions = topic.partitions.filter(({ partitionIndex }) => exists(found, partitionIndex))
    return partitions.length === 0 ? [] : [{ name: topic.name, partitions }]
  })
  // With nothing left to delete, too: the answer may be that there is no such group.
  const reply = await parts.groups.call(request.groupId, 'offset-delete', { ...request, topics }, context)
  if (reply.errorCode !== ErrorCode.NONE) return refused(reply.errorCode)
  const answers = new Answers<PartitionAnswer>(reply.topics)
  return {
    errorCode: ErrorCode.NONE,
    throttleTimeMs: 0,
    topics: judged.map(({ topic, found }) => ({
      name: topic.name,
      partitions: topic.partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: answers.of(topic.name, partitionIndex)?.errorCode ?? errorOf(found),
      })),
    })),
  }
}

function exists(found: FoundTopic, partitionIndex: number): boolean {
  return found.ok && partitionIndex >= 0 && partitionIndex < found.partitions
}

function errorOf(found: FoundTopic): number {
  return found.ok ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : found.errorCode
}
