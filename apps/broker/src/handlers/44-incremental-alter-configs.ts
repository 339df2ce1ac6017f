/**
 * IncrementalAlterConfigs (44), versions 0-1: single keys are set, deleted, appended to or subtracted from (KIP-339). Topics, groups, this
 * broker, and the cluster's defaults of brokers (the empty name). Forwarded to the controller, which validates.
 */
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, type InferInput } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { ALTER_TIMEOUT_MS, alterConfigs } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'

/** Kafka's codes. Values of groups are no lists, to which the other operations would apply. */
const SET = 0
const DELETE = 1

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
        wanted: afterOperations,
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

type Asked = IncrementalAlterConfigsRequest['resources'][number]

function afterOperations({ configs }: Asked, current: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = new Map(current)
  for (const { name, configOperation, value } of configs) {
    if (configOperation === SET && value !== null) values.set(name, value)
    if (configOperation === DELETE) values.delete(name)
  }
  return values
}
