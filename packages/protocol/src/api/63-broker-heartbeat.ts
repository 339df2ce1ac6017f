/**
 * BrokerHeartbeat tells the controller that a broker lives, and how far it follows the metadata (KIP-631). On controller listeners only.
 * All versions are flexible. Versions 0-2.
 *
 * - 1 log directories that went offline (KIP-858)
 * - 2 log directories that take no new replicas (KIP-1066)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, uuid } from '../schema/types.ts'

export const BrokerHeartbeatRequest = request(63, 'BrokerHeartbeat', '0-2', flexibleFrom(0), {
  brokerId: int32,
  brokerEpoch: int64.default(-1),
  currentMetadataOffset: int64,
  wantFence: bool,
  wantShutDown: bool,
  offlineLogDirs: array(uuid).v('1+').tagged(0),
  cordonedLogDirs: array(uuid).v('2+').nullable().default(null).tagged(1),
})
export type BrokerHeartbeatRequest = Infer<typeof BrokerHeartbeatRequest>

export const BrokerHeartbeatResponse = response(63, 'BrokerHeartbeat', '0-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  isCaughtUp: bool.default(false),
  isFenced: bool.default(true),
  shouldShutDown: bool,
})
export type BrokerHeartbeatResponse = Infer<typeof BrokerHeartbeatResponse>
