/**
 * Kafka requests that brokers forward: which ones the controller carries out, in which versions, and by which command. A request
 * that is not in this table is refused.
 */
import {
  AlterConfigsRequest,
  AlterConfigsResponse,
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
  AlterPartitionRequest,
  AlterPartitionResponse,
  CreatePartitionsRequest,
  CreatePartitionsResponse,
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  decodeMessage,
  ElectLeadersRequest,
  ElectLeadersResponse,
  encodeMessage,
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
  KafkaError,
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
  UnregisterBrokerRequest,
  UnregisterBrokerResponse,
} from '@ottla/protocol'
import type { ForwardMessage } from '@ottla/replication'
import { alterConfigs, incrementalAlterConfigs } from './alter-configs.ts'
import { alterPartition, type Sender } from './alter-partition.ts'
import { createPartitions } from './create-partitions.ts'
import { type CreateTopicsContext, createTopics } from './create-topics.ts'
import { deleteTopics } from './delete-topics.ts'
import { electLeaders } from './elect-leaders.ts'
import { listPartitionReassignments } from './list-reassignments.ts'
import type { Command } from './outcome.ts'
import { alterPartitionReassignments } from './reassignment.ts'
import { unregisterBroker } from './unregister-broker.ts'

export interface ForwardContext extends CreateTopicsContext {
  /** The broker that forwards. */
  readonly sender: Sender
}

/** A forwarded request, decoded: its command, and how the reply is written in the request's version. */
export interface ForwardedRequest {
  readonly name: string
  readonly command: Command<unknown>
  encodeReply(reply: unknown): Uint8Array
}

/** Topics, or resources, of one request: bounds the time that it takes and the size of the answer. */
const ITEMS_MAX = 10_000
/** Partitions that an election, a reassignment or a leader's proposals may name. Each may be answered with a sentence. */
const NAMED_PARTITIONS_MAX = 50_000

interface Api {
  readonly min: number
  readonly max: number
  decode(message: ForwardMessage, context: ForwardContext): ForwardedRequest
}

/** One line of the table, with the types of its request and reply erased. */
function api<Reply>(
  versions: { readonly min: number; readonly max: number },
  name: string,
  serve: (
    message: ForwardMessage,
    context: ForwardContext,
  ) => {
    readonly command: Command<Reply>
    readonly encode: (reply: Reply) => Uint8Array
  },
): Api {
  return {
    ...versions,
    decode(message, context) {
      const { command, encode } = serve(message, context)
      return { name, command, encodeReply: (reply) => encode(reply as Reply) }
    },
  }
}

const CREATE_TOPICS = api({ min: 2, max: 7 }, 'CreateTopics', ({ apiVersion, body }, context) => {
  const request = decodeMessage(CreateTopicsRequest, apiVersion, body)
  checkCount(request.topics.length, 'topics')
  return {
    command: (image) => createTopics(image, request, context),
    encode: (reply: CreateTopicsResponse) => encodeMessage(CreateTopicsResponse, apiVersion, reply),
  }
})

const DELETE_TOPICS = api({ min: 1, max: 6 }, 'DeleteTopics', ({ apiVersion, body }) => {
  const request = decodeMessage(DeleteTopicsRequest, apiVersion, body)
  checkCount(request.topics.length + request.topicNames.length, 'topics')
  return {
    command: (image) => deleteTopics(image, request),
    encode: (reply: DeleteTopicsResponse) => encodeMessage(DeleteTopicsResponse, apiVersion, reply),
  }
})

const CREATE_PARTITIONS = api({ min: 0, max: 3 }, 'CreatePartitions', ({ apiVersion, body }, context) => {
  const request = decodeMessage(CreatePartitionsRequest, apiVersion, body)
  checkCount(request.topics.length, 'topics')
  return {
    command: (image) => createPartitions(image, request, context),
    encode: (reply: CreatePartitionsResponse) => encodeMessage(CreatePartitionsResponse, apiVersion, reply),
  }
})

const ALTER_CONFIGS = api({ min: 0, max: 2 }, 'AlterConfigs', ({ apiVersion, body }) => {
  const request = decodeMessage(AlterConfigsRequest, apiVersion, body)
  checkCount(request.resources.length, 'resources')
  return {
    command: (image) => alterConfigs(image, request),
    encode: (reply: AlterConfigsResponse) => encodeMessage(AlterConfigsResponse, apiVersion, reply),
  }
})

const INCREMENTAL_ALTER_CONFIGS = api({ min: 0, max: 1 }, 'IncrementalAlterConfigs', ({ apiVersion, body }) => {
  const request = decodeMessage(IncrementalAlterConfigsRequest, apiVersion, body)
  checkCount(request.resources.length, 'resources')
  return {
    command: (image) => incrementalAlterConfigs(image, request),
    encode: (reply: IncrementalAlterConfigsResponse) =>
      encodeMessage(IncrementalAlterConfigsResponse, apiVersion, reply),
  }
})

