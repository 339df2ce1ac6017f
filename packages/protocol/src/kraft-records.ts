/** What a KRaft quorum and tiered storage keep in their logs and files: for tools that read them. */

export {
  KRaftVersionRecord,
  LeaderChangeMessage,
  SnapshotFooterRecord,
  SnapshotHeaderRecord,
  VotersRecord,
} from './data/control-records.ts'
export {
  BrokerRegistrationChangeRecord,
  FeatureLevelRecord,
  FenceBrokerRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
  ZkMigrationStateRecord,
} from './data/metadata-log/broker-records.ts'
export {
  AccessControlEntryRecord,
  ClientQuotaRecord,
  DelegationTokenRecord,
  RemoveAccessControlEntryRecord,
  RemoveDelegationTokenRecord,
  RemoveUserScramCredentialRecord,
  UserScramCredentialRecord,
} from './data/metadata-log/security-records.ts'
export {
  ClearElrRecord,
  ConfigRecord,
  PartitionChangeRecord,
  PartitionRecord,
  RemoveTopicRecord,
  TopicRecord,
} from './data/metadata-log/topic-records.ts'
export {
  AbortTransactionRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  NoOpRecord,
} from './data/metadata-log/transaction-records.ts'
export { QuorumStateData } from './data/quorum-state.ts'
export {
  RemoteLogSegmentMetadataRecord,
  RemoteLogSegmentMetadataSnapshotRecord,
  RemoteLogSegmentMetadataUpdateRecord,
  RemotePartitionDeleteMetadataRecord,
} from './data/remote-log-metadata.ts'
