/**
 * Metadata (3), versions 0-13: who is in the cluster, who leads which partition. Every client's first question.
 *
 * 1: null asks for all topics, an empty list for none (0: empty asks for all); rack, controller. 2: cluster id. 4: the client may forbid
 * auto-creation. 5: offline replicas. 7: leader epochs. 8: authorized operations. 10: topic ids in the answer; 12: in
 * the question. 13: a top-level error.
 *
 * A leader that seems to have died a moment ago is not named: clients that ask because their connection to it broke would be told that all is as it
 * was, and librdkafka then asks again only after a second.
 *
 * Where Kafka creates a missing topic in the background and answers UNKNOWN_TOPIC_OR_PARTITION, this handler waits for the creation
 * and answers with the topic; a client saves a round of retries.
 */
import { ErrorCode, type InferInput, MetadataRequest, type MetadataResponse, ZERO_UUID } from '@ottla/protocol'
import type { MetadataImage, TopicImage } from '@ottla/replication'
import { AutoCreate } from '../auto-create.ts'
import { controllerNode, isValidTopicName, liveBrokers, partitionMetadata, topicById } from '../metadata-view.ts'
import { isInternalTopic } from '../partitions/internal-topics.ts'
import type { Handler, RequestContext, Security } from '../seams.ts'
import { authorizedOperations, OPERATIONS_NOT_ASKED } from '../security/authorized-operations.ts'
import { CLUSTER, topicResource } from '../security/resources.ts'
import type { FrontParts } from './front-parts.ts'

type Response = InferInput<typeof MetadataResponse>
type TopicAnswer = Response['topics'][number]
type TopicQuestion = { readonly topicId: string; readonly name: string | null }

interface Asking {
  readonly context: RequestContext
  readonly request: MetadataRequest
  readonly security: Security
  readonly hasVanished: (brokerId: number) => boolean
}

export function metadataHandler(parts: FrontParts): Handler<MetadataRequest, Response> {
  const autoCreate = new AutoCreate(parts.session, parts.runtime.logger)
  return {
    api: MetadataRequest.apiKey,
    min: 0,
    max: 13,
    handle(context, request) {
      const { security, hasVanished = () => false } = parts
      const asking: Asking = { context, request, security, hasVanished }
      const missing = parts.config.autoCreateTopics ? missingNames(parts.session.image, asking) : []
      const wanted = missing.filter((name) => mayCreate(asking, name))
      const allowed = new Set(wanted)
      const forbidden = missing.filter((name) => !allowed.has(name))
      const refused = forbidden.map((name) => [name, ErrorCode.TOPIC_AUTHORIZATION_FAILED] as const)
      if (wanted.length === 0) return answer(parts, asking, new Map(refused))
      const created = autoCreate.create(wanted, context.principal)
      return created.then((codes) => answer(parts, asking, new Map([...codes, ...refused])))
    },
  }
}

/** Names that do not exist and may. Internal topics are made by their coordinators, which know their shape. */
function missingNames(image: MetadataImage, { context, request, security }: Asking): string[] {
  if (request.topics === null || !request.allowAutoTopicCreation) return []
  const names = new Set<string>()
  for (const { name, topicId } of request.topics) {
    if (
      name === null ||
      topicId !== ZERO_UUID ||
      image.topics.has(name) ||
      !isValidTopicName(name) ||
      isInternalTopic(name)
    )
      continue
    if (security.authorize(context, 'DESCRIBE', topicResource(name))) names.add(name)
  }
  return [...names]
}

function mayCreate({ context, security }: Asking, name: string): boolean {
  return security.authorize(context, 'CREATE', CLUSTER) || security.authorize(context, 'CREATE', topicResource(name))
}

function answer(parts: FrontParts, asking: Asking, creations: ReadonlyMap<string, number>): Response {
  const { context, request, security } = asking
  const { image } = parts.session
  const brokers = liveBrokers(image, context.listener.name)
  return {
    throttleTimeMs: 0,
    brokers: brokers.map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
    clusterId: image.clusterId,
    controllerId: controllerNode(brokers, parts.brokerId),
    topics: asksForAll(asking) ? allTopics(image, asking) : askedTopics(image, asking, creations),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? authorizedOperations(security, context, CLUSTER)
      : OPERATIONS_NOT_ASKED,
    errorCode: ErrorCode.NONE,
  }
}

