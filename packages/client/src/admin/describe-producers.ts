import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { CallOptions } from '../retry.ts'
import { byTopic, missingPartition, settleAtLeaders, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, succeeded } from './outcome.ts'

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
  return settleAtLeaders<TopicPartition, Answer, readonly ActiveProducer[]>(cluster, partitions, {
    options,
    send: async (brokerId, asked, call) => {
      const topics = byTopic(asked, ({ partition }) => partition).map(({ name, partitions: partitionIndexes }) => {
        return { name, partitionIndexes }
      })
      return (await cluster.send({ brokerId }, API.describeProducers, { topics }, { call })).topics
    },
    outcomeOf,
  })
}

interface Answer {
  readonly partitionIndex: number
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
