import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { Call, CallOptions } from '../retry.ts'
import { brokerTimeoutMs } from './controller-target.ts'
import { askLeaders, byTopic, missingPartition, partitionKey, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

export interface RecordsToDelete extends TopicPartition {
  /** Everything before this offset goes; -1: everything up to the high watermark. */
  readonly beforeOffset: number
}

export interface DeletedRecords extends TopicPartition {
  /** The first offset that is left, in all replicas. */
  readonly outcome: Outcome<{ readonly lowWatermark: number }>
}

/** Moves the log start offsets forward (KIP-107), asking the partitions' leaders; in the order given. */
export async function deleteRecords(
  cluster: Cluster,
  wishes: readonly RecordsToDelete[],
  options: CallOptions,
): Promise<DeletedRecords[]> {
  const outcomes = await settle(cluster, {
    items: wishes,
    options,
    // A topic that is not there is more likely misspelt than just created.
    repeat: (error) => error.retriable && error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION',
    attempt: (pending, call) =>
      askLeaders(cluster, pending, {
        call,
        ask: (brokerId, asked) => askLeader(cluster, asked, { brokerId, call }),
      }),
  })
  return wishes.map((wish) => ({ topic: wish.topic, partition: wish.partition, outcome: outcomes.get(wish)! }))
}

async function askLeader(
  cluster: Cluster,
  wishes: readonly RecordsToDelete[],
  { brokerId, call }: { readonly brokerId: number; readonly call: Call },
): Promise<Map<RecordsToDelete, DeletedRecords['outcome']>> {
  const body = {
    topics: byTopic(wishes, ({ partition, beforeOffset }) => ({ partitionIndex: partition, offset: beforeOffset })),
    timeoutMs: brokerTimeoutMs(cluster, call),
  }
  const { topics } = await cluster.send({ brokerId }, API.deleteRecords, body, { call })
  const byKey = new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => [partitionKey(name, partition.partitionIndex), partition] as const),
    ),
  )
  return new Map(wishes.map((wish) => [wish, outcomeOf(wish, byKey.get(partitionKey(wish.topic, wish.partition)))]))
}

function outcomeOf(
  wish: TopicPartition,
  answer: { readonly errorCode: number; readonly lowWatermark: number } | undefined,
): DeletedRecords['outcome'] {
  if (answer === undefined) return missingPartition('DeleteRecords', wish)
  const { errorCode, lowWatermark } = answer
  const { topic, partition } = wish
  return errorCode === 0
    ? succeeded({ lowWatermark })
    : failed(errorCode, null, { api: 'DeleteRecords', topic, partition })
}
