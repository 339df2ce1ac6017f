/**
 * CreatePartitions (37), versions 0-3: topics get more partitions, placed by the controller or by the client. Forwarded to the
 * controller. 3: a client may be told to come back later (KIP-599), which does not happen here.
 */
import { CreatePartitionsRequest, CreatePartitionsResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

const API = { request: CreatePartitionsRequest, response: CreatePartitionsResponse }

type Response = InferInput<typeof CreatePartitionsResponse>
type Answer = Response['results'][number]

export function createPartitionsHandler(parts: FrontParts): Handler<CreatePartitionsRequest, Response> {
  return {
    api: CreatePartitionsRequest.apiKey,
    min: 0,
    max: 3,
    async handle(context, request) {
      checkItems(request.topics.length, 'topics')
      const mayGrow = (name: string) => parts.security.authorize(context, 'ALTER', topicResource(name))
      const allowed = request.topics.filter(({ name }) => mayGrow(name))
      const refused = request.topics.filter(({ name }) => !mayGrow(name)).map(notAuthorized)
      const grown = allowed.length === 0 ? [] : await forward(parts, context, { ...request, topics: allowed })
      return { throttleTimeMs: 0, results: [...grown, ...refused] }
    },
  }
}

function notAuthorized({ name }: { readonly name: string }): Answer {
  const errorMessage = 'Not authorized to add partitions to this topic.'
  return { name, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage }
}

async function forward(
  parts: FrontParts,
  context: RequestContext,
  request: CreatePartitionsRequest,
): Promise<readonly Answer[]> {
  try {
    const { timeoutMs } = request
    return (await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs })).results
  } catch (error) {
    const failure = forwardFailure(error)
    return request.topics.map(({ name }) => ({ name, ...failure }))
  }
}
