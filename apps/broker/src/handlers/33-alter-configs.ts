/**
 * AlterConfigs (33), versions 0-2: the keys that are given become all that the resource overrides; others go back to their defaults. Topics,
 * this broker, and the cluster's defaults of brokers (the empty name). Forwarded to the controller, which validates.
 */
import {
  AlterConfigsRequest,
  AlterConfigsResponse,
  decodeMessage,
  encodeMessage,
  type InferInput,
} from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { ALTER_TIMEOUT_MS, alterConfigs } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

type Response = InferInput<typeof AlterConfigsResponse>

export function alterConfigsHandler(parts: FrontParts): Handler<AlterConfigsRequest, Response> {
  return {
    api: AlterConfigsRequest.apiKey,
    min: 0,
    max: 2,
    async handle(context, request) {
      const { apiKey, apiVersion, principal } = context
      const responses = await alterConfigs(parts, context, {
        resources: request.resources,
        async forward(allowed) {
          const body = encodeMessage(AlterConfigsRequest, apiVersion, { ...request, resources: allowed })
          const answer = await parts.session.forward({
            apiKey,
            apiVersion,
            body,
            principal,
            timeoutMs: ALTER_TIMEOUT_MS,
          })
          return decodeMessage(AlterConfigsResponse, apiVersion, answer).responses
        },
      })
      return { throttleTimeMs: 0, responses }
    },
  }
}
