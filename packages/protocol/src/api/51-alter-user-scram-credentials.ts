/**
 * AlterUserScramCredentials sets and deletes SCRAM credentials; what is sent is the salted password, never the password (KIP-554).
 * Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bytes, int8, int16, int32, string } from '../schema/types.ts'

export const AlterUserScramCredentialsRequest = request(51, 'AlterUserScramCredentials', '0', flexibleFrom(0), {
  deletions: array({ name: string, mechanism: int8 }),
  upsertions: array({ name: string, mechanism: int8, iterations: int32, salt: bytes, saltedPassword: bytes }),
})
export type AlterUserScramCredentialsRequest = Infer<typeof AlterUserScramCredentialsRequest>

export const AlterUserScramCredentialsResponse = response(51, 'AlterUserScramCredentials', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  results: array({ user: string, errorCode: int16, errorMessage: string.nullable() }),
})
export type AlterUserScramCredentialsResponse = Infer<typeof AlterUserScramCredentialsResponse>
