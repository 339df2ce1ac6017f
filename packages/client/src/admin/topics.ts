import { type InferInput, ZERO_UUID } from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { Call, CallOptions } from '../retry.ts'
import { brokerTimeoutMs, ControllerTarget, isPassing } from './controller-target.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

export interface NewTopic {
  readonly name: string
  /** Without it the broker's num.partitions. */
  readonly numPartitions?: number
  /** Without it the broker's default.replication.factor. */
  readonly replicationFactor?: number
  /** Broker ids per partition, instead of the two numbers. The first of each is the preferred leader. */
  readonly assignments?: readonly (readonly number[])[]
  /** Topic configuration, by Kafka's names such as `retention.ms`. */
  readonly configs?: Readonly<Record<string, string>>
}

export interface CreatedTopic {
  readonly name: string
  /** 22 characters of base64url; zero from brokers before 2.8. */
  readonly topicId: string
  /** -1 from brokers before 2.4, which do not say; so is the replication factor. */
  readonly numPartitions: number
  readonly replicationFactor: number
}

export interface CreateTopicsOptions extends CallOptions {
  /** Only check whether the topics could be created. */
  readonly validateOnly?: boolean
}

/** The version from which brokers choose partition count and replication factor themselves (KIP-464). */
const DEFAULTS_VERSION = 4

export async function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  options: CreateTopicsOptions,
): Promise<Map<string, Outcome<CreatedTopic>>> {
  const byName = new Map(topics.map((topic) => [topic.name, topic]))
  const target = new ControllerTarget(cluster)
  return settle(cluster, {
    items: [...byName.keys()],
    options,
    repeat: isPassing,
    attempt: async (names, call) => {
      const wanted = names.map((name) => byName.get(name)!)
      const body = createBody(wanted, { call, validateOnly: options.validateOnly ?? false, cluster })
      const needsDefaults = wanted.some((topic) => topic.assignments === undefined && !hasCounts(topic))
      const versions = needsDefaults ? { min: DEFAULTS_VERSION } : {}
      const answer = await cluster.send(await target.next(call), API.createTopics, body, { call, versions })
      return target.remember(new Map(answer.topics.map((topic) => [topic.name, createdTopic(topic)])))
    },
  })
}

function hasCounts({ numPartitions, replicationFactor }: NewTopic): boolean {
  return numPartitions !== undefined && replicationFactor !== undefined
}

type CreateBody = InferInput<typeof API.createTopics.request>

function createBody(
  topics: readonly NewTopic[],
  { call, validateOnly, cluster }: { readonly call: Call; readonly validateOnly: boolean; readonly cluster: Cluster },
): CreateBody {
  return {
    topics: topics.map(({ name, numPartitions, replicationFactor, assignments, configs }) => ({
      name,
      numPartitions: assignments === undefined ? (numPartitions ?? -1) : -1,
      replicationFactor: assignments === undefined ? (replicationFactor ?? -1) : -1,
      assignments: (assignments ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
      configs: Object.entries(configs ?? {}).map(([key, value]) => ({ name: key, value })),
    })),
    timeoutMs: brokerTimeoutMs(cluster, call),
    validateOnly,
  }
}

function createdTopic(topic: {
  readonly name: string
  readonly topicId: string
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly numPartitions: number
  readonly replicationFactor: number
}): Outcome<CreatedTopic> {
  const { name, topicId, errorCode, errorMessage, numPartitions, replicationFactor } = topic
  if (errorCode !== 0) return failed(errorCode, errorMessage, { api: 'CreateTopics', topic: name })
  return succeeded({ name, topicId, numPartitions, replicationFactor })
}

export async function deleteTopics(
  cluster: Cluster,
  names: readonly string[],
  options: CallOptions,
): Promise<Map<string, Outcome<void>>> {
  const target = new ControllerTarget(cluster)
  return settle(cluster, {
    items: [...new Set(names)],
    options,
    repeat: isPassing,
    attempt: async (wanted, call) => {
      const timeoutMs = brokerTimeoutMs(cluster, call)
      const body = (version: number) => ({ ...deletedBy(wanted, version), timeoutMs })
      const { responses } = await cluster.send(await target.next(call), API.deleteTopics, body, { call })
      return target.remember(new Map(responses.map(deletedTopic)))
    },
  })
}

/** From here on the topics of DeleteTopics are structures with a name or an id. */
const NAMED_STRUCTURES_VERSION = 6

function deletedBy(names: readonly string[], version: number) {
  return version < NAMED_STRUCTURES_VERSION
    ? { topicNames: names }
    : { topics: names.map((name) => ({ name, topicId: ZERO_UUID })) }
}

function deletedTopic(response: {
  readonly name: string | null
  readonly errorCode: number
  readonly errorMessage: string | null
}): [string, Outcome<void>] {
  const { errorCode, errorMessage } = response
  const topic = response.name ?? ''
  const attempt = { api: 'DeleteTopics', topic }
  return [topic, errorCode === 0 ? succeeded(undefined) : failed(errorCode, errorMessage, attempt)]
}
