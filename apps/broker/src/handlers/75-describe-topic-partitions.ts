/**
 * DescribeTopicPartitions (75), version 0 (KIP-966): topics with their eligible leader replicas, a page at a time. Topics come in order of
 * their names; the cursor names the first partition of the next page.
 */
import {
  DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  ErrorCode,
  type InferInput,
  ZERO_UUID,
} from '@ottla/protocol'
import type { MetadataImage, TopicImage } from '@ottla/replication'
import { isValidTopicName, partitionMetadata } from '../metadata-view.ts'
import { isInternalTopic } from '../partitions/internal-topics.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { authorizedOperations } from '../security/authorized-operations.ts'
import { topicResource } from '../security/resources.ts'
import type { FrontParts } from './front-parts.ts'

type Response = InferInput<typeof DescribeTopicPartitionsResponse>
type TopicAnswer = Response['topics'][number]
type Cursor = { readonly topicName: string; readonly partitionIndex: number }

/** This shape of partition errors is Metadata's from version 6 on. */
const METADATA_VERSION = 13

export function describeTopicPartitionsHandler(parts: FrontParts): Handler<DescribeTopicPartitionsRequest, Response> {
  return {
    api: DescribeTopicPartitionsRequest.apiKey,
    min: 0,
    max: 0,
    handle(context, request) {
      const { cursor } = request
      if (cursor !== null && !isValidCursor(cursor, request)) return invalidCursor(request)
      const limit = Math.max(1, Math.min(request.responsePartitionLimit, parts.config.partitionsPerRequestMax))
      return page(parts, context, { names: namesFrom(parts, context, request), cursor, limit })
    },
  }
}

/** A client that names topics names the cursor's among them. */
function isValidCursor(cursor: Cursor, { topics }: DescribeTopicPartitionsRequest): boolean {
  return cursor.partitionIndex >= 0 && (topics.length === 0 || topics.some(({ name }) => name === cursor.topicName))
}

function invalidCursor({ topics }: DescribeTopicPartitionsRequest): Response {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => failed(name, ErrorCode.INVALID_REQUEST)),
    nextCursor: null,
  }
}

/** Names from the cursor on; without names in the request all that the client may see. */
function namesFrom(parts: FrontParts, context: RequestContext, request: DescribeTopicPartitionsRequest): string[] {
  const { cursor, topics } = request
  const all = topics.length === 0
  const names = all ? [...parts.session.image.topics.keys()] : [...new Set(topics.map(({ name }) => name))]
  const visible = (name: string) => !all || parts.security.authorize(context, 'DESCRIBE', topicResource(name))
  return names.filter((name) => (cursor === null || name >= cursor.topicName) && visible(name)).sort()
}

interface Page {
  readonly names: readonly string[]
  readonly cursor: Cursor | null
  readonly limit: number
}

function page(parts: FrontParts, context: RequestContext, { names, cursor, limit }: Page): Response {
  const { image } = parts.session
  const topics: TopicAnswer[] = []
  let left = limit
  for (const name of names) {
    const topic = image.topics.get(name)
    if (!parts.security.authorize(context, 'DESCRIBE', topicResource(name))) {
      topics.push(failed(name, ErrorCode.TOPIC_AUTHORIZATION_FAILED))
      continue
    }
    if (topic === undefined) {
      topics.push({ ...failed(name, errorOf(name)), ...operations(parts, context, name) })
      continue
    }
    const from = cursor?.topicName === name ? cursor.partitionIndex : 0
    if (left === 0) return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: from } }
    const end = Math.min(topic.partitions.length, from + left)
    topics.push(known(parts, context, { image, topic, from, end }))
    left -= Math.max(0, end - from)
    if (end < topic.partitions.length) {
      return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: end } }
    }
  }
  return { throttleTimeMs: 0, topics, nextCursor: null }
}

function errorOf(name: string): number {
  return isValidTopicName(name) ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION
}

function failed(name: string, errorCode: number): TopicAnswer {
  return { errorCode, name, topicId: ZERO_UUID, isInternal: isInternalTopic(name), partitions: [] }
}

interface Slice {
  readonly image: MetadataImage
  readonly topic: TopicImage
  readonly from: number
  readonly end: number
}

function known(parts: FrontParts, context: RequestContext, { image, topic, from, end }: Slice): TopicAnswer {
  const view = { listener: context.listener.name, version: METADATA_VERSION }
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.slice(from, end).map((partition) => ({
      ...partitionMetadata(image, partition, view),
      eligibleLeaderReplicas: partition.elr,
      lastKnownElr: partition.lastKnownElr,
    })),
    ...operations(parts, context, topic.name),
  }
}

function operations(parts: FrontParts, context: RequestContext, name: string) {
  return { topicAuthorizedOperations: authorizedOperations(parts.security, context, topicResource(name)) }
}
