/**
 * ControllerRegistration registers a controller with the active one (KIP-919). On controller listeners only. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string, uint16, uuid } from '../schema/types.ts'

export const ControllerRegistrationRequest = request(70, 'ControllerRegistration', '0', flexibleFrom(0), {
  controllerId: int32,
  incarnationId: uuid,
  zkMigrationReady: bool,
  listeners: array({ name: string, host: string, port: uint16, securityProtocol: int16 }),
  features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
})
export type ControllerRegistrationRequest = Infer<typeof ControllerRegistrationRequest>

export const ControllerRegistrationResponse = response(70, 'ControllerRegistration', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
})
export type ControllerRegistrationResponse = Infer<typeof ControllerRegistrationResponse>
