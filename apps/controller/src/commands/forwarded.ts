/**
 * Kafka requests that brokers forward: which ones the controller carries out, in which versions, and by which command. A request
 * that is not in this table is refused.
 */
import {
  AlterConfigsRequest,
  AlterConfigsResponse,
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
} from '@ottla/protocol'
import type { ForwardMessage } from '@ottla/replication'
import { alterConfigs, incrementalAlterConfigs } from './alter-configs.ts'
import { createPartitions } from './create-partitions.ts'
import { type CreateTopicsContext, createTopics } from './create-topics.ts'
import { deleteTopics } from './delete-topics.ts'
import { type ElectLeadersReply, electLeaders } from './elect-leaders.ts'
import type { Command } from './outcome.ts'

export type ForwardContext = CreateTopicsContext

/** A forwarded request, decoded: its command, and how the reply is written in the request's version. */
export interface ForwardedRequest {
  readonly name: string
  readonly command: Command<unknown>
  encodeReply(reply: unknown): Uint8Array
  /** What the operator must know of what was done: one line each. */
  warnings(reply: unknown): readonly string[]
}

/** Topics, or resources, of one request: bounds the time that it takes and the size of the answer. */
const ITEMS_MAX = 10_000
/** Partitions that an election may name; without a list all are judged. Each may be answered with a sentence. */
const ELECTIONS_MAX = 50_000

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
    readonly warnings?: (reply: Reply) => readonly string[]
  },
): Api {
  return {
    ...versions,
    decode(message, context) {
      const { command, encode, warnings } = serve(message, context)
      return {
        name,
        command,
        encodeReply: (reply) => encode(reply as Reply),
        warnings: (reply) => warnings?.(reply as Reply) ?? [],
      }
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
  checkCount(partitions, 'partitions', ELECTIONS_MAX)
  return {
    command: (image) => electLeaders(image, request),
    encode: ({ response }: ElectLeadersReply) => encodeMessage(ElectLeadersResponse, apiVersion, response),
    warnings: ({ lossy }) =>
      lossy.map(
        ({ topic, partition, leader }) =>
          `broker ${leader} was elected uncleanly for ${topic}-${partition}: committed records may be missing`,
      ),
  }
})

const APIS: ReadonlyMap<number, Api> = new Map([
  [CreateTopicsRequest.apiKey, CREATE_TOPICS],
  [DeleteTopicsRequest.apiKey, DELETE_TOPICS],
  [AlterConfigsRequest.apiKey, ALTER_CONFIGS],
  [CreatePartitionsRequest.apiKey, CREATE_PARTITIONS],
  [ElectLeadersRequest.apiKey, ELECT_LEADERS],
  [IncrementalAlterConfigsRequest.apiKey, INCREMENTAL_ALTER_CONFIGS],
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
