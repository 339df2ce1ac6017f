/** A broker's surroundings for tests: a metadata image made by hand, a session that hands it out, logs in memory. */
import { type AlterPartitionRequest, type AlterPartitionResponse, encodeBatch } from '@ottla/protocol'
import {
  type BrokerRegistration,
  configResource,
  EMPTY_IMAGE,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type Resignation,
  type TopicImage,
} from '@ottla/replication'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import type { MetadataPosition, PartitionLogSurface } from '@ottla/storage'
import { ANONYMOUS, type ControllerSession, type RequestContext, type Security } from '../../seams.ts'
import type { LogHome, LogIdentity } from '../log-homes.ts'
import { type DataParts, type Partitions, type PartitionsOptions, startPartitions } from '../partitions.ts'
import { ScriptedLog } from './scripted-log.ts'

export const BROKER_ID = 1

export function topicId(name: string): string {
  return name.padEnd(22, 'A')
}

export function partitionImage(partition: number, changes: Partial<PartitionImage> = {}): PartitionImage {
  return {
    partition,
    replicas: [BROKER_ID],
    isr: [BROKER_ID],
    leader: BROKER_ID,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
    ...changes,
  }
}

export function topicImage(name: string, partitions: readonly PartitionImage[], id = topicId(name)): TopicImage {
  return { name, id, partitions }
}

export function broker(id: number, changes: Partial<BrokerRegistration> = {}): BrokerRegistration {
  return {
    id,
    epoch: 100 + id,
    incarnationId: `incarnation-${id}`,
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: `broker-${id}.test`, port: 9090 + id }],
    rack: `rack-${id}`,
    fenced: false,
    shuttingDown: false,
    directoryIds: [],
    filesEpoch: -1,
    ...changes,
  }
}

const NO_DELTA: MetadataDelta = {
  topicsChanged: new Set(),
  topicsRemoved: new Map(),
  brokersChanged: new Set(),
  configsChanged: new Set(),
}

/** A session whose image the test moves on. */
export class ScriptedSession implements ControllerSession {
  image: MetadataImage = { ...EMPTY_IMAGE, clusterId: 'cluster', offset: 0, controllerEpoch: 1 }
  readonly brokerEpoch = 100 + BROKER_ID
  readonly blocks: { first: number; count: number }[] = []
  allocations = 0
  allocate: (() => Promise<{ first: number; count: number }>) | undefined
  readonly #listeners: ((image: MetadataImage, delta: MetadataDelta) => void)[] = []

  onImage(listener: (image: MetadataImage, delta: MetadataDelta) => void): void {
    this.#listeners.push(listener)
  }

  setTopic(topic: TopicImage): void {
    const old = this.image.topics.get(topic.name)
    const topics = new Map(this.image.topics).set(topic.name, topic)
    const topicNamesById = new Map(this.image.topicNamesById)
    const topicsRemoved = new Map<string, TopicImage>()
    if (old !== undefined && old.id !== topic.id) {
      topicNamesById.delete(old.id)
      topicsRemoved.set(old.name, old)
    }
    topicNamesById.set(topic.id, topic.name)
    this.#move({ topics, topicNamesById }, { topicsChanged: new Set([topic.name]), topicsRemoved })
  }

  removeTopic(name: string): void {
    const topic = this.image.topics.get(name)!
    const topics = new Map(this.image.topics)
    const topicNamesById = new Map(this.image.topicNamesById)
    topics.delete(name)
    topicNamesById.delete(topic.id)
    this.#move({ topics, topicNamesById }, { topicsRemoved: new Map([[name, topic]]) })
  }

  setBroker(registration: BrokerRegistration): void {
    const brokers = new Map(this.image.brokers).set(registration.id, registration)
    this.#move({ brokers }, { brokersChanged: new Set([registration.id]) })
  }

  setConfig(type: 'topic' | 'broker', name: string, values: Record<string, string>): void {
    const resource = configResource(type, name)
    const configs = new Map(this.image.configs).set(resource, new Map(Object.entries(values)))
    this.#move({ configs }, { configsChanged: new Set([resource]) })
  }

  async forward(): Promise<Uint8Array> {
    throw new Error('not scripted')
  }

  async allocateProducerIds(): Promise<{ first: number; count: number }> {
    this.allocations++
    if (this.allocate !== undefined) return this.allocate()
    return { first: (this.allocations - 1) * 1000, count: 1000 }
  }

  /** What was proposed to the controller, in order; answered by `answerProposal`. */
  readonly proposed: AlterPartitionRequest['topics'][] = []
  answerProposal: (topics: AlterPartitionRequest['topics']) => Promise<AlterPartitionResponse> = () =>
    new Promise(() => {})
  readonly resigned: Resignation[] = []

  alterPartition(topics: AlterPartitionRequest['topics']): Promise<AlterPartitionResponse> {
    this.proposed.push(topics)
    return this.answerProposal(topics)
  }

  async resign(partitions: readonly Resignation[]): Promise<void> {
    this.resigned.push(...partitions)
  }

  async prepareStop(): Promise<void> {}

  async close(): Promise<void> {}

