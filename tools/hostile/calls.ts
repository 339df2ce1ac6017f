/** Requests that a well-behaved client sends, with their answers. */
import {
  ApiVersionsRequest,
  ApiVersionsResponse,
  CreateTopicsRequest,
  CreateTopicsResponse,
  decodeResponse,
  encodeRequest,
  FetchRequest,
  FetchResponse,
  type Infer,
  type InferInput,
  type Message,
  ProduceRequest,
  ProduceResponse,
} from '@ottla/protocol'
import type { Peer } from './peer.ts'

export const CALL_MS_MAX = 60_000
let nextCorrelationId = 1

/** Sends one request on a connection on which nothing else is under way. */
export async function call<Q extends Message, A extends Message>(
  peer: Peer,
  messages: { readonly request: Q; readonly response: A; readonly version: number },
  value: InferInput<Q>,
): Promise<Infer<A>> {
  const { request, response, version } = messages
  const correlationId = nextCorrelationId++
  const outcome = peer.outcome(peer.answered + 1, CALL_MS_MAX)
  await peer.send(encodeRequest(request, version, { correlationId, clientId: 'hostile' }, value as never))
  const happened = await outcome
  if (happened !== 'answered') throw new Error(`${request.name}: ${happened} instead of an answer`)
  return decodeResponse(response, version, peer.lastAnswer!).body as Infer<A>
}

export interface ServedApi {
  readonly apiKey: number
  readonly min: number
  readonly max: number
}

export async function servedApis(peer: Peer): Promise<ServedApi[]> {
  const messages = { request: ApiVersionsRequest, response: ApiVersionsResponse, version: 0 }
  const { apiKeys } = await call(peer, messages, {})
  return apiKeys.map(({ apiKey, minVersion, maxVersion }) => ({ apiKey, min: minVersion, max: maxVersion }))
}

export async function createTopic(
  peer: Peer,
  name: string,
  configs: Readonly<Record<string, string>> = {},
  numPartitions = 1,
): Promise<number> {
  const messages = { request: CreateTopicsRequest, response: CreateTopicsResponse, version: 5 }
  const { topics } = await call(peer, messages, {
    topics: [
      {
        name,
        numPartitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 30_000,
    validateOnly: false,
  })
  return topics[0]!.errorCode
}

/** With acks=all, to partition 0. */
export async function produce(peer: Peer, topic: string, records: Uint8Array | null) {
  const messages = { request: ProduceRequest, response: ProduceResponse, version: 9 }
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  const { responses } = await call(peer, messages, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topicData,
  } as never)
  return responses[0]!.partitionResponses[0]!
}

export async function fetch(peer: Peer, topic: string, fetchOffset: number) {
  const messages = { request: FetchRequest, response: FetchResponse, version: 11 }
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }]
  const { responses } = await call(peer, messages, { maxWaitMs: 500, minBytes: 1, topics: [{ topic, partitions }] })
  return responses[0]!.partitions[0]!
}
