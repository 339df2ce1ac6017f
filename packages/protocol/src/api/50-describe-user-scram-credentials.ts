/**
 * DescribeUserScramCredentials tells which SCRAM mechanisms users have, and with how many iterations (KIP-554). Flexible. Null or none
 * asks for all users. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const DescribeUserScramCredentialsRequest = request(50, 'DescribeUserScramCredentials', '0', flexibleFrom(0), {
  users: array({ name: string }).nullable(),
})
export type DescribeUserScramCredentialsRequest = Infer<typeof DescribeUserScramCredentialsRequest>

export const DescribeUserScramCredentialsResponse = response(50, 'DescribeUserScramCredentials', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
  results: array({
    user: string,
    errorCode: int16,
    errorMessage: string.nullable(),
    credentialInfos: array({ mechanism: int8, iterations: int32 }),
  }),
})
export type DescribeUserScramCredentialsResponse = Infer<typeof DescribeUserScramCredentialsResponse>
