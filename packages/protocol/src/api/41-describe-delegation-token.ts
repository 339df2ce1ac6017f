/**
 * DescribeDelegationToken lists tokens by owner; null asks for all that one may see (KIP-48). Versions 1-3.
 *
 * - 1 the baseline
 * - 2 flexible
 * - 3 response: who asked for the token (KIP-373)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bytes, int16, int32, int64, string } from '../schema/types.ts'

export const DescribeDelegationTokenRequest = request(41, 'DescribeDelegationToken', '1-3', flexibleFrom(2), {
  owners: array({ principalType: string, principalName: string }).nullable(),
})
export type DescribeDelegationTokenRequest = Infer<typeof DescribeDelegationTokenRequest>

export const DescribeDelegationTokenResponse = response(41, 'DescribeDelegationToken', '1-3', flexibleFrom(2), {
  errorCode: int16,
  tokens: array({
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: string.v('3+'),
    tokenRequesterPrincipalName: string.v('3+'),
    issueTimestamp: int64.approximate(),
    expiryTimestamp: int64.approximate(),
    maxTimestamp: int64.approximate(),
    tokenId: string,
    hmac: bytes,
    renewers: array({ principalType: string, principalName: string }),
  }),
  throttleTimeMs: int32,
})
export type DescribeDelegationTokenResponse = Infer<typeof DescribeDelegationTokenResponse>
