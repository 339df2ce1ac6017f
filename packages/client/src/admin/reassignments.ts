import { ListPartitionReassignmentsRequest } from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'
import { brokerTimeoutMs, ControllerTarget } from './controller-target.ts'
import type { TopicPartition } from './leaders.ts'

/** A partition whose replicas are being moved (KIP-455). */
export interface Reassignment extends TopicPartition {
  readonly replicas: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
}

/** All reassignments in progress; none where the brokers do not serve the question. */
export async function listPartitionReassignments(cluster: Cluster, options: CallOptions): Promise<Reassignment[]> {
  const target = new ControllerTarget(cluster)
  return cluster.retrying(options, async (call) => {
    const to = await target.next(call)
    const connection = await cluster.connect(to, call)
    if (!connection.serves(ListPartitionReassignmentsRequest)) return []
    const body = { timeoutMs: brokerTimeoutMs(cluster, call), topics: null }
    const answer = await cluster.send(to, API.listPartitionReassignments, body, { call })
    if (answer.errorCode !== 0) {
      const error = ClientError.fromCode(answer.errorCode, answer.errorMessage, { api: 'ListPartitionReassignments' })
      target.remember(new Map([['', { ok: false, error }]]))
      throw error
    }
    return answer.topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partitionIndex: partition, ...moved }) => ({ topic, partition, ...moved })),
    )
  })
}
