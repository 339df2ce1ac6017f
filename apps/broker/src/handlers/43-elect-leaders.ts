/**
 * ElectLeaders (43), versions 0-2: the preferred replica becomes leader (type 0), or any live one where there is none (type 1, KIP-460).
 * null asks for all partitions. Forwarded to the controller.
 */
import { ElectLeadersRequest, ElectLeadersResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

const API = { request: ElectLeadersRequest, response: ElectLeadersResponse }

type Response = InferInput<typeof ElectLeadersResponse>

export function electLeadersHandler(parts: FrontParts): Handler<ElectLeadersRequest, Response> {
  return {
    api: ElectLeadersRequest.apiKey,
    min: 0,
    max: 2,
    async handle(context, request) {
      const named = request.topicPartitions ?? []
      checkItems(
        named.reduce((count, { partitions }) => count + partitions.length, named.length),
        'topics and partitions',
      )
      if (!parts.security.authorize(context, 'ALTER', CLUSTER)) {
        const errorMessage = 'Not authorized to elect leaders.'
        return failed(context, request, { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage })
      }
      try {
        const { timeoutMs } = request
        return await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs })
      } catch (error) {
        return failed(context, request, forwardFailure(error))
      }
    },
  }
}

/** Version 0 has no code for the whole request, and no version a message for it: each partition says both. */
function failed(
  { apiVersion }: RequestContext,
  { topicPartitions }: ElectLeadersRequest,
  failure: { readonly errorCode: number; readonly errorMessage: string },
): Response {
  const replicaElectionResults = (topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => ({ partitionId, ...failure })),
  }))
  return { throttleTimeMs: 0, errorCode: apiVersion === 0 ? ErrorCode.NONE : failure.errorCode, replicaElectionResults }
}
