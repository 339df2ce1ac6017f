/**
 * CreateTopics: each topic is judged alone, and the good ones are created together. The texts of refusals follow Kafka's, since
 * people and scripts read them.
 */
import { type CreateTopicsRequest, type CreateTopicsResponse, ErrorCode, ZERO_UUID } from '@ottla/protocol'
import {
  type ConfigLayers,
  configResource,
  invalidTopicConfigs,
  type MetadataImage,
  type MetadataRecord,
  topicConfigEntries,
} from '@ottla/replication'
import type { Overrides } from './config-changes.ts'
import { keptValues } from './config-operations.ts'
import { checkAssignment, checkBrokers, checkPartitionCount, newPartition, PARTITIONS_MAX } from './new-partitions.ts'
import { inBatchesOfGroups, type Outcome, unchanged } from './outcome.ts'
import { type Assignment, placeReplicas } from './placement.ts'
import { Refusal, repeated } from './refusal.ts'
import { collisionKey, hasCollisionChars, topicNameProblem } from './topic-names.ts'

export interface CreateTopicsContext {
  /** What the file of the broker sets that the request came through: the defaults that are not the cluster's. */
  readonly staticConfigs: ReadonlyMap<string, string>
  newTopicId(): string
  /** An integer, 0 <= n < `below`. */
  randomInteger(below: number): number
}

type Creatable = CreateTopicsRequest['topics'][number]
type Result = CreateTopicsResponse['topics'][number]

export function createTopics(
  image: MetadataImage,
  request: CreateTopicsRequest,
  context: CreateTopicsContext,
): Outcome<CreateTopicsResponse> {
  const names = new NamesInUse(image, request.topics)
  const groups: MetadataRecord[][] = []
  let partitionsLeft = PARTITIONS_MAX
  const topics = request.topics.map((topic): Result => {
    try {
      names.check(topic.name)
      const plan = planTopic(image, topic, { context, partitionsLeft })
      partitionsLeft -= plan.assignments.length
      names.add(topic.name)
      groups.push(plan.records)
      return created(image, plan, context)
    } catch (error) {
      if (error instanceof Refusal) return refused(topic.name, error)
      throw error
    }
  })
  const reply = { throttleTimeMs: 0, topics: onePerName(topics) }
  return request.validateOnly ? unchanged(reply) : { batches: inBatchesOfGroups(groups), reply }
}

/** A name that is asked for several times is answered, and refused, once. */
function onePerName(results: readonly Result[]): Result[] {
  return [...new Map(results.map((result) => [result.name, result])).values()]
}

/** Names that are taken, by topics that exist and by those that this request creates. */
class NamesInUse {
  readonly #image: MetadataImage
  readonly #repeated: ReadonlySet<string>
  readonly #created = new Set<string>()
  /** Made when the first name with a colliding character comes. */
  #byCollisionKey: Map<string, string> | undefined

  constructor(image: MetadataImage, topics: readonly Creatable[]) {
    this.#image = image
    this.#repeated = repeated(topics.map(({ name }) => name))
  }

