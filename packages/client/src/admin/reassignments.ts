import { ListPartitionReassignmentsRequest } from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { brokerTimeoutMs, ControllerTarget } from './controller-target.ts'
import { partitionsByTopic, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, succeeded } from './outcome.ts'

/** What a partition's replicas shall be (KIP-455). */
export interface ReassignmentWish extends TopicPartition {
  /** Broker ids, the preferred leader first; null stops the move that is going on and goes back to the replicas before it. */
  readonly replicas: readonly number[] | null
}

export interface ReassignedPartition extends TopicPartition {
  /** Success says that the move has begun or been stopped. */
  readonly outcome: Outcome<void>
}

export interface AlterReassignmentsOptions extends CallOptions {
  /** With false a wish for more or fewer replicas than there are is refused (KIP-860, brokers since 4.1). */
  readonly allowReplicationFactorChange?: boolean
}

/** Brokers that are older would change the number of replicas all the same. */
const FACTOR_CHECK_VERSION = 1

/** Has replicas moved, or stops moves; each wish is answered on its own. Not atomic over partitions. */
export async function alterPartitionReassignments(
  cluster: Cluster,
  wishes: readonly ReassignmentWish[],
  options: AlterReassignmentsOptions,
): Promise<ReassignedPartition[]> {
  const target = new ControllerTarget(cluster)
  const { allowReplicationFactorChange = true } = options
  return cluster.retrying(options, async (call) => {
    const timeoutMs = brokerTimeoutMs(cluster, call)
    const body = { timeoutMs, allowReplicationFactorChange, topics: topicsOf(wishes) }
    const versions = allowReplicationFactorChange ? {} : { min: FACTOR_CHECK_VERSION }
    const api = API.alterPartitionReassignments
    const answer = await cluster.send(await target.next(call), api, body, { call, versions })
    if (answer.errorCode !== 0) target.throwRefusal(answer, 'AlterPartitionReassignments')
    const outcomes = new Map(
      answer.responses.flatMap(({ name, partitions }) =>
        partitions.map((result) => [`${result.partitionIndex} ${name}`, outcomeOf(name, result)] as const),
      ),
    )
    return wishes.map(({ topic, partition }) => {
      const outcome = outcomes.get(`${partition} ${topic}`)
      return { topic, partition, outcome: outcome ?? failed(-1, 'missing in the answer', { topic, partition }) }
    })
  })
}

function topicsOf(wishes: readonly ReassignmentWish[]) {
  const byTopic = groupBy(wishes, ({ topic }) => topic)
  return Array.from(byTopic, ([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
  }))
}

function outcomeOf(
  topic: string,
  result: { readonly partitionIndex: number; readonly errorCode: number; readonly errorMessage: string | null },
): Outcome<void> {
  const { partitionIndex: partition, errorCode, errorMessage } = result
  const attempt = { api: 'AlterPartitionReassignments', topic, partition }
  return errorCode === 0 ? succeeded(undefined) : failed(errorCode, errorMessage, attempt)
}

/** A partition whose replicas are being moved (KIP-455). */
export interface Reassignment extends TopicPartition {
  readonly replicas: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
}

export interface ListReassignmentsOptions extends CallOptions {
  /** Only these; all when it is left out. */
  readonly partitions?: readonly TopicPartition[]
}

/** Reassignments in progress; none where the brokers do not serve the question. */
export async function listPartitionReassignments(
  cluster: Cluster,
  options: ListReassignmentsOptions,
): Promise<Reassignment[]> {
  const target = new ControllerTarget(cluster)
  return cluster.retrying(options, async (call) => {
    const to = await target.next(call)
    const connection = await cluster.connect(to, call)
    if (!connection.serves(ListPartitionReassignmentsRequest)) return []
    const answer = await cluster.send(to, API.listPartitionReassignments, listBody(cluster, options, call), { call })
    if (answer.errorCode !== 0) target.throwRefusal(answer, 'ListPartitionReassignments')
    return answer.topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partitionIndex: partition, ...moved }) => ({ topic, partition, ...moved })),
    )
  })
}

function listBody(cluster: Cluster, { partitions }: ListReassignmentsOptions, call: Call) {
  const named = partitions === undefined ? null : partitionsByTopic(partitions)
  const topics = named?.map(({ topic: name, partitions: partitionIndexes }) => ({ name, partitionIndexes })) ?? null
  return { timeoutMs: brokerTimeoutMs(cluster, call), topics }
}
