import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { CallOptions } from '../retry.ts'
import { brokerTimeoutMs } from './controller-target.ts'
import { byTopic, missingPartition, settleAtLeaders, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, succeeded } from './outcome.ts'

export interface RecordsToDelete extends TopicPartition {
  /** Everything before this offset goes; -1: everything up to the high watermark. */
  readonly beforeOffset: number
}

export interface DeletedRecords extends TopicPartition {
  readonly outcome: Outcome<Left>
}

/** The first offset that is left, in all replicas. */
interface Left {
  readonly lowWatermark: number
}

interface Answer extends Left {
  readonly partitionIndex: number
  readonly errorCode: number
}

/** Moves the log start offsets forward (KIP-107), asking the partitions' leaders; in the order given. */
export async function deleteRecords(
  cluster: Cluster,
  wishes: readonly RecordsToDelete[],
  options: CallOptions,
): Promise<DeletedRecords[]> {
  return settleAtLeaders<RecordsToDelete, Answer, Left>(cluster, wishes, {
    options,
    send: async (brokerId, asked, call) => {
      const body = {
        topics: byTopic(asked, ({ partition, beforeOffset }) => ({ partitionIndex: partition, offset: beforeOffset })),
        timeoutMs: brokerTimeoutMs(cluster, call),
      }
      return (await cluster.send({ brokerId }, API.deleteRecords, body, { call })).topics
    },
    outcomeOf,
  })
}

function outcomeOf(wish: TopicPartition, answer: Answer | undefined): DeletedRecords['outcome'] {
  if (answer === undefined) return missingPartition('DeleteRecords', wish)
  const { errorCode, lowWatermark } = answer
  const { topic, partition } = wish
  return errorCode === 0
    ? succeeded({ lowWatermark })
    : failed(errorCode, null, { api: 'DeleteRecords', topic, partition })
}
