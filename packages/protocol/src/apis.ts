import { ProduceRequest, ProduceResponse } from './api/00-produce.ts'
import { FetchRequest, FetchResponse } from './api/01-fetch.ts'
import { ListOffsetsRequest, ListOffsetsResponse } from './api/02-list-offsets.ts'
import { MetadataRequest, MetadataResponse } from './api/03-metadata.ts'
import { ApiVersionsRequest, ApiVersionsResponse } from './api/18-api-versions.ts'
import { CreateTopicsRequest, CreateTopicsResponse } from './api/19-create-topics.ts'
import { DeleteTopicsRequest, DeleteTopicsResponse } from './api/20-delete-topics.ts'
import { InitProducerIdRequest, InitProducerIdResponse } from './api/22-init-producer-id.ts'
import { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from './api/23-offset-for-leader-epoch.ts'
import { DescribeConfigsRequest, DescribeConfigsResponse } from './api/32-describe-configs.ts'
import { DescribeClusterRequest, DescribeClusterResponse } from './api/60-describe-cluster.ts'
import { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from './api/75-describe-topic-partitions.ts'
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
  { request: ApiVersionsRequest, response: ApiVersionsResponse },
  { request: CreateTopicsRequest, response: CreateTopicsResponse },
  { request: DeleteTopicsRequest, response: DeleteTopicsResponse },
  { request: InitProducerIdRequest, response: InitProducerIdResponse },
  { request: OffsetForLeaderEpochRequest, response: OffsetForLeaderEpochResponse },
  { request: DescribeConfigsRequest, response: DescribeConfigsResponse },
  { request: DescribeClusterRequest, response: DescribeClusterResponse },
  { request: DescribeTopicPartitionsRequest, response: DescribeTopicPartitionsResponse },
]

/** The APIs that are defined so far, by API key. */
export const apis: ReadonlyMap<number, Api> = new Map(ALL.map((api) => [api.request.apiKey, api]))
