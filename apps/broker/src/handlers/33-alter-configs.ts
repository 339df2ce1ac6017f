/**
 * AlterConfigs (33), versions 0-2: the keys that are given become all that the resource overrides; others go back to their defaults. Topics,
 * groups, this broker, and the cluster's defaults of brokers (the empty name). Forwarded to the controller, which validates.
 */
import { AlterConfigsRequest, AlterConfigsResponse, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { ALTER_TIMEOUT_MS, alterConfigs } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

const API = { request: AlterConfigsRequest, response: AlterConfigsResponse }

type Response = InferInput<typeof AlterConfigsResponse>

export function alterConfigsHandler(parts: FrontParts): Handler<AlterConfigsRequest, Response> {
  return {
    api: AlterConfigsRequest.apiKey,
    min: 0,
    max: 2,
    async handle(context, request) {
      const responses = await alterConfigs(parts, context, {
        resources: request.resources,
        wanted: ({ configs }) => new Map(configs.map(({ name, value }) => [name, value ?? ''])),
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
