import { ProduceRequest, ProduceResponse } from './api/00-produce.ts'
import { FetchRequest, FetchResponse } from './api/01-fetch.ts'
import { ListOffsetsRequest, ListOffsetsResponse } from './api/02-list-offsets.ts'
import { MetadataRequest, MetadataResponse } from './api/03-metadata.ts'
import { OffsetCommitRequest, OffsetCommitResponse } from './api/08-offset-commit.ts'
import { OffsetFetchRequest, OffsetFetchResponse } from './api/09-offset-fetch.ts'
import { FindCoordinatorRequest, FindCoordinatorResponse } from './api/10-find-coordinator.ts'
import { JoinGroupRequest, JoinGroupResponse } from './api/11-join-group.ts'
import { HeartbeatRequest, HeartbeatResponse } from './api/12-heartbeat.ts'
import { LeaveGroupRequest, LeaveGroupResponse } from './api/13-leave-group.ts'
import { SyncGroupRequest, SyncGroupResponse } from './api/14-sync-group.ts'
import { DescribeGroupsRequest, DescribeGroupsResponse } from './api/15-describe-groups.ts'
import { ListGroupsRequest, ListGroupsResponse } from './api/16-list-groups.ts'
import { SaslHandshakeRequest, SaslHandshakeResponse } from './api/17-sasl-handshake.ts'
import { ApiVersionsRequest, ApiVersionsResponse } from './api/18-api-versions.ts'
import { CreateTopicsRequest, CreateTopicsResponse } from './api/19-create-topics.ts'
import { DeleteTopicsRequest, DeleteTopicsResponse } from './api/20-delete-topics.ts'
import { DeleteRecordsRequest, DeleteRecordsResponse } from './api/21-delete-records.ts'
import { InitProducerIdRequest, InitProducerIdResponse } from './api/22-init-producer-id.ts'
import { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from './api/23-offset-for-leader-epoch.ts'
import { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from './api/24-add-partitions-to-txn.ts'
import { AddOffsetsToTxnRequest, AddOffsetsToTxnResponse } from './api/25-add-offsets-to-txn.ts'
import { EndTxnRequest, EndTxnResponse } from './api/26-end-txn.ts'
import { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from './api/27-write-txn-markers.ts'
import { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from './api/28-txn-offset-commit.ts'
import { DescribeAclsRequest, DescribeAclsResponse } from './api/29-describe-acls.ts'
import { CreateAclsRequest, CreateAclsResponse } from './api/30-create-acls.ts'
import { DeleteAclsRequest, DeleteAclsResponse } from './api/31-delete-acls.ts'
import { DescribeConfigsRequest, DescribeConfigsResponse } from './api/32-describe-configs.ts'
import { AlterConfigsRequest, AlterConfigsResponse } from './api/33-alter-configs.ts'
import { AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse } from './api/34-alter-replica-log-dirs.ts'
import { DescribeLogDirsRequest, DescribeLogDirsResponse } from './api/35-describe-log-dirs.ts'
import { SaslAuthenticateRequest, SaslAuthenticateResponse } from './api/36-sasl-authenticate.ts'
import { CreatePartitionsRequest, CreatePartitionsResponse } from './api/37-create-partitions.ts'
import { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from './api/38-create-delegation-token.ts'
import { RenewDelegationTokenRequest, RenewDelegationTokenResponse } from './api/39-renew-delegation-token.ts'
import { ExpireDelegationTokenRequest, ExpireDelegationTokenResponse } from './api/40-expire-delegation-token.ts'
import { DescribeDelegationTokenRequest, DescribeDelegationTokenResponse } from './api/41-describe-delegation-token.ts'
import { DeleteGroupsRequest, DeleteGroupsResponse } from './api/42-delete-groups.ts'
import { ElectLeadersRequest, ElectLeadersResponse } from './api/43-elect-leaders.ts'
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from './api/44-incremental-alter-configs.ts'
import {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
} from './api/45-alter-partition-reassignments.ts'
import {
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
} from './api/46-list-partition-reassignments.ts'
import { OffsetDeleteRequest, OffsetDeleteResponse } from './api/47-offset-delete.ts'
import { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from './api/48-describe-client-quotas.ts'
import { AlterClientQuotasRequest, AlterClientQuotasResponse } from './api/49-alter-client-quotas.ts'
import {
  DescribeUserScramCredentialsRequest,
  DescribeUserScramCredentialsResponse,
} from './api/50-describe-user-scram-credentials.ts'
import {
  AlterUserScramCredentialsRequest,
  AlterUserScramCredentialsResponse,
} from './api/51-alter-user-scram-credentials.ts'
import { VoteRequest, VoteResponse } from './api/52-vote.ts'
import { BeginQuorumEpochRequest, BeginQuorumEpochResponse } from './api/53-begin-quorum-epoch.ts'
import { EndQuorumEpochRequest, EndQuorumEpochResponse } from './api/54-end-quorum-epoch.ts'
import { DescribeQuorumRequest, DescribeQuorumResponse } from './api/55-describe-quorum.ts'
import { AlterPartitionRequest, AlterPartitionResponse } from './api/56-alter-partition.ts'
import { UpdateFeaturesRequest, UpdateFeaturesResponse } from './api/57-update-features.ts'
import { EnvelopeRequest, EnvelopeResponse } from './api/58-envelope.ts'
import { FetchSnapshotRequest, FetchSnapshotResponse } from './api/59-fetch-snapshot.ts'
import { DescribeClusterRequest, DescribeClusterResponse } from './api/60-describe-cluster.ts'
import { DescribeProducersRequest, DescribeProducersResponse } from './api/61-describe-producers.ts'
import { BrokerRegistrationRequest, BrokerRegistrationResponse } from './api/62-broker-registration.ts'
import { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from './api/63-broker-heartbeat.ts'
import { UnregisterBrokerRequest, UnregisterBrokerResponse } from './api/64-unregister-broker.ts'
import { DescribeTransactionsRequest, DescribeTransactionsResponse } from './api/65-describe-transactions.ts'
import { ListTransactionsRequest, ListTransactionsResponse } from './api/66-list-transactions.ts'
import { AllocateProducerIdsRequest, AllocateProducerIdsResponse } from './api/67-allocate-producer-ids.ts'
import { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from './api/68-consumer-group-heartbeat.ts'
import { ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse } from './api/69-consumer-group-describe.ts'
import { ControllerRegistrationRequest, ControllerRegistrationResponse } from './api/70-controller-registration.ts'
import {
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsResponse,
} from './api/71-get-telemetry-subscriptions.ts'
import { PushTelemetryRequest, PushTelemetryResponse } from './api/72-push-telemetry.ts'
import { AssignReplicasToDirsRequest, AssignReplicasToDirsResponse } from './api/73-assign-replicas-to-dirs.ts'
import { ListConfigResourcesRequest, ListConfigResourcesResponse } from './api/74-list-config-resources.ts'
import { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from './api/75-describe-topic-partitions.ts'
import { ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse } from './api/76-share-group-heartbeat.ts'
import { ShareGroupDescribeRequest, ShareGroupDescribeResponse } from './api/77-share-group-describe.ts'
import { ShareFetchRequest, ShareFetchResponse } from './api/78-share-fetch.ts'
import { ShareAcknowledgeRequest, ShareAcknowledgeResponse } from './api/79-share-acknowledge.ts'
import { AddRaftVoterRequest, AddRaftVoterResponse } from './api/80-add-raft-voter.ts'
import { RemoveRaftVoterRequest, RemoveRaftVoterResponse } from './api/81-remove-raft-voter.ts'
import { UpdateRaftVoterRequest, UpdateRaftVoterResponse } from './api/82-update-raft-voter.ts'
import {
  InitializeShareGroupStateRequest,
  InitializeShareGroupStateResponse,
} from './api/83-initialize-share-group-state.ts'
import { ReadShareGroupStateRequest, ReadShareGroupStateResponse } from './api/84-read-share-group-state.ts'
import { WriteShareGroupStateRequest, WriteShareGroupStateResponse } from './api/85-write-share-group-state.ts'
import { DeleteShareGroupStateRequest, DeleteShareGroupStateResponse } from './api/86-delete-share-group-state.ts'
import {
  ReadShareGroupStateSummaryRequest,
  ReadShareGroupStateSummaryResponse,
} from './api/87-read-share-group-state-summary.ts'
import { StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse } from './api/88-streams-group-heartbeat.ts'
import { StreamsGroupDescribeRequest, StreamsGroupDescribeResponse } from './api/89-streams-group-describe.ts'
import {
  DescribeShareGroupOffsetsRequest,
  DescribeShareGroupOffsetsResponse,
} from './api/90-describe-share-group-offsets.ts'
import { AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse } from './api/91-alter-share-group-offsets.ts'
import { DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse } from './api/92-delete-share-group-offsets.ts'
import type { Message } from './schema/message.ts'

/** Both directions of one API. */
export interface Api {
  readonly request: Message
  readonly response: Message
}

const ALL: readonly Api[] = [
  { request: ProduceRequest, response: ProduceResponse },
  { request: FetchRequest, response: FetchResponse },
  { request: ListOffsetsRequest, response: ListOffsetsResponse },
  { request: MetadataRequest, response: MetadataResponse },
  { request: OffsetCommitRequest, response: OffsetCommitResponse },
  { request: OffsetFetchRequest, response: OffsetFetchResponse },
  { request: FindCoordinatorRequest, response: FindCoordinatorResponse },
  { request: JoinGroupRequest, response: JoinGroupResponse },
  { request: HeartbeatRequest, response: HeartbeatResponse },
  { request: LeaveGroupRequest, response: LeaveGroupResponse },
  { request: SyncGroupRequest, response: SyncGroupResponse },
  { request: DescribeGroupsRequest, response: DescribeGroupsResponse },
  { request: ListGroupsRequest, response: ListGroupsResponse },
  { request: SaslHandshakeRequest, response: SaslHandshakeResponse },
  { request: ApiVersionsRequest, response: ApiVersionsResponse },
  { request: CreateTopicsRequest, response: CreateTopicsResponse },
  { request: DeleteTopicsRequest, response: DeleteTopicsResponse },
  { request: DeleteRecordsRequest, response: DeleteRecordsResponse },
  { request: InitProducerIdRequest, response: InitProducerIdResponse },
  { request: OffsetForLeaderEpochRequest, response: OffsetForLeaderEpochResponse },
  { request: AddPartitionsToTxnRequest, response: AddPartitionsToTxnResponse },
  { request: AddOffsetsToTxnRequest, response: AddOffsetsToTxnResponse },
  { request: EndTxnRequest, response: EndTxnResponse },
  { request: WriteTxnMarkersRequest, response: WriteTxnMarkersResponse },
  { request: TxnOffsetCommitRequest, response: TxnOffsetCommitResponse },
  { request: DescribeAclsRequest, response: DescribeAclsResponse },
  { request: CreateAclsRequest, response: CreateAclsResponse },
  { request: DeleteAclsRequest, response: DeleteAclsResponse },
  { request: DescribeConfigsRequest, response: DescribeConfigsResponse },
  { request: AlterConfigsRequest, response: AlterConfigsResponse },
  { request: AlterReplicaLogDirsRequest, response: AlterReplicaLogDirsResponse },
  { request: DescribeLogDirsRequest, response: DescribeLogDirsResponse },
  { request: SaslAuthenticateRequest, response: SaslAuthenticateResponse },
  { request: CreatePartitionsRequest, response: CreatePartitionsResponse },
  { request: CreateDelegationTokenRequest, response: CreateDelegationTokenResponse },
  { request: RenewDelegationTokenRequest, response: RenewDelegationTokenResponse },
  { request: ExpireDelegationTokenRequest, response: ExpireDelegationTokenResponse },
  { request: DescribeDelegationTokenRequest, response: DescribeDelegationTokenResponse },
  { request: DeleteGroupsRequest, response: DeleteGroupsResponse },
  { request: ElectLeadersRequest, response: ElectLeadersResponse },
  { request: IncrementalAlterConfigsRequest, response: IncrementalAlterConfigsResponse },
  { request: AlterPartitionReassignmentsRequest, response: AlterPartitionReassignmentsResponse },
  { request: ListPartitionReassignmentsRequest, response: ListPartitionReassignmentsResponse },
  { request: OffsetDeleteRequest, response: OffsetDeleteResponse },
  { request: DescribeClientQuotasRequest, response: DescribeClientQuotasResponse },
  { request: AlterClientQuotasRequest, response: AlterClientQuotasResponse },
  { request: DescribeUserScramCredentialsRequest, response: DescribeUserScramCredentialsResponse },
  { request: AlterUserScramCredentialsRequest, response: AlterUserScramCredentialsResponse },
  { request: VoteRequest, response: VoteResponse },
  { request: BeginQuorumEpochRequest, response: BeginQuorumEpochResponse },
  { request: EndQuorumEpochRequest, response: EndQuorumEpochResponse },
  { request: DescribeQuorumRequest, response: DescribeQuorumResponse },
  { request: AlterPartitionRequest, response: AlterPartitionResponse },
  { request: UpdateFeaturesRequest, response: UpdateFeaturesResponse },
  { request: EnvelopeRequest, response: EnvelopeResponse },
  { request: FetchSnapshotRequest, response: FetchSnapshotResponse },
  { request: DescribeClusterRequest, response: DescribeClusterResponse },
  { request: DescribeProducersRequest, response: DescribeProducersResponse },
  { request: BrokerRegistrationRequest, response: BrokerRegistrationResponse },
  { request: BrokerHeartbeatRequest, response: BrokerHeartbeatResponse },
  { request: UnregisterBrokerRequest, response: UnregisterBrokerResponse },
  { request: DescribeTransactionsRequest, response: DescribeTransactionsResponse },
  { request: ListTransactionsRequest, response: ListTransactionsResponse },
  { request: AllocateProducerIdsRequest, response: AllocateProducerIdsResponse },
  { request: ConsumerGroupHeartbeatRequest, response: ConsumerGroupHeartbeatResponse },
  { request: ConsumerGroupDescribeRequest, response: ConsumerGroupDescribeResponse },
  { request: ControllerRegistrationRequest, response: ControllerRegistrationResponse },
  { request: GetTelemetrySubscriptionsRequest, response: GetTelemetrySubscriptionsResponse },
  { request: PushTelemetryRequest, response: PushTelemetryResponse },
  { request: AssignReplicasToDirsRequest, response: AssignReplicasToDirsResponse },
  { request: ListConfigResourcesRequest, response: ListConfigResourcesResponse },
  { request: DescribeTopicPartitionsRequest, response: DescribeTopicPartitionsResponse },
  { request: ShareGroupHeartbeatRequest, response: ShareGroupHeartbeatResponse },
  { request: ShareGroupDescribeRequest, response: ShareGroupDescribeResponse },
  { request: ShareFetchRequest, response: ShareFetchResponse },
  { request: ShareAcknowledgeRequest, response: ShareAcknowledgeResponse },
  { request: AddRaftVoterRequest, response: AddRaftVoterResponse },
  { request: RemoveRaftVoterRequest, response: RemoveRaftVoterResponse },
  { request: UpdateRaftVoterRequest, response: UpdateRaftVoterResponse },
  { request: InitializeShareGroupStateRequest, response: InitializeShareGroupStateResponse },
  { request: ReadShareGroupStateRequest, response: ReadShareGroupStateResponse },
  { request: WriteShareGroupStateRequest, response: WriteShareGroupStateResponse },
  { request: DeleteShareGroupStateRequest, response: DeleteShareGroupStateResponse },
  { request: ReadShareGroupStateSummaryRequest, response: ReadShareGroupStateSummaryResponse },
  { request: StreamsGroupHeartbeatRequest, response: StreamsGroupHeartbeatResponse },
  { request: StreamsGroupDescribeRequest, response: StreamsGroupDescribeResponse },
  { request: DescribeShareGroupOffsetsRequest, response: DescribeShareGroupOffsetsResponse },
  { request: AlterShareGroupOffsetsRequest, response: AlterShareGroupOffsetsResponse },
  { request: DeleteShareGroupOffsetsRequest, response: DeleteShareGroupOffsetsResponse },
]

/** Every API of Kafka 4.3.1, those between brokers and controllers included, by API key. */
export const apis: ReadonlyMap<number, Api> = new Map(ALL.map((api) => [api.request.apiKey, api]))
