/**
 * OffsetFetch (9), versions 1-10: the committed offsets of groups. 2: null asks for all topics, and an error of the group has a field of its own.
 * 7: `requireStable` (KIP-447). 8: several groups. 9: members are checked (KIP-848). 10: topic ids in place of names.
 *
 * The versions with one group are served as a request with one group. Topics that the principal may not describe are left out when all are
 * asked for; a named one is TOPIC_AUTHORIZATION_FAILED, an id that nobody knows UNKNOWN_TOPIC_ID.
 */
import type { FetchedGroup, FetchedOffsets } from '@ottla/coordinator'
import { ErrorCode, type InferInput, OffsetFetchRequest, type OffsetFetchResponse, ZERO_UUID } from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { groupResource } from '../security/resources.ts'
import { atMost } from './at-most.ts'
import { Answers, findTopic } from './committed-topics.ts'
import { CALLS_MAX } from './group-batches.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { answersMuch, checkItems } from './request-limit.ts'

type Response = InferInput<typeof OffsetFetchResponse>
type Asked = OffsetFetchRequest['groups'][number]
type AskedTopic = NonNullable<Asked['topics']>[number]
type FetchedTopic = FetchedOffsets['topics'][number]
type FetchedPartition = FetchedTopic['partitions'][number]

const GROUP_ERROR_FROM = 2
const SEVERAL_FROM = 8
const TOPIC_IDS_FROM = 10

export function offsetFetchHandler(parts: GroupParts): Handler<OffsetFetchRequest, Response> {
  return {
    api: OffsetFetchRequest.apiKey,
    min: 1,
    max: 10,
    serial: answersMuch,
    async handle(context, request) {
      const { requireStable } = request
      if (context.apiVersion < SEVERAL_FROM) {
        const asked = onlyGroup(request)
        checkItems(sizeOf(asked), 'topics and partitions')
        return oneGroup(await fetched(parts, context, { ...asked, requireStable }), asked, context.apiVersion)
      }
      checkItems(
        request.groups.reduce((sum, asked) => sum + sizeOf(asked), 0),
        'groups, topics and partitions',
      )
      // Each once: all offsets of a group are thousands of times as long as its name.
      const distinct = [...new Map(request.groups.map((asked) => [asked.groupId, asked])).values()]
      const limits = { limit: CALLS_MAX, closed: context.connection.closed }
      const groups = await atMost(distinct, limits, (asked) => fetched(parts, context, { ...asked, requireStable }))
      return { throttleTimeMs: 0, groups }
    },
  }
}

function onlyGroup({ groupId, topics }: OffsetFetchRequest): Asked {
  const named = topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
  return { groupId, memberId: null, memberEpoch: -1, topics: named }
}

function sizeOf({ topics }: Asked): number {
  return (topics ?? []).reduce((sum, { partitionIndexes }) => sum + 1 + partitionIndexes.length, 1)
}

/** Up to version 1 an error of the group is one of each partition. */
function oneGroup({ topics, errorCode = ErrorCode.NONE }: FetchedOffsets, asked: Asked, apiVersion: number): Response {
  const isHidden = errorCode !== ErrorCode.NONE && apiVersion < GROUP_ERROR_FROM
  const shown = isHidden ? (asked.topics ?? []).map((topic) => refusedTopic(topic, errorCode)) : topics
  return {
    throttleTimeMs: 0,
    topics: shown.map(({ name = '', partitions }) => ({ name, partitions: [...partitions] })),
    errorCode,
  }
}

async function fetched(parts: GroupParts, context: RequestContext, asked: FetchedGroup): Promise<FetchedOffsets> {
  const { groupId } = asked
  if (!parts.security.authorize(context, 'DESCRIBE', groupResource(groupId))) {
    return { groupId, topics: [], errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED }
  }
  try {
    return asked.topics === null
      ? await allTopics(parts, context, asked)
      : await someTopics(parts, context, { ...asked, topics: asked.topics })
  } catch (error) {
    return { groupId, topics: [], errorCode: groupFailure(error).errorCode }
  }
}

async function allTopics(parts: GroupParts, context: RequestContext, asked: FetchedGroup): Promise<FetchedOffsets> {
  const reply = await parts.groups.call(asked.groupId, 'offset-fetch', asked, context)
  const byId = context.apiVersion >= TOPIC_IDS_FROM
  const { topics: known } = parts.session.image
  const topics = reply.topics.flatMap((topic): FetchedTopic[] => {
    const { name = '' } = topic
    const found = findTopic(parts, context, {
      topic: { name },
      byId: false,
      operation: 'DESCRIBE',
      // A deleted topic has no id that it could be told by.
      mustExist: byId,
    })
    return found.ok ? [{ ...topic, topicId: known.get(name)?.id ?? ZERO_UUID }] : []
  })
  return { ...reply, topics }
}

async function someTopics(
  parts: GroupParts,
  context: RequestContext,
  asked: FetchedGroup & { readonly topics: AskedTopic[] },
): Promise<FetchedOffsets> {
  const byId = context.apiVersion >= TOPIC_IDS_FROM
  const judged = asked.topics.map((topic) => ({
    topic,
    found: findTopic(parts, context, { topic, byId, operation: 'DESCRIBE', mustExist: false }),
  }))
  const topics = judged.flatMap(({ topic, found }) => (found.ok ? [{ ...topic, name: found.name }] : []))
  const reply = await parts.groups.call(asked.groupId, 'offset-fetch', { ...asked, topics }, context)
  if ((reply.errorCode ?? ErrorCode.NONE) !== ErrorCode.NONE) return { ...reply, topics: [] }
  const answers = new Answers<FetchedPartition>(reply.topics)
  return {
    ...reply,
    topics: judged.map(({ topic, found }) => {
      if (!found.ok) return refusedTopic(topic, found.errorCode)
      const { name, topicId, partitionIndexes } = topic
      const partitions = partitionIndexes.map((index) => answers.of(found.name, index) ?? noOffset(index))
      return { name, topicId, partitions }
    }),
  }
}

function refusedTopic({ name, topicId, partitionIndexes }: AskedTopic, errorCode: number): FetchedTopic {
  return { name, topicId, partitions: partitionIndexes.map((index) => noOffset(index, errorCode)) }
}

function noOffset(partitionIndex: number, errorCode: number = ErrorCode.NONE): FetchedPartition {
  return { partitionIndex, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode }
}
