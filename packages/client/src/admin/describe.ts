import {
  DescribeClusterRequest,
  DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  type MetadataResponse,
} from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster, TopicSelection } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { Call, CallOptions } from '../retry.ts'
import { failed, type Outcome, succeeded } from './outcome.ts'

export interface BrokerDescription {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  /** Registered, but not serving; such brokers are named only when they are asked for. */
  readonly isFenced: boolean
}

export interface ClusterDescription {
  /** null from brokers before 0.10.1. */
  readonly clusterId: string | null
  readonly controllerId: number | undefined
  readonly brokers: readonly BrokerDescription[]
}

export interface TopicListing {
  readonly name: string
  readonly topicId: string
  /** One of Kafka's own topics, such as __consumer_offsets. */
  readonly isInternal: boolean
}

export interface PartitionDescription {
  readonly partition: number
  /** Broker id; undefined while there is no leader. */
  readonly leader: number | undefined
  /** -1 from brokers before 2.1. */
  readonly leaderEpoch: number
  /** Broker ids in order of assignment: the first is the preferred leader. */
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offlineReplicas: readonly number[]
  /** Eligible leader replicas (KIP-966); null from brokers that do not report them. */
  readonly elr: readonly number[] | null
  readonly lastKnownElr: readonly number[] | null
}

export interface TopicDescription extends TopicListing {
  /** In order of partition number. */
  readonly partitions: readonly PartitionDescription[]
}

export interface DescribeTopicsOptions extends CallOptions {
  /** Most partitions in one answer of DescribeTopicPartitions; the broker may have a lower limit of its own. */
  readonly partitionSizeLimitPerResponse?: number
}

export interface DescribeClusterOptions extends CallOptions {
  /** Brokers that are registered and not serving, too (KIP-1073); older brokers do not tell. */
  readonly includeFencedBrokers?: boolean
}

export async function describeCluster(cluster: Cluster, options: DescribeClusterOptions): Promise<ClusterDescription> {
  return cluster.retrying(options, async (call) => {
    const connection = await cluster.connect('any', call)
    if (!connection.serves(DescribeClusterRequest)) return clusterOfMetadata(await cluster.metadata('none', call))
    const includeFencedBrokers = options.includeFencedBrokers ?? false
    const body = { includeClusterAuthorizedOperations: false }
    const answer = await cluster.send(
      'any',
      API.describeCluster,
      (version) => (version < FENCED_VERSION ? body : { ...body, includeFencedBrokers }),
      { call },
    )
    if (answer.errorCode !== 0)
      throw ClientError.fromCode(answer.errorCode, answer.errorMessage, { api: 'DescribeCluster' })
    const brokers = answer.brokers.map(({ brokerId: id, ...broker }) => ({ id, ...broker }))
    return { clusterId: answer.clusterId, controllerId: brokerIdOrNone(answer.controllerId), brokers }
  })
}

const FENCED_VERSION = 2

function clusterOfMetadata({ clusterId, controllerId, brokers }: MetadataResponse): ClusterDescription {
  return {
    clusterId,
    controllerId: brokerIdOrNone(controllerId),
    brokers: brokers.map(({ nodeId: id, host, port, rack }) => ({ id, host, port, rack, isFenced: false })),
  }
}

function brokerIdOrNone(id: number): number | undefined {
  return id === -1 ? undefined : id
}

/** All topics, in no particular order. */
export async function listTopics(cluster: Cluster, options: CallOptions): Promise<TopicListing[]> {
  const { topics } = await cluster.retrying(options, (call) => cluster.metadata('all', call))
  return topics.map(({ name, topicId, isInternal }) => ({ name: name ?? '', topicId, isInternal }))
}

/** Asks through Metadata, which every broker has, in one answer. Keys are names or ids, whatever was asked for. */
export async function describeTopicsByMetadata(
  cluster: Cluster,
  selection: TopicSelection,
  options: CallOptions,
): Promise<Map<string, Outcome<TopicDescription>>> {
  const { topics } = await cluster.retrying(options, (call) => cluster.metadata(selection, call))
  const byId = typeof selection === 'object' && 'topicIds' in selection
  return new Map(topics.map((topic) => [byId ? topic.topicId : (topic.name ?? ''), describedTopic(topic)]))
}

