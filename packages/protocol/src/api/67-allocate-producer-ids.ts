/**
 * AllocateProducerIds gives a broker a block of producer ids (KIP-730). On controller listeners only. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { int16, int32, int64 } from '../schema/types.ts'

export const AllocateProducerIdsRequest = request(67, 'AllocateProducerIds', '0', flexibleFrom(0), {
  brokerId: int32,
  brokerEpoch: int64.default(-1),
})
export type AllocateProducerIdsRequest = Infer<typeof AllocateProducerIdsRequest>

export const AllocateProducerIdsResponse = response(67, 'AllocateProducerIds', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  producerIdStart: int64,
  producerIdLen: int32,
})
export type AllocateProducerIdsResponse = Infer<typeof AllocateProducerIdsResponse>
