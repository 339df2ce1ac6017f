/**
 * Brokers, controllers and features in the log of a KRaft metadata quorum (KIP-631).
 */
import { type Infer, metadataRecord } from '../../schema/message.ts'
import { array, bool, int8, int16, int32, int64, string, uint16, uuid } from '../../schema/types.ts'

export const RegisterBrokerRecord = metadataRecord(0, 'RegisterBrokerRecord', '0-4', {
  brokerId: int32,
  isMigratingZkBroker: bool.v('2+').default(false),
  incarnationId: uuid,
  brokerEpoch: int64,
  endPoints: array({ name: string, host: string, port: uint16, securityProtocol: int16 }),
  features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
  rack: string.nullable(),
  fenced: bool.default(true),
  inControlledShutdown: bool.v('1+').default(false),
  logDirs: array(uuid).v('3+').tagged(0),
  cordonedLogDirs: array(uuid).v('4+').nullable().default(null).tagged(1),
})
export type RegisterBrokerRecord = Infer<typeof RegisterBrokerRecord>

export const UnregisterBrokerRecord = metadataRecord(1, 'UnregisterBrokerRecord', '0', {
  brokerId: int32,
  brokerEpoch: int64,
})
export type UnregisterBrokerRecord = Infer<typeof UnregisterBrokerRecord>

export const FenceBrokerRecord = metadataRecord(7, 'FenceBrokerRecord', '0', { id: int32, epoch: int64 })
export type FenceBrokerRecord = Infer<typeof FenceBrokerRecord>

export const UnfenceBrokerRecord = metadataRecord(8, 'UnfenceBrokerRecord', '0', { id: int32, epoch: int64 })
export type UnfenceBrokerRecord = Infer<typeof UnfenceBrokerRecord>

export const BrokerRegistrationChangeRecord = metadataRecord(17, 'BrokerRegistrationChangeRecord', '0-3', {
  brokerId: int32,
  brokerEpoch: int64,
  fenced: int8.tagged(0),
  inControlledShutdown: int8.v('1+').tagged(1),
  logDirs: array(uuid).v('2+').tagged(2),
  cordonedLogDirs: array(uuid).v('3+').nullable().default(null).tagged(3),
})
export type BrokerRegistrationChangeRecord = Infer<typeof BrokerRegistrationChangeRecord>

export const RegisterControllerRecord = metadataRecord(27, 'RegisterControllerRecord', '0', {
  controllerId: int32,
  incarnationId: uuid,
  zkMigrationReady: bool,
  endPoints: array({ name: string, host: string, port: uint16, securityProtocol: int16 }),
  features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
})
export type RegisterControllerRecord = Infer<typeof RegisterControllerRecord>

export const FeatureLevelRecord = metadataRecord(12, 'FeatureLevelRecord', '0', { name: string, featureLevel: int16 })
export type FeatureLevelRecord = Infer<typeof FeatureLevelRecord>

export const ProducerIdsRecord = metadataRecord(15, 'ProducerIdsRecord', '0', {
  brokerId: int32,
  brokerEpoch: int64.default(-1),
  nextProducerId: int64,
})
export type ProducerIdsRecord = Infer<typeof ProducerIdsRecord>

export const ZkMigrationStateRecord = metadataRecord(21, 'ZkMigrationStateRecord', '0', { zkMigrationState: int8 })
export type ZkMigrationStateRecord = Infer<typeof ZkMigrationStateRecord>
