import {
  AlterConfigsRequest,
  AlterConfigsResponse,
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
  ApiVersionsRequest,
  ApiVersionsResponse,
  CreatePartitionsRequest,
  CreatePartitionsResponse,
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteRecordsRequest,
  DeleteRecordsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  DescribeLogDirsRequest,
  DescribeLogDirsResponse,
  DescribeProducersRequest,
  DescribeProducersResponse,
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse,
  ElectLeadersRequest,
  ElectLeadersResponse,
  FetchRequest,
  FetchResponse,
  type Fields,
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
  InitProducerIdRequest,
  InitProducerIdResponse,
  ListConfigResourcesRequest,
  ListConfigResourcesResponse,
  ListOffsetsRequest,
  ListOffsetsResponse,
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
  type Message,
  MetadataRequest,
  MetadataResponse,
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse,
  ProduceRequest,
  ProduceResponse,
  UnregisterBrokerRequest,
  UnregisterBrokerResponse,
} from '@ottla/protocol'

/** A request and the response that answers it. */
export interface Api<Q extends Fields, S extends Fields> {
  readonly request: Message<Q>
  readonly response: Message<S>
}

/** The APIs that this package uses. */
export const API = {
  produce: { request: ProduceRequest, response: ProduceResponse },
  initProducerId: { request: InitProducerIdRequest, response: InitProducerIdResponse },
  fetch: { request: FetchRequest, response: FetchResponse },
  listOffsets: { request: ListOffsetsRequest, response: ListOffsetsResponse },
  offsetForLeaderEpoch: { request: OffsetForLeaderEpochRequest, response: OffsetForLeaderEpochResponse },
  metadata: { request: MetadataRequest, response: MetadataResponse },
  createTopics: { request: CreateTopicsRequest, response: CreateTopicsResponse },
  deleteTopics: { request: DeleteTopicsRequest, response: DeleteTopicsResponse },
  describeConfigs: { request: DescribeConfigsRequest, response: DescribeConfigsResponse },
  describeCluster: { request: DescribeClusterRequest, response: DescribeClusterResponse },
  describeTopicPartitions: { request: DescribeTopicPartitionsRequest, response: DescribeTopicPartitionsResponse },
  alterConfigs: { request: AlterConfigsRequest, response: AlterConfigsResponse },
  createPartitions: { request: CreatePartitionsRequest, response: CreatePartitionsResponse },
  deleteRecords: { request: DeleteRecordsRequest, response: DeleteRecordsResponse },
  describeLogDirs: { request: DescribeLogDirsRequest, response: DescribeLogDirsResponse },
  describeProducers: { request: DescribeProducersRequest, response: DescribeProducersResponse },
  electLeaders: { request: ElectLeadersRequest, response: ElectLeadersResponse },
  incrementalAlterConfigs: { request: IncrementalAlterConfigsRequest, response: IncrementalAlterConfigsResponse },
  listConfigResources: { request: ListConfigResourcesRequest, response: ListConfigResourcesResponse },
  alterPartitionReassignments: {
    request: AlterPartitionReassignmentsRequest,
    response: AlterPartitionReassignmentsResponse,
  },
  listPartitionReassignments: {
    request: ListPartitionReassignmentsRequest,
    response: ListPartitionReassignmentsResponse,
  },
  unregisterBroker: { request: UnregisterBrokerRequest, response: UnregisterBrokerResponse },
  apiVersions: { request: ApiVersionsRequest, response: ApiVersionsResponse },
} as const

/** `Metadata` for MetadataRequest. */
export function nameOf(request: { readonly name: string }): string {
  return request.name.replace(/Request$/, '')
}
