/**
 * BrokerRegistration registers a broker with the controller (KIP-631). On controller listeners only. All versions are flexible. Versions
 * 0-4.
 *
 * - 1 whether the broker comes from ZooKeeper (KIP-866)
 * - 2 ids of the log directories (KIP-858)
 * - 3 previous broker epoch, after a clean shutdown (KIP-966)
 * - 4 a feature's lowest version may be 0 (KAFKA-17011)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string, uint16, uuid } from '../schema/types.ts'

export const BrokerRegistrationRequest = request(62, 'BrokerRegistration', '0-4', flexibleFrom(0), {
  brokerId: int32,
  clusterId: string,
  incarnationId: uuid,
  listeners: array({ name: string, host: string, port: uint16, securityProtocol: int16 }),
  features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
  rack: string.nullable(),
  isMigratingZkBroker: bool.v('1+').default(false),
  logDirs: array(uuid).v('2+').ignorable(),
  previousBrokerEpoch: int64.v('3+').default(-1).ignorable(),
})
export type BrokerRegistrationRequest = Infer<typeof BrokerRegistrationRequest>

export const BrokerRegistrationResponse = response(62, 'BrokerRegistration', '0-4', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  brokerEpoch: int64.default(-1),
})
export type BrokerRegistrationResponse = Infer<typeof BrokerRegistrationResponse>
