export { ProduceRequest, ProduceResponse } from './api/00-produce.ts'
export { FetchRequest, FetchResponse } from './api/01-fetch.ts'
export { ListOffsetsRequest, ListOffsetsResponse } from './api/02-list-offsets.ts'
export { MetadataRequest, MetadataResponse } from './api/03-metadata.ts'
export { OffsetCommitRequest, OffsetCommitResponse } from './api/08-offset-commit.ts'
export { OffsetFetchRequest, OffsetFetchResponse } from './api/09-offset-fetch.ts'
export { FindCoordinatorRequest, FindCoordinatorResponse } from './api/10-find-coordinator.ts'
export { JoinGroupRequest, JoinGroupResponse } from './api/11-join-group.ts'
export { HeartbeatRequest, HeartbeatResponse } from './api/12-heartbeat.ts'
export { LeaveGroupRequest, LeaveGroupResponse } from './api/13-leave-group.ts'
export { SyncGroupRequest, SyncGroupResponse } from './api/14-sync-group.ts'
export { DescribeGroupsRequest, DescribeGroupsResponse } from './api/15-describe-groups.ts'
export { ListGroupsRequest, ListGroupsResponse } from './api/16-list-groups.ts'
export { SaslHandshakeRequest, SaslHandshakeResponse } from './api/17-sasl-handshake.ts'
export { ApiVersionsRequest, ApiVersionsResponse } from './api/18-api-versions.ts'
export { CreateTopicsRequest, CreateTopicsResponse } from './api/19-create-topics.ts'
export { DeleteTopicsRequest, DeleteTopicsResponse } from './api/20-delete-topics.ts'
export { DeleteRecordsRequest, DeleteRecordsResponse } from './api/21-delete-records.ts'
export { InitProducerIdRequest, InitProducerIdResponse } from './api/22-init-producer-id.ts'
export { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from './api/23-offset-for-leader-epoch.ts'
export { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from './api/24-add-partitions-to-txn.ts'
export { AddOffsetsToTxnRequest, AddOffsetsToTxnResponse } from './api/25-add-offsets-to-txn.ts'
export { EndTxnRequest, EndTxnResponse } from './api/26-end-txn.ts'
export { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from './api/27-write-txn-markers.ts'
export { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from './api/28-txn-offset-commit.ts'
export { DescribeAclsRequest, DescribeAclsResponse } from './api/29-describe-acls.ts'
export { CreateAclsRequest, CreateAclsResponse } from './api/30-create-acls.ts'
export { DeleteAclsRequest, DeleteAclsResponse } from './api/31-delete-acls.ts'
export { DescribeConfigsRequest, DescribeConfigsResponse } from './api/32-describe-configs.ts'
export { AlterConfigsRequest, AlterConfigsResponse } from './api/33-alter-configs.ts'
export { AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse } from './api/34-alter-replica-log-dirs.ts'
export { DescribeLogDirsRequest, DescribeLogDirsResponse } from './api/35-describe-log-dirs.ts'
export { SaslAuthenticateRequest, SaslAuthenticateResponse } from './api/36-sasl-authenticate.ts'
export { CreatePartitionsRequest, CreatePartitionsResponse } from './api/37-create-partitions.ts'
export { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from './api/38-create-delegation-token.ts'
export { RenewDelegationTokenRequest, RenewDelegationTokenResponse } from './api/39-renew-delegation-token.ts'
export { ExpireDelegationTokenRequest, ExpireDelegationTokenResponse } from './api/40-expire-delegation-token.ts'
export { DescribeDelegationTokenRequest, DescribeDelegationTokenResponse } from './api/41-describe-delegation-token.ts'
export { DeleteGroupsRequest, DeleteGroupsResponse } from './api/42-delete-groups.ts'
export { ElectLeadersRequest, ElectLeadersResponse } from './api/43-elect-leaders.ts'
export { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from './api/44-incremental-alter-configs.ts'
export {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
} from './api/45-alter-partition-reassignments.ts'
export {
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
} from './api/46-list-partition-reassignments.ts'
export { OffsetDeleteRequest, OffsetDeleteResponse } from './api/47-offset-delete.ts'
export { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from './api/48-describe-client-quotas.ts'
export { AlterClientQuotasRequest, AlterClientQuotasResponse } from './api/49-alter-client-quotas.ts'
export {
  DescribeUserScramCredentialsRequest,
  DescribeUserScramCredentialsResponse,
} from './api/50-describe-user-scram-credentials.ts'
export {
  AlterUserScramCredentialsRequest,
  AlterUserScramCredentialsResponse,
} from './api/51-alter-user-scram-credentials.ts'
export { DescribeQuorumRequest, DescribeQuorumResponse } from './api/55-describe-quorum.ts'
export { AlterPartitionRequest, AlterPartitionResponse } from './api/56-alter-partition.ts'
export { UpdateFeaturesRequest, UpdateFeaturesResponse } from './api/57-update-features.ts'
export { DescribeClusterRequest, DescribeClusterResponse } from './api/60-describe-cluster.ts'
export { DescribeProducersRequest, DescribeProducersResponse } from './api/61-describe-producers.ts'
export { UnregisterBrokerRequest, UnregisterBrokerResponse } from './api/64-unregister-broker.ts'
export { DescribeTransactionsRequest, DescribeTransactionsResponse } from './api/65-describe-transactions.ts'
export { ListTransactionsRequest, ListTransactionsResponse } from './api/66-list-transactions.ts'
export { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from './api/68-consumer-group-heartbeat.ts'
export { ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse } from './api/69-consumer-group-describe.ts'
export {
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsResponse,
} from './api/71-get-telemetry-subscriptions.ts'
export { PushTelemetryRequest, PushTelemetryResponse } from './api/72-push-telemetry.ts'
export { ListConfigResourcesRequest, ListConfigResourcesResponse } from './api/74-list-config-resources.ts'
export { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from './api/75-describe-topic-partitions.ts'
export { ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse } from './api/76-share-group-heartbeat.ts'
export { ShareGroupDescribeRequest, ShareGroupDescribeResponse } from './api/77-share-group-describe.ts'
export { ShareFetchRequest, ShareFetchResponse } from './api/78-share-fetch.ts'
export { ShareAcknowledgeRequest, ShareAcknowledgeResponse } from './api/79-share-acknowledge.ts'
export { AddRaftVoterRequest, AddRaftVoterResponse } from './api/80-add-raft-voter.ts'
export { RemoveRaftVoterRequest, RemoveRaftVoterResponse } from './api/81-remove-raft-voter.ts'
export {
  InitializeShareGroupStateRequest,
  InitializeShareGroupStateResponse,
} from './api/83-initialize-share-group-state.ts'
export { ReadShareGroupStateRequest, ReadShareGroupStateResponse } from './api/84-read-share-group-state.ts'
export { WriteShareGroupStateRequest, WriteShareGroupStateResponse } from './api/85-write-share-group-state.ts'
export { DeleteShareGroupStateRequest, DeleteShareGroupStateResponse } from './api/86-delete-share-group-state.ts'
export {
  ReadShareGroupStateSummaryRequest,
  ReadShareGroupStateSummaryResponse,
} from './api/87-read-share-group-state-summary.ts'
export { StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse } from './api/88-streams-group-heartbeat.ts'
export { StreamsGroupDescribeRequest, StreamsGroupDescribeResponse } from './api/89-streams-group-describe.ts'
export {
  DescribeShareGroupOffsetsRequest,
  DescribeShareGroupOffsetsResponse,
} from './api/90-describe-share-group-offsets.ts'
export { AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse } from './api/91-alter-share-group-offsets.ts'
export { DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse } from './api/92-delete-share-group-offsets.ts'
export { ApiKey, apiName, isFlexible } from './api-keys.ts'
export { ELEMENTS_MAX, INT64_MAX, REQUEST_ELEMENTS_MAX } from './bytes/reader.ts'
export type { Chunk, ExternalBytes } from './bytes/writer.ts'
export { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from './data/consumer-protocol.ts'
export {
  ControlRecordType,
  decodeControlType,
  decodeEndTxnMarker,
  encodeControlType,
  encodeEndTxnMarker,
} from './data/control-record.ts'
export { ProducerSnapshot } from './data/producer-snapshot.ts'
export { decodeVersioned, decodeVersionedLeniently, encodeVersioned } from './data/versioned.ts'
export { ERRORS, ErrorCode, type ErrorInfo, type ErrorName, errorByCode, KafkaError } from './errors.ts'
export { decodeResponse, encodeRequest, encodeRequestChunks, encodeResponse, type RequestIdentity } from './frames.ts'
export { decodeRequestHeader, RequestHeader, ResponseHeader } from './headers.ts'
export { murmur2, partitionForKey, toPositive } from './murmur2.ts'
export { EncodeError, ProtocolError, UnknownApiKeyError, UnsupportedVersionError } from './protocol-error.ts'
export { type AnyBatch, anyBatchesIn } from './records/any-batch.ts'
export {
  batchesIn,
  DECOMPRESSED_BYTES_MAX,
  RecordBatch,
  type TimestampType,
} from './records/batch.ts'
export {
  BatchBuilder,
  type BatchFormat,
  type ProducerStamp,
  singleRecordBatchBytesMax,
  stampProducer,
} from './records/batch-builder.ts'
export { type BadBatchHeader, type BatchHeaderCheck, checkBatchHeader } from './records/check.ts'
export { CorruptRecordError } from './records/corrupt-record-error.ts'
export { type BatchInput, encodeBatch } from './records/encode.ts'
export { BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES } from './records/layout.ts'
export { checkMessageHeader } from './records/legacy-check.ts'
export { encodeMessageSet, type MessageSetInput } from './records/legacy-encode.ts'
export { LegacyMessage, type LegacyRecord, messagesIn } from './records/legacy-message.ts'
export { recodedBatch } from './records/recode.ts'
export type { BatchRecord, RecordHeader } from './records/record.ts'
export type { RecordInput } from './records/record-writer.ts'
export { sequenceAfter } from './records/sequence.ts'
export { decodeMessage, decodeRequest, encodeMessage } from './schema/codec.ts'
export { messageFromJson, messageToJson } from './schema/json.ts'
export {
  data,
  flexibleFrom,
  type Infer,
  type InferInput,
  type Message,
  notFlexible,
  request,
  response,
} from './schema/message.ts'
export {
  array,
  bits64,
  bool,
  bytes,
  type Decoded,
  type Encodable,
  type Field,
  type Fields,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from './schema/types.ts'
export { includes, type VersionRange } from './schema/versions.ts'
export { uuidFromBytes, uuidToBytes, ZERO_UUID } from './uuid.ts'
