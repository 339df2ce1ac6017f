/**
 * GetTelemetrySubscriptions asks which metrics a client should push, and how often (KIP-714). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string, uuid } from '../schema/types.ts'

export const GetTelemetrySubscriptionsRequest = request(71, 'GetTelemetrySubscriptions', '0', flexibleFrom(0), {
  clientInstanceId: uuid,
})
export type GetTelemetrySubscriptionsRequest = Infer<typeof GetTelemetrySubscriptionsRequest>

export const GetTelemetrySubscriptionsResponse = response(71, 'GetTelemetrySubscriptions', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  clientInstanceId: uuid,
  subscriptionId: int32,
  acceptedCompressionTypes: array(int8),
  pushIntervalMs: int32,
  telemetryMaxBytes: int32,
  deltaTemporality: bool,
  requestedMetrics: array(string),
})
export type GetTelemetrySubscriptionsResponse = Infer<typeof GetTelemetrySubscriptionsResponse>
