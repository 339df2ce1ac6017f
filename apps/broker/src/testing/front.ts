/** What the handlers of metadata and administration need, made by hand, for their tests. */
import { ZERO_UUID } from '@ottla/protocol'
import { type BrokerRegistration, EMPTY_IMAGE, type MetadataImage, type PartitionImage } from '@ottla/replication'
import { testRuntime } from '@ottla/runtime/testing'
import { parseBrokerConfig } from '../config/broker-config.ts'
import type { FrontParts } from '../handlers/front-parts.ts'
import { ANONYMOUS, type ControllerSession, type ForwardOptions, type RequestContext, type Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'

export interface FrontOptions {
  readonly image?: MetadataImage
  readonly config?: Readonly<Record<string, string>>
  readonly security?: Security
  readonly forward?: (options: ForwardOptions) => Promise<Uint8Array>
}

/** The parts of broker 1, with a controller that answers through `forward`. */
export function frontParts(options: FrontOptions = {}): FrontParts & { image: MetadataImage } {
  const values = { 'broker.id': '1', 'controller.connect': 'localhost:2181', ...options.config }
  const parts = {
    image: options.image ?? EMPTY_IMAGE,
    runtime: testRuntime(),
    brokerId: 1,
    security: options.security ?? allowAll,
    config: parseBrokerConfig(new Map(Object.entries(values))).config,
  }
  const session: ControllerSession = {
    get image() {
      return parts.image
    },
    brokerEpoch: 1,
    onImage() {},
    forward: options.forward ?? (() => Promise.reject(new Error('no controller in this test'))),
    allocateProducerIds: () => Promise.reject(new Error('no controller in this test')),
    alterPartition: () => Promise.reject(new Error('no controller in this test')),
    resign: () => Promise.reject(new Error('no controller in this test')),
    prepareStop: async () => {},
    close: async () => {},
  }
  return Object.assign(parts, { session })
}

export function contextOf(apiKey: number, apiVersion: number): RequestContext {
  return {
    principal: ANONYMOUS,
    listener: { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', isInterBroker: true },
    clientId: 'test',
    clientAddress: '127.0.0.1',
    connection: { id: '1', clientSoftwareName: '', clientSoftwareVersion: '', closed: new AbortController().signal },
    apiKey,
    apiVersion,
    correlationId: 1,
    releaseMemory() {},
  }
}

export function broker(id: number, extra: Partial<BrokerRegistration> = {}): BrokerRegistration {
  return {
    id,
    epoch: id,
    incarnationId: ZERO_UUID,
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: `host-${id}`, port: 9090 + id }],
    rack: null,
    fenced: false,
    shuttingDown: false,
    directoryIds: [],
    filesEpoch: -1,
    ...extra,
  }
}

export function partition(
  index: number,
  replicas: readonly number[],
  extra: Partial<PartitionImage> = {},
): PartitionImage {
  return {
    partition: index,
    replicas,
    isr: replicas,
    leader: replicas[0] ?? -1,
    leaderEpoch: 3,
    partitionEpoch: 1,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
    ...extra,
  }
}

/** A topic's id in these tests. */
export function idOf(name: string): string {
  return name.padEnd(21, '_').slice(0, 21).concat('A')
}

export function imageOf(
  brokers: readonly BrokerRegistration[],
  topics: Readonly<Record<string, readonly PartitionImage[]>>,
  configs: MetadataImage['configs'] = new Map(),
): MetadataImage {
  const images = Object.entries(topics).map(([name, partitions]) => ({ name, id: idOf(name), partitions }))
  return {
    ...EMPTY_IMAGE,
    clusterId: 'cluster-1',
    offset: 42,
    brokers: new Map(brokers.map((registration) => [registration.id, registration])),
    topics: new Map(images.map((topic) => [topic.name, topic])),
    topicNamesById: new Map(images.map((topic) => [topic.id, topic.name])),
    configs,
  }
}
