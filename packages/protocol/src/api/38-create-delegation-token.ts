/**
 * CreateDelegationToken makes a token with which its owner can authenticate (KIP-48). Versions 1-3.
 *
 * - 1 the baseline
 * - 2 flexible
 * - 3 a token for another owner; response: who asked for it (KIP-373)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bytes, int16, int32, int64, string } from '../schema/types.ts'

export const CreateDelegationTokenRequest = request(38, 'CreateDelegationToken', '1-3', flexibleFrom(2), {
  ownerPrincipalType: string.v('3+').nullable(),
  ownerPrincipalName: string.v('3+').nullable(),
  renewers: array({ principalType: string, principalName: string }),
  maxLifetimeMs: int64.approximate(),
})
export type CreateDelegationTokenRequest = Infer<typeof CreateDelegationTokenRequest>

export const CreateDelegationTokenResponse = response(38, 'CreateDelegationToken', '1-3', flexibleFrom(2), {
  errorCode: int16,
  principalType: string,
  principalName: string,
  tokenRequesterPrincipalType: string.v('3+'),
  tokenRequesterPrincipalName: string.v('3+'),
  issueTimestampMs: int64.approximate(),
  expiryTimestampMs: int64.approximate(),
  maxTimestampMs: int64.approximate(),
  tokenId: string,
  hmac: bytes,
  throttleTimeMs: int32,
})
export type CreateDelegationTokenResponse = Infer<typeof CreateDelegationTokenResponse>