function describedTopic(topic: MetadataResponse['topics'][number]): Outcome<TopicDescription> {
  const name = topic.name ?? ''
  if (topic.errorCode !== 0) return failed(topic.errorCode, null, { api: 'Metadata', topic: name || topic.topicId })
  const partitions = topic.partitions.map((partition) =>
    describedPartition({ ...partition, eligibleLeaderReplicas: null, lastKnownElr: null }),
  )
  return succeeded({ name, topicId: topic.topicId, isInternal: topic.isInternal, partitions: inOrder(partitions) })
}

interface PartitionFields {
  readonly partitionIndex: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
  readonly offlineReplicas: readonly number[]
  readonly eligibleLeaderReplicas: readonly number[] | null
  readonly lastKnownElr: readonly number[] | null
}

function describedPartition(fields: PartitionFields): PartitionDescription {
  return {
    partition: fields.partitionIndex,
    leader: brokerIdOrNone(fields.leaderId),
    leaderEpoch: fields.leaderEpoch,
    replicas: fields.replicaNodes,
    isr: fields.isrNodes,
    offlineReplicas: fields.offlineReplicas,
    elr: fields.eligibleLeaderReplicas,
    lastKnownElr: fields.lastKnownElr,
  }
}

function inOrder(partitions: readonly PartitionDescription[]): PartitionDescription[] {
  return [...partitions].sort((a, b) => a.partition - b.partition)
}

/** By DescribeTopicPartitions (KIP-966) where the broker has it: with ELR, and in pages for topics of many partitions. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  options: DescribeTopicsOptions,
): Promise<Map<string, Outcome<TopicDescription>>> {
  if (names.length === 0) return new Map()
  return cluster.retrying(options, async (call) => {
    const connection = await cluster.connect('any', call)
    if (!connection.serves(DescribeTopicPartitionsRequest)) {
      return describeTopicsByMetadata(cluster, { names }, { ...options, timeoutMs: call.remainingMs() })
    }
    return describeInPages(cluster, names, {
      call,
      limit: options.partitionSizeLimitPerResponse ?? PARTITIONS_PER_RESPONSE,
    })
  })
}

const PARTITIONS_PER_RESPONSE = 2000

interface Cursor {
  readonly topicName: string
  readonly partitionIndex: number
}

async function describeInPages(
  cluster: Cluster,
  names: readonly string[],
  { call, limit }: { readonly call: Call; readonly limit: number },
): Promise<Map<string, Outcome<TopicDescription>>> {
  const outcomes = new Map<string, Outcome<TopicDescription>>()
  // The broker walks the topics in order of name, and its cursor means: from this topic on.
  let rest = [...new Set(names)].sort()
  for (let cursor: Cursor | null = null; ; ) {
    const body = { topics: rest.map((name) => ({ name })), responsePartitionLimit: limit, cursor }
    const answer: DescribeTopicPartitionsResponse = await cluster.send('any', API.describeTopicPartitions, body, {
      call,
    })
    for (const topic of answer.topics) addPage(outcomes, topic)
    const next: Cursor | null = answer.nextCursor
    if (next === null) return outcomes
    if (cursor !== null && !isBehind(next, cursor))
      throw new ClientError('UNKNOWN_SERVER_ERROR', 'the cursor stands still', {})
    cursor = next
    rest = rest.filter((name) => name >= next.topicName)
  }
}

function isBehind(next: Cursor, cursor: Cursor): boolean {
  return (
    next.topicName > cursor.topicName ||
    (next.topicName === cursor.topicName && next.partitionIndex > cursor.partitionIndex)
  )
}

function addPage(
  outcomes: Map<string, Outcome<TopicDescription>>,
  topic: {
    readonly name: string | null
    readonly topicId: string
    readonly isInternal: boolean
    readonly errorCode: number
    readonly partitions: readonly PartitionFields[]
  },
): void {
  const { topicId, isInternal, errorCode } = topic
  const name = topic.name ?? ''
  const known = outcomes.get(name)
  if (errorCode !== 0) {
    outcomes.set(name, failed(errorCode, null, { api: 'DescribeTopicPartitions', topic: name }))
    return
  }
  const before = known?.ok ? known.value.partitions : []
  const partitions = inOrder([...before, ...topic.partitions.map(describedPartition)])
  outcomes.set(name, succeeded({ name, topicId, isInternal, partitions }))
}
