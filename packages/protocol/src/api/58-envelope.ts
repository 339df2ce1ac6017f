/**
 * Envelope carries a client's request from a broker to the controller, with the client's principal (KIP-590). On controller listeners
 * only. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bytes, int16 } from '../schema/types.ts'

export const EnvelopeRequest = request(58, 'Envelope', '0', flexibleFrom(0), {
  requestData: bytes,
  requestPrincipal: bytes.nullable(),
  clientHostAddress: bytes,
})
export type EnvelopeRequest = Infer<typeof EnvelopeRequest>

export const EnvelopeResponse = response(58, 'Envelope', '0', flexibleFrom(0), {
  responseData: bytes.nullable().default(null),
  errorCode: int16,
})
export type EnvelopeResponse = Infer<typeof EnvelopeResponse>