const ELECT_LEADERS = api({ min: 0, max: 2 }, 'ElectLeaders', ({ apiVersion, body }) => {
  const request = decodeMessage(ElectLeadersRequest, apiVersion, body)
  const named = request.topicPartitions ?? []
  checkCount(named.length, 'topics')
  const partitions = named.reduce((count, topic) => count + topic.partitions.length, 0)
  checkCount(partitions, 'partitions', NAMED_PARTITIONS_MAX)
  return {
    command: (image) => electLeaders(image, request),
    encode: (reply: ElectLeadersResponse) => encodeMessage(ElectLeadersResponse, apiVersion, reply),
  }
})

const ALTER_PARTITION_REASSIGNMENTS = api({ min: 0, max: 1 }, 'AlterPartitionReassignments', ({ apiVersion, body }) => {
  const request = decodeMessage(AlterPartitionReassignmentsRequest, apiVersion, body)
  checkCount(request.topics.length, 'topics')
  const partitions = request.topics.reduce((count, topic) => count + topic.partitions.length, 0)
  checkCount(partitions, 'partitions', NAMED_PARTITIONS_MAX)
  return {
    command: (image) => alterPartitionReassignments(image, request),
    encode: (reply: AlterPartitionReassignmentsResponse) =>
      encodeMessage(AlterPartitionReassignmentsResponse, apiVersion, reply),
  }
})

const LIST_PARTITION_REASSIGNMENTS = api({ min: 0, max: 0 }, 'ListPartitionReassignments', ({ apiVersion, body }) => {
  const request = decodeMessage(ListPartitionReassignmentsRequest, apiVersion, body)
  return {
    command: (image) => listPartitionReassignments(image, request),
    encode: (reply: ListPartitionReassignmentsResponse) =>
      encodeMessage(ListPartitionReassignmentsResponse, apiVersion, reply),
  }
})

/** What a leader asks for itself: no client's request, its sender is who the session says. */
const ALTER_PARTITION = api({ min: 3, max: 3 }, 'AlterPartition', ({ apiVersion, body }, { sender }) => {
  const request = decodeMessage(AlterPartitionRequest, apiVersion, body)
  const partitions = request.topics.reduce((count, topic) => count + topic.partitions.length, request.topics.length)
  checkCount(partitions, 'partitions', NAMED_PARTITIONS_MAX)
  return {
    command: (image) => alterPartition(image, request, sender),
    encode: (reply: AlterPartitionResponse) => encodeMessage(AlterPartitionResponse, apiVersion, reply),
  }
})

const UNREGISTER_BROKER = api({ min: 0, max: 0 }, 'UnregisterBroker', ({ apiVersion, body }) => {
  const request = decodeMessage(UnregisterBrokerRequest, apiVersion, body)
  return {
    command: (image) => unregisterBroker(image, request),
    encode: (reply: UnregisterBrokerResponse) => encodeMessage(UnregisterBrokerResponse, apiVersion, reply),
  }
})

const APIS: ReadonlyMap<number, Api> = new Map([
  [CreateTopicsRequest.apiKey, CREATE_TOPICS],
  [DeleteTopicsRequest.apiKey, DELETE_TOPICS],
  [AlterConfigsRequest.apiKey, ALTER_CONFIGS],
  [CreatePartitionsRequest.apiKey, CREATE_PARTITIONS],
  [ElectLeadersRequest.apiKey, ELECT_LEADERS],
  [IncrementalAlterConfigsRequest.apiKey, INCREMENTAL_ALTER_CONFIGS],
  [AlterPartitionReassignmentsRequest.apiKey, ALTER_PARTITION_REASSIGNMENTS],
  [ListPartitionReassignmentsRequest.apiKey, LIST_PARTITION_REASSIGNMENTS],
  [UnregisterBrokerRequest.apiKey, UNREGISTER_BROKER],
  [AlterPartitionRequest.apiKey, ALTER_PARTITION],
])

/** Throws a KafkaError for an API or version that is not served or a request that is too large, and a ProtocolError for a body that is no such request. */
export function decodeForwarded(message: ForwardMessage, context: ForwardContext): ForwardedRequest {
  const api = APIS.get(message.apiKey)
  if (api === undefined || message.apiVersion < api.min || message.apiVersion > api.max) {
    const text = `the controller does not serve API ${message.apiKey} version ${message.apiVersion}`
    throw new KafkaError('UNSUPPORTED_VERSION', text)
  }
  return api.decode(message, context)
}

function checkCount(count: number, what: string, most = ITEMS_MAX): void {
  if (count <= most) return
  throw new KafkaError('POLICY_VIOLATION', `the request names ${count} ${what}, at most ${most} are taken at once`)
}
