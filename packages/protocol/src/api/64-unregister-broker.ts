/**
 * UnregisterBroker removes the registration of a broker that is gone for good (KIP-631). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { int16, int32, string } from '../schema/types.ts'

export const UnregisterBrokerRequest = request(64, 'UnregisterBroker', '0', flexibleFrom(0), { brokerId: int32 })
export type UnregisterBrokerRequest = Infer<typeof UnregisterBrokerRequest>

export const UnregisterBrokerResponse = response(64, 'UnregisterBroker', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
})
export type UnregisterBrokerResponse = Infer<typeof UnregisterBrokerResponse>
