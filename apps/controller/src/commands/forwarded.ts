/**
 * Kafka requests that brokers forward: which ones the controller carries out, in which versions, and by which command. A request
 * that is not in this table is refused.
 */
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  decodeMessage,
  encodeMessage,
  KafkaError,
} from '@ottla/protocol'
import type { ForwardMessage } from '@ottla/replication'
import { type CreateTopicsContext, createTopics } from './create-topics.ts'
import { deleteTopics } from './delete-topics.ts'
import type { Command } from './outcome.ts'

export type ForwardContext = CreateTopicsContext

/** A forwarded request, decoded: its command, and how the reply is written in the request's version. */
export interface ForwardedRequest {
  readonly name: string
  readonly command: Command<unknown>
  encodeReply(reply: unknown): Uint8Array
}

/** Topics of one request: bounds the time that it takes and the size of the answer. */
const TOPICS_MAX = 10_000

type Decode = (message: ForwardMessage, context: ForwardContext) => ForwardedRequest

const APIS: ReadonlyMap<number, { readonly min: number; readonly max: number; readonly decode: Decode }> = new Map([
  [
    CreateTopicsRequest.apiKey,
    {
      min: 2,
      max: 7,
      decode: ({ apiVersion, body }: ForwardMessage, context: ForwardContext): ForwardedRequest => {
        const request = decodeMessage(CreateTopicsRequest, apiVersion, body)
        checkTopics(request.topics.length)
        return {
          name: 'CreateTopics',
          command: (image) => createTopics(image, request, context),
          encodeReply: (reply) => encodeMessage(CreateTopicsResponse, apiVersion, reply as CreateTopicsResponse),
        }
      },
    },
  ],
  [
    DeleteTopicsRequest.apiKey,
    {
      min: 1,
      max: 6,
      decode: ({ apiVersion, body }: ForwardMessage): ForwardedRequest => {
        const request = decodeMessage(DeleteTopicsRequest, apiVersion, body)
        checkTopics(request.topics.length + request.topicNames.length)
        return {
          name: 'DeleteTopics',
          command: (image) => deleteTopics(image, request),
          encodeReply: (reply) => encodeMessage(DeleteTopicsResponse, apiVersion, reply as DeleteTopicsResponse),
        }
      },
    },
  ],
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

function checkTopics(count: number): void {
  if (count <= TOPICS_MAX) return
  throw new KafkaError('POLICY_VIOLATION', `the request names ${count} topics, at most ${TOPICS_MAX} are taken at once`)
}
