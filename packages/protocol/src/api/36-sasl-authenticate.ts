/**
 * SaslAuthenticate carries one token of a SASL exchange. Versions 0-2.
 *
 * - 1 response: how long the session lasts before it must authenticate again (KIP-368)
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bytes, int16, int64, string } from '../schema/types.ts'

export const SaslAuthenticateRequest = request(36, 'SaslAuthenticate', '0-2', flexibleFrom(2), { authBytes: bytes })
export type SaslAuthenticateRequest = Infer<typeof SaslAuthenticateRequest>

export const SaslAuthenticateResponse = response(36, 'SaslAuthenticate', '0-2', flexibleFrom(2), {
  errorCode: int16,
  errorMessage: string.nullable(),
  authBytes: bytes,
  sessionLifetimeMs: int64.approximate().v('1+').default(0).ignorable(),
})
export type SaslAuthenticateResponse = Infer<typeof SaslAuthenticateResponse>
