/** UnregisterBroker (64), version 0: a broker that is gone for good leaves the metadata (KIP-631). Forwarded to the controller. */
import { ErrorCode, type InferInput, UnregisterBrokerRequest, UnregisterBrokerResponse } from '@ottla/protocol'
import { forwardRequest } from '../forward-request.ts'
import type { Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import { forwardFailure } from './forward-failure.ts'
import type { FrontParts } from './front-parts.ts'

const API = { request: UnregisterBrokerRequest, response: UnregisterBrokerResponse }
/** The request carries none. */
const TIMEOUT_MS = 30_000

type Response = InferInput<typeof UnregisterBrokerResponse>

export function unregisterBrokerHandler(parts: FrontParts): Handler<UnregisterBrokerRequest, Response> {
  return {
    api: UnregisterBrokerRequest.apiKey,
    min: 0,
    max: 0,
    async handle(context, request) {
      if (!parts.security.authorize(context, 'ALTER', CLUSTER)) {
        const errorMessage = 'Not authorized to unregister brokers.'
        return { throttleTimeMs: 0, errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage }
      }
      try {
        return await forwardRequest(parts.session, { ...context, api: API, value: request, timeoutMs: TIMEOUT_MS })
      } catch (error) {
        return { throttleTimeMs: 0, ...forwardFailure(error) }
      }
    },
  }
}
