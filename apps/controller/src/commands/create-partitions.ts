/** CreatePartitions: topics grow, each judged alone. The texts of refusals follow Kafka's, since people and scripts read them. */
import { type CreatePartitionsRequest, type CreatePartitionsResponse, ErrorCode } from '@ottla/protocol'
import type { MetadataImage, MetadataRecord, TopicImage } from '@ottla/replication'
import { wantedReplicas } from './moves.ts'
import { checkAssignment, checkBrokers, checkPartitionCount, newPartition, PARTITIONS_MAX } from './new-partitions.ts'
import { inBatchesOfGroups, type Outcome, unchanged } from './outcome.ts'
import { type Assignment, nextStart, placeReplicas } from './placement.ts'
import { Refusal, repeated } from './refusal.ts'

export interface CreatePartitionsContext {
  /** An integer, 0 <= n < `below`. */
  randomInteger(below: number): number
}

type Wanted = CreatePartitionsRequest['topics'][number]
type Result = CreatePartitionsResponse['results'][number]

export function createPartitions(
  image: MetadataImage,
  request: CreatePartitionsRequest,
  context: CreatePartitionsContext,
): Outcome<CreatePartitionsResponse> {
  const twice = repeated(request.topics.map(({ name }) => name))
  const groups: MetadataRecord[][] = []
  let left = PARTITIONS_MAX
  const results = request.topics.map((wanted): Result => {
    try {
      if (twice.has(wanted.name)) throw new Refusal('INVALID_REQUEST', 'Duplicate topic name.')
      const records = newPartitions(image, wanted, { ...context, left })
      left -= records.length
      groups.push(records)
      return { name: wanted.name, errorCode: ErrorCode.NONE, errorMessage: null }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { name: wanted.name, errorCode: error.errorCode, errorMessage: error.message }
    }
  })
  // A topic that is named twice is answered once, as in Kafka.
  const reply = { throttleTimeMs: 0, results: [...new Map(results.map((result) => [result.name, result])).values()] }
  return request.validateOnly ? unchanged(reply) : { batches: inBatchesOfGroups(groups), reply }
}

function newPartitions(
  image: MetadataImage,
  wanted: Wanted,
  context: CreatePartitionsContext & { readonly left: number },
): MetadataRecord[] {
  const topic = image.topics.get(wanted.name)
  if (topic === undefined) {
    throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.')
  }
  const first = topic.partitions.length
  const additional = wanted.count - first
  checkIncrease(topic, wanted.count)
  checkPartitionCount(additional, context.left)
  const assignments = assignmentsOf(image, topic, { wanted, additional, context })
  return assignments.map((replicas, index) => ({
    type: 'partition',
    topicId: topic.id,
    ...newPartition(image, first + index, replicas),
  }))
}

function checkIncrease({ name, partitions }: TopicImage, count: number): void {
  if (count === partitions.length) {
    throw new Refusal('INVALID_PARTITIONS', `Topic already has ${count} partition(s).`)
  }
  if (count < partitions.length) {
    const has = `The topic ${name} currently has ${partitions.length} partition(s)`
    throw new Refusal('INVALID_PARTITIONS', `${has}; ${count} would not be an increase.`)
  }
}

interface Growth {
  readonly wanted: Wanted
  readonly additional: number
  readonly context: CreatePartitionsContext
}

function assignmentsOf(
  image: MetadataImage,
  topic: TopicImage,
  { wanted, additional, context }: Growth,
): readonly Assignment[] {
  // A move that is going on does not make the topic's replication factor larger.
  const existing = topic.partitions.map(wantedReplicas)
  const replicationFactor = existing[0]?.length ?? 1
  if (wanted.assignments === null) {
    checkBrokers(image, replicationFactor)
    const start = nextStart(image, existing, context.randomInteger(1 << 16))
    return placeReplicas(image, { partitions: additional, replicationFactor, start })
  }
  if (wanted.assignments.length !== additional) {
    const attempted = `Attempted to add ${additional} additional partition(s)`
    const text = `${attempted}, but only ${wanted.assignments.length} assignment(s) were specified.`
    throw new Refusal('INVALID_REPLICA_ASSIGNMENT', text)
  }
  const assignments = wanted.assignments.map(({ brokerIds }) => brokerIds)
  for (const replicas of assignments) checkAssignment(image, replicas, replicationFactor)
  return assignments
}
