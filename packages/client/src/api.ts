import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse,
  type Fields,
  ListOffsetsRequest,
  ListOffsetsResponse,
  type Message,
  MetadataRequest,
  MetadataResponse,
} from '@ottla/protocol'

/** A request and the response that answers it. */
export interface Api<Q extends Fields, S extends Fields> {
  readonly request: Message<Q>
  readonly response: Message<S>
}

/** The APIs that the Admin uses. */
export const API = {
  listOffsets: { request: ListOffsetsRequest, response: ListOffsetsResponse },
  metadata: { request: MetadataRequest, response: MetadataResponse },
  createTopics: { request: CreateTopicsRequest, response: CreateTopicsResponse },
  deleteTopics: { request: DeleteTopicsRequest, response: DeleteTopicsResponse },
  describeConfigs: { request: DescribeConfigsRequest, response: DescribeConfigsResponse },
  describeCluster: { request: DescribeClusterRequest, response: DescribeClusterResponse },
  describeTopicPartitions: { request: DescribeTopicPartitionsRequest, response: DescribeTopicPartitionsResponse },
} as const

/** `Metadata` for MetadataRequest. */
export function nameOf(request: { readonly name: string }): string {
  return request.name.replace(/Request$/, '')
}
