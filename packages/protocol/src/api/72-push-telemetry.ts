/**
 * PushTelemetry delivers a client's metrics, as an OpenTelemetry message that may be compressed (KIP-714). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bool, bytes, int8, int16, int32, uuid } from '../schema/types.ts'

export const PushTelemetryRequest = request(72, 'PushTelemetry', '0', flexibleFrom(0), {
  clientInstanceId: uuid,
  subscriptionId: int32,
  terminating: bool,
  compressionType: int8,
  metrics: bytes,
})
export type PushTelemetryRequest = Infer<typeof PushTelemetryRequest>

export const PushTelemetryResponse = response(72, 'PushTelemetry', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
})
export type PushTelemetryResponse = Infer<typeof PushTelemetryResponse>