  #move(changes: Partial<MetadataImage>, delta: Partial<MetadataDelta>): void {
    this.image = { ...this.image, ...changes, offset: this.image.offset + 1 }
    for (const listener of this.#listeners) listener(this.image, { ...NO_DELTA, ...delta })
  }
}

/** A log directory in memory that writes down what is asked of it. */
export class ScriptedHome implements LogHome {
  readonly path: string
  readonly events: string[] = []
  readonly logs = new Map<string, ScriptedLog>()
  found: LogIdentity[] = []
  failOpen = false
  openError = new Error('EACCES')
  removeError: Error | undefined
  failRecord = false
  /** Logs open once this is resolved. */
  gate: Promise<void> = Promise.resolve()
  prepare: (log: ScriptedLog) => void = () => undefined

  constructor(path = '/logs') {
    this.path = path
  }

  partitionDirectories(): readonly LogIdentity[] {
    return this.found
  }

  async openLog(options: Parameters<LogHome['openLog']>[0]): Promise<PartitionLogSurface> {
    await this.gate
    this.events.push(`open ${nameOf(options)}`)
    if (this.failOpen) throw this.openError
    const log = new ScriptedLog(options, options.config)
    this.prepare(log)
    this.logs.set(`${options.topic}-${options.partition}`, log)
    return log
  }

  async deleteLog(log: PartitionLogSurface): Promise<void> {
    if (this.removeError !== undefined) throw this.removeError
    this.events.push(`delete ${nameOf(log)}`)
    this.logs.delete(`${log.topic}-${log.partition}`)
  }

  async closeLog(log: PartitionLogSurface): Promise<void> {
    this.events.push(`close ${nameOf(log)}`)
  }

  async setAside(identity: LogIdentity): Promise<void> {
    if (this.removeError !== undefined) throw this.removeError
    this.events.push(`set aside ${nameOf(identity)}`)
  }

  async recordMetadataOffset({ offset, controllerEpoch }: MetadataPosition): Promise<void> {
    if (this.failRecord) throw new Error('ENOSPC')
    this.events.push(`record ${offset}@${controllerEpoch}`)
  }
}

function nameOf({ topic, partition, topicId: id }: LogIdentity): string {
  return `${topic}-${partition} ${id.replace(/A+$/, '')}`
}

export const ALLOW_ALL: Security = { authorize: () => true, quota: () => 0 }

export interface ScriptedCluster {
  readonly runtime: TestRuntime
  readonly session: ScriptedSession
  readonly home: ScriptedHome
  readonly partitions: Partitions
  readonly parts: DataParts & { security: Security }
  /** Timers of requests: all but the partitions' own. */
  readonly requestTimers: number
  log(topic: string, partition?: number): ScriptedLog
  context(changes?: Partial<RequestContext>): ScriptedContext
}

/** A started data plane over the topics, each with partitions led by this broker unless their images say otherwise. */
export async function scriptedCluster(
  topics: readonly TopicImage[],
  homes?: readonly LogHome[],
  runtime = testRuntime(),
  options: Partial<PartitionsOptions> = {},
): Promise<ScriptedCluster> {
  const session = new ScriptedSession()
  const home = new ScriptedHome()
  session.setBroker(broker(BROKER_ID))
  session.setBroker(broker(2))
  for (const topic of topics) session.setTopic(topic)
  const partitions = await startPartitions({
    runtime,
    brokerId: BROKER_ID,
    session,
    logHomes: homes ?? [home],
    brokerValues: new Map(),
    lagTimeMaxMs: 30_000,
    ...options,
  })
  const parts = {
    runtime,
    brokerId: BROKER_ID,
    session,
    security: ALLOW_ALL,
    partitions,
    fetchBytesMax: 57_671_680,
    fetchSessionsMax: 1000,
    selectsReplicaByRack: false,
  }
  const log = (topic: string, partition = 0) => home.logs.get(`${topic}-${partition}`)!
  return {
    runtime,
    session,
    home,
    partitions,
    parts,
    get requestTimers() {
      return runtime.clock.pendingTimers - 1
    },
    log,
    context: scriptedContext,
  }
}

export interface ScriptedContext extends RequestContext {
  readonly disconnect: () => void
  released: number
}

export function scriptedContext(changes: Partial<RequestContext> = {}): ScriptedContext {
  const closing = new AbortController()
  const context: ScriptedContext = {
    principal: ANONYMOUS,
    listener: { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', isInterBroker: true },
    clientId: 'test',
    clientAddress: '127.0.0.1',
    connection: { id: 'c', clientSoftwareName: '', clientSoftwareVersion: '', closed: closing.signal },
    apiKey: 0,
    apiVersion: 0,
    correlationId: 7,
    releaseMemory: () => {
      context.released++
    },
    disconnect: () => closing.abort(),
    released: 0,
    ...changes,
  }
  return context
}

/** One batch with a record per value. */
export function batch(values: readonly string[], options: Partial<Parameters<typeof encodeBatch>[0]> = {}): Uint8Array {
  const records = values.map((value, index) => ({ key: null, value: Buffer.from(value), timestamp: 1_000 + index }))
  return encodeBatch({ records, ...options })
}
