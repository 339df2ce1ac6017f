/**
 * OffsetCommit (8), versions 2-10: how far a group has read. 9: members of the consumer protocol (KIP-848). 10: topic ids in place of names.
 *
 * Only partitions that exist are committed: others are UNKNOWN_TOPIC_OR_PARTITION, or UNKNOWN_TOPIC_ID. What the coordinator says of the group
 * it says of each partition. The empty group id is allowed, as it was before groups had members.
 */
import { ErrorCode, type InferInput, OffsetCommitRequest, type OffsetCommitResponse } from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { Answers, findTopic, type PartitionAnswer } from './committed-topics.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof OffsetCommitResponse>
type Topic = OffsetCommitRequest['topics'][number]

const TOPIC_IDS_FROM = 10

export function offsetCommitHandler(parts: GroupParts): Handler<OffsetCommitRequest, Response> {
  return {
    api: OffsetCommitRequest.apiKey,
    min: 2,
    max: 10,
    async handle(context, request) {
      checkItems(
        request.topics.reduce((sum, { partitions }) => sum + 1 + partitions.length, 0),
        'topics and partitions',
      )
      if (!parts.security.authorize(context, 'READ', groupResource(request.groupId))) {
        return answer(request, () => ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      const judged = request.topics.map((topic) => judge(parts, context, topic))
      const topics = judged.flatMap(({ allowed }) => (allowed.partitions.length > 0 ? [allowed] : []))
      const commit = topics.length === 0 ? NONE : await committed(parts, context, { ...request, topics })
      return answer(request, (topicIndex, partitionIndex) => {
        const { allowed, errorCode, isKnown } = judged[topicIndex]!
        if (errorCode !== ErrorCode.NONE) return errorCode
        return isKnown(partitionIndex) ? commit(allowed.name, partitionIndex) : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      })
    },
  }
}

interface Judged {
  /** The topic under its name and its id, with the partitions that the coordinator is asked to commit. */
  readonly allowed: Topic
  readonly errorCode: number
  isKnown(partitionIndex: number): boolean
}

function judge(parts: GroupParts, context: RequestContext, topic: Topic): Judged {
  const byId = context.apiVersion >= TOPIC_IDS_FROM
  const found = findTopic(parts, context, { topic, byId, operation: 'READ', mustExist: true })
  if (!found.ok) {
    return { allowed: { ...topic, partitions: [] }, errorCode: found.errorCode, isKnown: () => false }
  }
  const isKnown = (index: number) => index >= 0 && index < found.partitions
  const partitions = topic.partitions.filter(({ partitionIndex }) => isKnown(partitionIndex))
  const { name, topicId } = found
  return { allowed: { name, topicId, partitions }, errorCode: ErrorCode.NONE, isKnown }
}

/** The error of a partition, by topic and index. */
type Commit = (topic: string, partitionIndex: number) => number

const NONE: Commit = () => ErrorCode.NONE

async function committed(parts: GroupParts, context: RequestContext, body: OffsetCommitRequest): Promise<Commit> {
  try {
    const reply = await parts.groups.call(body.groupId, 'offset-commit', body, context)
    const answers = new Answers<PartitionAnswer>(reply.topics)
    return (topic, index) => answers.of(topic, index)?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
  } catch (error) {
    const { errorCode } = groupFailure(error)
    return () => errorCode
  }
}

/** In the order of the request; topics without partitions are left out, as in Kafka. */
function answer(
  { topics }: OffsetCommitRequest,
  errorOf: (topicIndex: number, partitionIndex: number) => number,
): Response {
  return {
    throttleTimeMs: 0,
    topics: topics.flatMap(({ name, topicId, partitions }, topicIndex) => {
      const answers = partitions.map(({ partitionIndex }) => {
        return { partitionIndex, errorCode: errorOf(topicIndex, partitionIndex) }
      })
      return answers.length === 0 ? [] : [{ name, topicId, partitions: answers }]
    }),
  }
}
