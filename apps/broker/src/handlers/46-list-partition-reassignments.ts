/**
 * ListPartitionReassignments (46), version 0: the moves of replicas that are going on (KIP-455). Forwarded to the controller, as in Kafka:
 * whoever has begun a move through one broker asks another one for it.
 */
import {
  ErrorCode,
  type InferInput,
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
} from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

const API = { request: ListPartitionReassignmentsRequest, response: ListPartitionReassignmentsResponse }

/** A question that tools ask beside others, whose answers need no controller: without one they are not to be kept waiting. */
const LINK_TIMEOUT_MS = 1000

type Response = InferInput<typeof ListPartitionReassignmentsResponse>

export function listPartitionReassignmentsHandler(
  parts: FrontParts,
): Handler<ListPartitionReassignmentsRequest, Response> {
  return {
    api: ListPartitionReassignmentsRequest.apiKey,
    min: 0,
    max: 0,
    async handle(context, request) {
      const named = request.topics ?? []
      checkItems(
        named.reduce((count, { partitionIndexes }) => count + partitionIndexes.length, named.length),
        'topics and partitions',
      )
      if (!parts.security.authorize(context, 'DESCRIBE', CLUSTER)) {
        const errorMessage = 'Not authorized to list reassignments.'
        return failed({ errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage })
      }
      try {
        const { timeoutMs } = request
        const linkTimeoutMs = LINK_TIMEOUT_MS
        return await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs, linkTimeoutMs })
      } catch (error) {
        return failed(forwardFailure(error))
      }
    },
  }
}

function failed(failure: { readonly errorCode: number; readonly errorMessage: string }): Response {
  return { throttleTimeMs: 0, ...failure, topics: [] }
}
