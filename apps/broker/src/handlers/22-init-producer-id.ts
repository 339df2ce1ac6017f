/**
 * InitProducerId (API key 22), versions 0-5: gives a producer the id under which its batches carry sequence numbers.
 *
 * 3: a producer may name the id and epoch that it had, to go on after an error (KIP-360): without a transactional id it gets a
 * fresh id with epoch 0, which loses nothing, since only its transactions would tie it to the old one. 4: PRODUCER_FENCED,
 * 5: TRANSACTION_ABORTABLE may be answered; both are about transactions.
 *
 * A transactional id is answered COORDINATOR_NOT_AVAILABLE: this broker has no transaction coordinator.
 */
import {
  ApiKey,
  type InferInput,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
  KafkaError,
} from '@ottla/protocol'
import { errorCodeOf } from '../partitions/error-code.ts'
import { ProducerIds } from '../partitions/producer-ids.ts'
import type { BrokerParts, Handler, RequestContext } from '../seams.ts'

type Response = InferInput<typeof InitProducerIdResponse>

export function initProducerIdHandler(parts: BrokerParts): Handler<InitProducerIdRequest, Response> {
  const producerIds = new ProducerIds(() => parts.session.allocateProducerIds())
  return {
    api: ApiKey.InitProducerId,
    min: 0,
    max: 5,
    handle(context, request) {
      const refusal = refuse(parts, context, request)
      if (refusal !== undefined) return failed(errorCodeOf(refusal))
      const id = producerIds.next()
      return typeof id === 'number' ? given(id) : id.then(given, (error) => unavailable(parts, error))
    },
  }
}

function refuse(parts: BrokerParts, context: RequestContext, request: InitProducerIdRequest): string | undefined {
  const { transactionalId, producerId, producerEpoch } = request
  const { security } = parts
  if (transactionalId === '') return 'INVALID_REQUEST'
  if (transactionalId !== null) {
    const mayWrite = security.authorize(context, 'WRITE', { type: 'transactional-id', name: transactionalId })
    return mayWrite ? 'COORDINATOR_NOT_AVAILABLE' : 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  }
  if (!security.authorize(context, 'IDEMPOTENT_WRITE', { type: 'cluster', name: 'kafka-cluster' })) {
    return 'CLUSTER_AUTHORIZATION_FAILED'
  }
  return (producerId === -1) !== (producerEpoch === -1) ? 'INVALID_REQUEST' : undefined
}

function given(producerId: number): Response {
  return { throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch: 0 }
}

function failed(errorCode: number): Response {
  return { throttleTimeMs: 0, errorCode, producerId: -1, producerEpoch: -1 }
}

/** The controller gave no block: the producer tries again. */
function unavailable(parts: BrokerParts, error: unknown): Response {
  parts.runtime.logger.warn('no producer ids: the controller did not give a block', { error })
  return failed(error instanceof KafkaError ? error.code : errorCodeOf('COORDINATOR_NOT_AVAILABLE'))
}