function asksForAll({ context, request }: Asking): boolean {
  return request.topics === null || (context.apiVersion === 0 && request.topics.length === 0)
}

/** Topics that the client may not see are left out. */
function allTopics(image: MetadataImage, asking: Asking): TopicAnswer[] {
  const { context, security } = asking
  const topics = [...image.topics.values()]
  return topics
    .filter(({ name }) => security.authorize(context, 'DESCRIBE', topicResource(name)))
    .map((topic) => known(image, topic, asking))
}

function askedTopics(image: MetadataImage, asking: Asking, creations: ReadonlyMap<string, number>): TopicAnswer[] {
  const { context, request } = asking
  const questions = distinct(request.topics ?? [])
  // Versions 10 and 11 have the fields but no meaning for them.
  const misused = (question: TopicQuestion) => question.name === null || question.topicId !== ZERO_UUID
  if (context.apiVersion < 12 && questions.some(misused)) {
    return questions.map((question) => failed({ ...question, name: question.name ?? '' }, ErrorCode.INVALID_REQUEST))
  }
  return questions.map((question) =>
    question.name === null || question.topicId !== ZERO_UUID
      ? byId(image, question.topicId, asking)
      : byName(image, {
          question: { ...question, name: question.name },
          asking,
          creation: creations.get(question.name),
        }),
  )
}

function distinct(questions: readonly TopicQuestion[]): TopicQuestion[] {
  return [...new Map(questions.map((question) => [question.name ?? ` ${question.topicId}`, question])).values()]
}

function byId(image: MetadataImage, topicId: string, asking: Asking): TopicAnswer {
  const topic = topicById(image, topicId)
  if (topic === undefined) return failed({ topicId, name: null }, ErrorCode.UNKNOWN_TOPIC_ID)
  if (!asking.security.authorize(asking.context, 'DESCRIBE', topicResource(topic.name))) {
    return failed({ topicId, name: null }, ErrorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  return known(image, topic, asking)
}

interface NamedQuestion {
  readonly question: { readonly topicId: string; readonly name: string }
  readonly asking: Asking
  readonly creation: number | undefined
}

function byName(image: MetadataImage, { question, asking, creation }: NamedQuestion): TopicAnswer {
  const { context, security } = asking
  const resource = topicResource(question.name)
  const unknown = { topicId: ZERO_UUID, name: question.name }
  if (!security.authorize(context, 'DESCRIBE', resource)) return failed(unknown, ErrorCode.TOPIC_AUTHORIZATION_FAILED)
  const topic = image.topics.get(question.name)
  if (topic !== undefined) return known(image, topic, asking)
  if (!isValidTopicName(question.name)) return failed(unknown, ErrorCode.INVALID_TOPIC_EXCEPTION)
  return failed(unknown, creation === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : creationError(creation))
}

/** What a client is told about a topic that is being created, or could not be. */
function creationError(code: number): number {
  switch (code) {
    case ErrorCode.INVALID_REPLICATION_FACTOR:
    case ErrorCode.INVALID_TOPIC_EXCEPTION:
    case ErrorCode.TOPIC_AUTHORIZATION_FAILED:
    case ErrorCode.POLICY_VIOLATION:
      return code
    default:
      return ErrorCode.LEADER_NOT_AVAILABLE
  }
}

function failed(question: TopicQuestion, errorCode: number): TopicAnswer {
  const { name, topicId } = question
  return { errorCode, name, topicId, isInternal: name !== null && isInternalTopic(name), partitions: [] }
}

function known(image: MetadataImage, topic: TopicImage, asking: Asking): TopicAnswer {
  const { context, request, security, hasVanished } = asking
  const view = { listener: context.listener.name, version: context.apiVersion, hasVanished }
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => partitionMetadata(image, partition, view)),
    topicAuthorizedOperations: request.includeTopicAuthorizedOperations
      ? authorizedOperations(security, context, topicResource(topic.name))
      : OPERATIONS_NOT_ASKED,
  }
}
