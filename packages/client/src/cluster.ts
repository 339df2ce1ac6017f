import type { Fields, Infer, Message, MetadataResponse } from '@ottla/protocol'
import { formatHostPort, type HostPort } from '@ottla/runtime'
import { API, type Api } from './api.ts'
import type { Body, Connection, SendOptions } from './connection.ts'
import { Connections, type Lane } from './connections.ts'
import { ClientError } from './errors.ts'
import { type ClientConfig, type ClientOptions, clientConfig } from './options.ts'
import { type Call, type CallOptions, retrying } from './retry.ts'
import { waitFor } from './wait.ts'
import type { ClientWorld } from './world.ts'

/** Who is to answer: any broker, or the one with this id. */
export type Target = 'any' | { readonly brokerId: number; readonly lane?: Lane }

/** Which topics Metadata is asked for. */
export type TopicSelection =
  | 'all'
  | 'none'
  | { readonly names: readonly string[] }
  | { readonly topicIds: readonly string[] }

export interface SendLimits {
  readonly call: Call
  readonly versions?: SendOptions['versions']
  /** In place of request.timeout.ms, for a request that the broker lets wait; the call's own time bounds it all the same. */
  readonly timeoutMs?: number
}

/** Fields of Metadata that older versions lack: topics are never created by asking (4), and found by id (12). */
const NO_AUTO_CREATION_VERSION = 4
const TOPIC_IDS_VERSION = 12

/**
 * A cluster as a client sees it: the bootstrap list, the brokers that Metadata named, and a connection to each that is
 * needed. Sends single requests; `retrying` repeats what may be repeated.
 */
export class Cluster implements AsyncDisposable {
  readonly config: ClientConfig
  /** Brokers that coordinate groups, by group id; see `coordinatorOf`. */
  readonly coordinators = new Map<string, number>()
  private readonly world: ClientWorld
  private readonly connections: Connections
  private readonly brokers = new Map<number, HostPort>()
  private controllerId: number | undefined
  private closed = false

  constructor(world: ClientWorld, options: ClientOptions) {
    this.world = world
    this.config = clientConfig(options)
    this.connections = new Connections(world, this.config)
  }

  /** The broker that Metadata last named as the controller. */
  get controller(): Target {
    return this.controllerId !== undefined && this.brokers.has(this.controllerId)
      ? { brokerId: this.controllerId }
      : 'any'
  }

  /** Repeats `attempt` as `retrying` describes. */
  retrying<T>(options: CallOptions, attempt: (call: Call) => Promise<T>): Promise<T> {
    return retrying({ world: this.world, config: this.config }, options, attempt)
  }

  /** One request to one broker, without retry. */
  async send<Q extends Fields, S extends Fields>(
    target: Target,
    api: Api<Q, S>,
    body: Body<Q>,
    { call, versions, timeoutMs: wantedMs = this.config.requestTimeoutMs }: SendLimits,
  ): Promise<Infer<Message<S>>> {
    const connection = await this.connect(target, call)
    const timeoutMs = Math.max(1, Math.min(wantedMs, call.remainingMs()))
    const options = { timeoutMs, ...(call.signal && { signal: call.signal }), ...(versions && { versions }) }
    return connection.send(api, body, options)
  }

  /** A connection to the target, opened when there is none. */
  async connect(target: Target, call: Call): Promise<Connection> {
    if (this.closed) throw new ClientError('INVALID_REQUEST', 'this client is closed', {})
    if (target === 'any') return this.connectToAny(call)
    const { brokerId, lane } = target
    if (!this.brokers.has(brokerId)) await this.metadata('none', call)
    const address = this.brokers.get(brokerId)
    if (address === undefined) {
      throw new ClientError('BROKER_NOT_AVAILABLE', `broker ${brokerId} is not among the live brokers`, {
        broker: `${brokerId}`,
      })
    }
    return this.open(address, call, lane)
  }

  /** Asks any broker for the cluster and these topics, and keeps the brokers for later requests. Creates no topic unless told so. */
  async metadata(topics: TopicSelection, call: Call, { createTopics = false } = {}): Promise<MetadataResponse> {
    const byId = typeof topics === 'object' && 'topicIds' in topics
    const body = { topics: requestedTopics(topics), allowAutoTopicCreation: createTopics }
    const versions = { min: byId ? TOPIC_IDS_VERSION : NO_AUTO_CREATION_VERSION }
    const answer = await this.send('any', API.metadata, body, { call, versions })
    if (answer.errorCode !== 0) throw ClientError.fromCode(answer.errorCode, null, { api: 'Metadata' })
    this.keepBrokers(answer)
    return answer
  }

  /** Takes over addresses that another answer than that of Metadata named (KIP-951). */
  learnBrokers(nodes: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[]): void {
    for (const { nodeId, host, port } of nodes) this.brokers.set(nodeId, { host, port })
  }

  close(): void {
    this.closed = true
    this.connections.closeAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  private keepBrokers({ brokers, controllerId }: MetadataResponse): void {
    // A broker that is starting may not know any yet; what was known stays then.
    if (brokers.length > 0) this.brokers.clear()
    for (const { nodeId, host, port } of brokers) this.brokers.set(nodeId, { host, port })
    this.controllerId = controllerId === -1 ? undefined : controllerId
  }

  /** Tries known brokers and the bootstrap list until one takes the connection. */
  private async connectToAny(call: Call): Promise<Connection> {
    const failures: ClientError[] = []
    for (const address of this.connections.inOrderOfPromise(this.candidates())) {
      try {
        return await this.open(address, call)
      } catch (error) {
        if (!(error instanceof ClientError)) throw error
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]!
    // Worth a retry as long as one of them may come back.
    const { errorName } = failures.find((failure) => failure.retriable) ?? failures[0]!
    const reasons = failures.map((failure) => failure.message).join('; ')
    throw new ClientError(errorName, `no broker can be reached: ${reasons}`, {}, failures[0])
  }

  private open(address: HostPort, call: Call, lane?: Lane): Promise<Connection> {
    const broker = formatHostPort(address)
    const timeoutMs = call.remainingMs()
    return waitFor(this.connections.get(address, lane), {
      timers: this.world.timers,
      timeoutMs,
      signal: call.signal,
      timedOut: () =>
        new ClientError('REQUEST_TIMED_OUT', `cannot connect to ${broker}: no answer in time`, { broker }),
    })
  }

  private candidates(): HostPort[] {
    const all = [...this.brokers.values(), ...this.config.bootstrapServers]
    const byText = new Map(all.map((address) => [formatHostPort(address), address]))
    return [...byText.values()]
  }
}

function requestedTopics(topics: TopicSelection): { topicId?: string; name: string | null }[] | null {
  if (topics === 'all') return null
  if (topics === 'none') return []
  if ('names' in topics) return topics.names.map((name) => ({ name }))
  return topics.topicIds.map((topicId) => ({ topicId, name: null }))
}
