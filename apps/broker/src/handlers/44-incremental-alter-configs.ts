/**
 * IncrementalAlterConfigs (44), versions 0-1: single keys are set, deleted, appended to or subtracted from (KIP-339). Topics, this
 * broker, and the cluster's defaults of brokers (the empty name). Forwarded to the controller, which validates.
 */
import {
  decodeMessage,
  encodeMessage,
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
  type InferInput,
} from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { ALTER_TIMEOUT_MS, alterConfigs } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

type Response = InferInput<typeof IncrementalAlterConfigsResponse>

export function incrementalAlterConfigsHandler(parts: FrontParts): Handler<IncrementalAlterConfigsRequest, Response> {
  return {
    api: IncrementalAlterConfigsRequest.apiKey,
    min: 0,
    max: 1,
    async handle(context, request) {
      const { apiKey, apiVersion, principal } = context
      const responses = await alterConfigs(parts, context, {
        resources: request.resources,
        async forward(allowed) {
          const body = encodeMessage(IncrementalAlterConfigsRequest, apiVersion, { ...request, resources: allowed })
          const answer = await parts.session.forward({
            apiKey,
            apiVersion,
            body,
            principal,
            timeoutMs: ALTER_TIMEOUT_MS,
          })
          return decodeMessage(IncrementalAlterConfigsResponse, apiVersion, answer).responses
        },
      })
      return { throttleTimeMs: 0, responses }
    },
  }
}
