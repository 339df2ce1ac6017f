/**
 * SaslHandshake chooses the mechanism of a SASL exchange. Never flexible. Versions 0-1.
 *
 * - 0 the exchange that follows is bare tokens, without requests around them
 * - 1 the exchange that follows is SaslAuthenticate requests (KIP-152)
 */
import { type Infer, notFlexible, request, response } from '../schema/message.ts'
import { array, int16, string } from '../schema/types.ts'

export const SaslHandshakeRequest = request(17, 'SaslHandshake', '0-1', notFlexible, { mechanism: string })
export type SaslHandshakeRequest = Infer<typeof SaslHandshakeRequest>

export const SaslHandshakeResponse = response(17, 'SaslHandshake', '0-1', notFlexible, {
  errorCode: int16,
  mechanisms: array(string),
})
export type SaslHandshakeResponse = Infer<typeof SaslHandshakeResponse>
