/**
 * RenewDelegationToken gives a token more time, up to its maximum (KIP-48). Versions 1-2.
 *
 * - 1 the baseline
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bytes, int16, int32, int64 } from '../schema/types.ts'

export const RenewDelegationTokenRequest = request(39, 'RenewDelegationToken', '1-2', flexibleFrom(2), {
  hmac: bytes,
  renewPeriodMs: int64.approximate(),
})
export type RenewDelegationTokenRequest = Infer<typeof RenewDelegationTokenRequest>

export const RenewDelegationTokenResponse = response(39, 'RenewDelegationToken', '1-2', flexibleFrom(2), {
  errorCode: int16,
  expiryTimestampMs: int64.approximate(),
  throttleTimeMs: int32,
})
export type RenewDelegationTokenResponse = Infer<typeof RenewDelegationTokenResponse>
