/**
 * IncrementalAlterConfigs (44), versions 0-1: single keys are set, deleted, appended to or subtracted from (KIP-339). Topics, this
 * broker, and the cluster's defaults of brokers (the empty name). Forwarded to the controller, which validates.
 */
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { ALTER_TIMEOUT_MS, alterConfigs } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

const API = { request: IncrementalAlterConfigsRequest, response: IncrementalAlterConfigsResponse }

type Response = InferInput<typeof IncrementalAlterConfigsResponse>

export function incrementalAlterConfigsHandler(parts: FrontParts): Handler<IncrementalAlterConfigsRequest, Response> {
  return {
    api: IncrementalAlterConfigsRequest.apiKey,
    min: 0,
    max: 1,
    async handle(context, request) {
      const responses = await alterConfigs(parts, context, {
        resources: request.resources,
        async forward(allowed) {
          const value = { ...request, resources: allowed }
          const timeoutMs = ALTER_TIMEOUT_MS
          return (await forwardRequest(parts.session, { ...context, api: API, value, timeoutMs })).responses
        },
      })
      return { throttleTimeMs: 0, responses }
    },
  }
}
