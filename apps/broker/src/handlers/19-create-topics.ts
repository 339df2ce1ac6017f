/**
 * CreateTopics (19), versions 2-7: forwarded to the controller, which validates and places. 4: partitions and replicas may be left to the
 * cluster's defaults (KIP-464). 5: the answer tells partitions, replicas and configs (KIP-525). 7: topic ids.
 *
 * The answer comes after this broker's own image has the topics: a client that asks here next finds them.
 */
import { CreateTopicsRequest, CreateTopicsResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { BrokerParts, Handler, RequestContext, Security } from '../seams.ts'
import { CLUSTER, topicResource } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import { checkItems } from './request-limit.ts'

const API = { request: CreateTopicsRequest, response: CreateTopicsResponse }

type Response = InferInput<typeof CreateTopicsResponse>
type Answer = Response['topics'][number]

export function createTopicsHandler(parts: BrokerParts): Handler<CreateTopicsRequest, Response> {
  return {
    api: CreateTopicsRequest.apiKey,
    min: 2,
    max: 7,
    async handle(context, request) {
      checkItems(request.topics.length, 'topics')
      const { allowed, refused } = authorize(parts.security, context, request)
      if (allowed.length === 0) return { throttleTimeMs: 0, topics: refused }
      const created = await forward(parts, context, { ...request, topics: allowed })
      const shown = created.map((topic) => hideDetails(parts.security, context, topic))
      return { throttleTimeMs: 0, topics: [...shown, ...refused] }
    },
  }
}

function authorize(security: Security, context: RequestContext, request: CreateTopicsRequest) {
  const allowed: CreateTopicsRequest['topics'] = []
  const refused: Answer[] = []
  const mayCreateAny = security.authorize(context, 'CREATE', CLUSTER)
  for (const topic of request.topics) {
    if (mayCreateAny || security.authorize(context, 'CREATE', topicResource(topic.name))) allowed.push(topic)
    else {
      const errorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED
      refused.push({ name: topic.name, errorCode, errorMessage: 'Not authorized to create this topic.' })
    }
  }
  return { allowed, refused }
}

async function forward(parts: BrokerParts, context: RequestContext, request: CreateTopicsRequest): Promise<Answer[]> {
  try {
    const { timeoutMs } = request
    return (await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs })).topics
  } catch (error) {
    const failure = forwardFailure(error)
    return request.topics.map(({ name }) => ({ name, ...failure }))
  }
}

/** Partitions, replicas and configs are for those who may read configs (KIP-525). */
function hideDetails(security: Security, context: RequestContext, topic: Answer): Answer {
  if (topic.errorCode !== ErrorCode.NONE) return topic
  if (security.authorize(context, 'DESCRIBE_CONFIGS', topicResource(topic.name))) return topic
  const hidden = {
    topicConfigErrorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
    numPartitions: -1,
    replicationFactor: -1,
  }
  return { ...topic, ...hidden, configs: [] }
}