  check(name: string): void {
    if (this.#repeated.has(name)) throw new Refusal('INVALID_REQUEST', 'Duplicate topic name.')
    const problem = topicNameProblem(name)
    if (problem !== undefined) throw new Refusal('INVALID_TOPIC_EXCEPTION', problem)
    if (this.#image.topics.has(name)) throw new Refusal('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
    const other = hasCollisionChars(name) ? this.#collisions().get(collisionKey(name)) : undefined
    if (other === undefined) return
    throw new Refusal('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${other}`)
  }

  add(name: string): void {
    this.#created.add(name)
    if (hasCollisionChars(name)) this.#byCollisionKey?.set(collisionKey(name), name)
  }

  #collisions(): Map<string, string> {
    this.#byCollisionKey ??= new Map(
      [...this.#image.topics.keys(), ...this.#created]
        .filter(hasCollisionChars)
        .map((name) => [collisionKey(name), name]),
    )
    return this.#byCollisionKey
  }
}

interface TopicPlan {
  readonly name: string
  readonly id: string
  readonly assignments: readonly Assignment[]
  readonly configs: ReadonlyMap<string, string>
  readonly records: MetadataRecord[]
}

interface Placing {
  readonly context: CreateTopicsContext
  /** Of those that one request may create. What does not fit is refused before anything is placed. */
  readonly partitionsLeft: number
}

function planTopic(image: MetadataImage, topic: Creatable, { context, partitionsLeft }: Placing): TopicPlan {
  const configs = checkedConfigs(topic)
  const assignments =
    topic.assignments.length > 0
      ? manualAssignments(image, topic, partitionsLeft)
      : automaticAssignments(image, topic, { context, partitionsLeft })
  const id = context.newTopicId()
  const records: MetadataRecord[] = [{ type: 'topic', name: topic.name, id }]
  for (const [partition, replicas] of assignments.entries()) {
    records.push({ type: 'partition', topicId: id, ...newPartition(image, partition, replicas) })
  }
  for (const [name, value] of configs) {
    records.push({ type: 'config', resourceType: 'topic', resourceName: topic.name, name, value })
  }
  return { name: topic.name, id, assignments, configs, records }
}

function checkedConfigs(topic: Creatable): Overrides {
  const configs = new Map<string, string>()
  for (const { name, value } of topic.configs) {
    if (value === null) throw new Refusal('INVALID_CONFIG', `Null value not supported for topic configs: ${name}`)
    configs.set(name, value)
  }
  const kept = keptValues('topic', configs)
  const problem = invalidTopicConfigs(kept)
  if (problem !== undefined) throw new Refusal('INVALID_CONFIG', problem)
  return kept
}

function automaticAssignments(
  image: MetadataImage,
  topic: Creatable,
  { context, partitionsLeft }: Placing,
): Assignment[] {
  const { numPartitions, replicationFactor } = topic
  if (numPartitions !== -1 && numPartitions <= 0) {
    throw new Refusal('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.')
  }
  if (replicationFactor !== -1 && replicationFactor <= 0) {
    const text = 'Replication factor must be larger than 0, or -1 to use the default value.'
    throw new Refusal('INVALID_REPLICATION_FACTOR', text)
  }
  const partitions = numPartitions === -1 ? clusterNumber(image, 'num.partitions', context) : numPartitions
  const replicas =
    replicationFactor === -1 ? clusterNumber(image, 'default.replication.factor', context) : replicationFactor
  checkPartitionCount(partitions, partitionsLeft)
  checkBrokers(image, replicas)
  return placeReplicas(image, { partitions, replicationFactor: replicas, start: context.randomInteger(1 << 16) })
}

/** The cluster's dynamic default, else what the forwarding broker's file says, else Kafka's default. */
function clusterNumber(
  image: MetadataImage,
  key: 'num.partitions' | 'default.replication.factor',
  context: CreateTopicsContext,
): number {
  const value = image.configs.get(configResource('broker', ''))?.get(key) ?? context.staticConfigs.get(key) ?? '1'
  return Number(value)
}

function manualAssignments(image: MetadataImage, topic: Creatable, partitionsLeft: number): Assignment[] {
  checkPartitionCount(topic.assignments.length, partitionsLeft)
  if (topic.replicationFactor !== -1) {
    const text = 'A manual partition assignment was specified, but replication factor was not set to -1.'
    throw new Refusal('INVALID_REQUEST', text)
  }
  if (topic.numPartitions !== -1) {
    const text = 'A manual partition assignment was specified, but numPartitions was not set to -1.'
    throw new Refusal('INVALID_REQUEST', text)
  }
  const byPartition = new Map(topic.assignments.map(({ partitionIndex, brokerIds }) => [partitionIndex, brokerIds]))
  if (byPartition.size < topic.assignments.length) {
    throw new Refusal('INVALID_REPLICA_ASSIGNMENT', 'Found multiple manual partition assignments for one partition.')
  }
  return Array.from({ length: byPartition.size }, (_, partition) => {
    const replicas = byPartition.get(partition)
    if (replicas === undefined) {
      const text = 'partitions should be a consecutive 0-based integer sequence'
      throw new Refusal('INVALID_REPLICA_ASSIGNMENT', text)
    }
    checkAssignment(image, replicas, byPartition.get(0)?.length ?? replicas.length)
    return replicas
  })
}

function created(image: MetadataImage, plan: TopicPlan, context: CreateTopicsContext): Result {
  const layers: ConfigLayers = {
    topic: plan.configs,
    broker: new Map(),
    cluster: image.configs.get(configResource('broker', '')) ?? new Map(),
    file: context.staticConfigs,
  }
  return {
    name: plan.name,
    topicId: plan.id,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: plan.assignments.length,
    replicationFactor: plan.assignments[0]?.length ?? -1,
    configs: topicConfigEntries(layers).map(({ key, value, source }) => ({
      name: key.name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    })),
  }
}

function refused(name: string, refusal: Refusal): Result {
  return {
    name,
    topicId: ZERO_UUID,
    errorCode: refusal.errorCode,
    errorMessage: refusal.message,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  }
}
