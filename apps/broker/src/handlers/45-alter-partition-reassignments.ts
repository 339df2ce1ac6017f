/**
 * AlterPartitionReassignments (45), versions 0-1: replicas move to other brokers, or a move is stopped (KIP-455). 1: the client may forbid that
 * the number of replicas changes (KIP-860). Forwarded to the controller.
 */
import {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

const API = { request: AlterPartitionReassignmentsRequest, response: AlterPartitionReassignmentsResponse }

type Response = InferInput<typeof AlterPartitionReassignmentsResponse>

export function alterPartitionReassignmentsHandler(
  parts: FrontParts,
): Handler<AlterPartitionReassignmentsRequest, Response> {
  return {
    api: AlterPartitionReassignmentsRequest.apiKey,
    min: 0,
    max: 1,
    async handle(context, request) {
      checkItems(
        request.topics.reduce((count, { partitions }) => count + partitions.length, request.topics.length),
        'topics and partitions',
      )
      if (!parts.security.authorize(context, 'ALTER', CLUSTER)) {
        const errorMessage = 'Not authorized to reassign partitions.'
        return failed(request, { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage })
      }
      try {
        const { timeoutMs } = request
        return await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs })
      } catch (error) {
        return failed(request, forwardFailure(error))
      }
    },
  }
}

/** Of the request as a whole, and of each of its partitions. */
function failed(
  { topics, allowReplicationFactorChange }: AlterPartitionReassignmentsRequest,
  failure: { readonly errorCode: number; readonly errorMessage: string },
): Response {
  const responses = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...failure })),
  }))
  return { throttleTimeMs: 0, allowReplicationFactorChange, ...failure, responses }
}
