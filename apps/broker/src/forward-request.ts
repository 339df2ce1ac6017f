import { decodeMessage, encodeMessage, type Fields, type InferInput, type Message } from '@ottla/protocol'
import type { ControllerSession, Principal } from './seams.ts'

/** A client may name weeks; its request would be kept for as long while no controller is there. */
const TIMEOUT_MS_MAX = 300_000

export interface RequestToForward<Q extends Fields, S extends Fields> {
  readonly api: { readonly request: Message<Q>; readonly response: Message<S> }
  readonly apiVersion: number
  readonly principal: Principal
  readonly value: InferInput<Message<Q>>
  /** How long the controller may take, as the client has asked; at most five minutes. */
  readonly timeoutMs: number
  /** As in `ForwardOptions`. */
  readonly linkTimeoutMs?: number
  /** Called once the request is encoded: nothing of the client's frame is needed any more. */
  readonly releaseMemory?: () => void
}

/** The controller's answer to a Kafka request. Rejects as `ControllerSession.forward` does. */
export async function forwardRequest<Q extends Fields, S extends Fields>(
  session: Pick<ControllerSession, 'forward'>,
  { api, apiVersion, principal, value, timeoutMs, linkTimeoutMs, releaseMemory }: RequestToForward<Q, S>,
) {
  const body = encodeMessage(api.request, apiVersion, value)
  releaseMemory?.()
  const answer = await session.forward({
    apiKey: api.request.apiKey,
    apiVersion,
    body,
    principal,
    timeoutMs: Math.min(Math.max(0, timeoutMs), TIMEOUT_MS_MAX),
    ...(linkTimeoutMs !== undefined && { linkTimeoutMs }),
  })
  return decodeMessage(api.response, apiVersion, answer)
}
