/**
 * DeleteTopics (20), versions 1-6: forwarded to the controller. 3: TOPIC_DELETION_DISABLED. 5: error messages. 6: topics may be named by id.
 */
import { DeleteTopicsRequest, DeleteTopicsResponse, ErrorCode, type InferInput, ZERO_UUID } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import { topicById } from '../metadata-view.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

const API = { request: DeleteTopicsRequest, response: DeleteTopicsResponse }

type Response = InferInput<typeof DeleteTopicsResponse>
type Answer = Response['responses'][number]
/** Either the name or the id says which topic is meant. */
type Target = { readonly name: string | null; readonly topicId: string }

export function deleteTopicsHandler(parts: FrontParts): Handler<DeleteTopicsRequest, Response> {
  return {
    api: DeleteTopicsRequest.apiKey,
    min: 1,
    max: 6,
    async handle(context, request) {
      const targets = targetsOf(request, context.apiVersion)
      checkItems(targets.length, 'topics')
      if (!parts.config.deleteTopics) return { throttleTimeMs: 0, responses: targets.map(disabled(context.apiVersion)) }
      const refused = new Map<Target, Answer>()
      for (const target of targets) {
        const answer = refusal(parts, context, target)
        if (answer !== undefined) refused.set(target, answer)
      }
      const allowed = targets.filter((target) => !refused.has(target))
      const deleted = allowed.length === 0 ? [] : await forward(parts, context, { request, targets: allowed })
      return { throttleTimeMs: 0, responses: [...deleted, ...refused.values()] }
    },
  }
}

function targetsOf(request: DeleteTopicsRequest, version: number): Target[] {
  if (version >= 6) return request.topics.map(({ name, topicId }) => ({ name, topicId }))
  return request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))
}

function disabled(version: number): (target: Target) => Answer {
  const errorCode = version < 3 ? ErrorCode.INVALID_REQUEST : ErrorCode.TOPIC_DELETION_DISABLED
  return (target) => ({ ...target, errorCode, errorMessage: 'delete.topic.enable is false on this broker.' })
}

function refusal(parts: FrontParts, context: RequestContext, target: Target): Answer | undefined {
  const answer = (errorCode: number, errorMessage: string): Answer => ({ ...target, errorCode, errorMessage })
  if (target.name !== null && target.topicId !== ZERO_UUID) {
    return answer(ErrorCode.INVALID_REQUEST, 'A topic is named by name or by id, not by both.')
  }
  if (target.name === null && target.topicId === ZERO_UUID) {
    return answer(ErrorCode.INVALID_REQUEST, 'Neither a topic name nor a topic id was given.')
  }
  const name = target.name ?? topicById(parts.session.image, target.topicId)?.name
  if (name === undefined) return undefined
  if (parts.security.authorize(context, 'DELETE', topicResource(name))) return undefined
  return answer(ErrorCode.TOPIC_AUTHORIZATION_FAILED, 'Not authorized to delete this topic.')
}

async function forward(
  parts: FrontParts,
  context: RequestContext,
  { request, targets }: { request: DeleteTopicsRequest; targets: readonly Target[] },
): Promise<Answer[]> {
  const { timeoutMs } = request
  const named = targets.map(({ name }) => name ?? '')
  const value = context.apiVersion >= 6 ? { topics: targets, timeoutMs } : { topicNames: named, timeoutMs }
  try {
    return (await forwardRequest(parts.session, { ...context, api: API, value, timeoutMs })).responses
  } catch (error) {
    const failure = forwardFailure(error)
    return targets.map((target) => ({ ...target, ...failure }))
  }
}
