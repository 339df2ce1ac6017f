import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { askLeaders, missingPartition, partitionKey, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

/** A producer that a partition remembers, idempotent or transactional (KIP-664). */
export interface ActiveProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1: none yet in this epoch. */
  readonly lastSequence: number
  /** Milliseconds since the epoch. */
  readonly lastTimestamp: number
  readonly coordinatorEpoch: number
  /** undefined: no transaction is open on this partition. */
  readonly currentTransactionStartOffset: number | undefined
}

export interface DescribedProducers extends TopicPartition {
  readonly outcome: Outcome<readonly ActiveProducer[]>
}

/** The producers that the partitions' leaders remember; in the order given. */
export async function describeProducers(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  options: CallOptions,
): Promise<DescribedProducers[]> {
  const outcomes = await settle(cluster, {
    items: partitions,
    options,
    repeat: (error) => error.retriable && error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION',
    attempt: (pending, call) =>
      askLeaders(cluster, pending, {
        call,
        ask: (brokerId, asked) => askLeader(cluster, asked, { brokerId, call }),
      }),
  })
  return partitions.map((asked) => ({ topic: asked.topic, partition: asked.partition, outcome: outcomes.get(asked)! }))
}

async function askLeader(
  cluster: Cluster,
  asked: readonly TopicPartition[],
  { brokerId, call }: { readonly brokerId: number; readonly call: Call },
): Promise<Map<TopicPartition, DescribedProducers['outcome']>> {
  const topics = [...groupBy(asked, ({ topic }) => topic)].map(([name, partitions]) => ({
    name,
    partitionIndexes: partitions.map(({ partition }) => partition),
  }))
  const answer = await cluster.send({ brokerId }, API.describeProducers, { topics }, { call })
  const byKey = new Map(
    answer.topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => [partitionKey(name, partition.partitionIndex), partition] as const),
    ),
  )
  return new Map(asked.map((wish) => [wish, outcomeOf(wish, byKey.get(partitionKey(wish.topic, wish.partition)))]))
}

interface Answer {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly activeProducers: readonly (Omit<ActiveProducer, 'currentTransactionStartOffset'> & {
    readonly currentTxnStartOffset: number
  })[]
}

function outcomeOf(wish: TopicPartition, answer: Answer | undefined): DescribedProducers['outcome'] {
  if (answer === undefined) return missingPartition('DescribeProducers', wish)
  const { topic, partition } = wish
  if (answer.errorCode !== 0)
    return failed(answer.errorCode, answer.errorMessage, { api: 'DescribeProducers', topic, partition })
  return succeeded(
    answer.activeProducers.map(({ currentTxnStartOffset, ...producer }) => ({
      ...producer,
      currentTransactionStartOffset: currentTxnStartOffset < 0 ? undefined : currentTxnStartOffset,
    })),
  )
}
