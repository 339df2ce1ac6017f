import { type ElectLeadersResponse, errorByCode } from '@ottla/protocol'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { CallOptions } from '../retry.ts'
import { brokerTimeoutMs, ControllerTarget } from './controller-target.ts'
import { partitionsByTopic, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, succeeded } from './outcome.ts'

/** Codes on the wire (KIP-460). */
const ELECTION_TYPES = { preferred: 0, unclean: 1 } as const
/** Older brokers know only the preferred election. */
const TYPES_VERSION = 1

export type ElectionType = keyof typeof ELECTION_TYPES

export interface Election extends TopicPartition {
  /** ELECTION_NOT_NEEDED: the leader is already the one that would be elected. */
  readonly outcome: Outcome<void>
}

export interface ElectLeadersOptions extends CallOptions {
  readonly type: ElectionType
}

/**
 * Has leaders elected: preferred gives leadership back to the first replica of a partition, unclean chooses any live replica where
 * there is no leader and may lose records. With `all`, only partitions in which something was done are reported.
 */
export async function electLeaders(
  cluster: Cluster,
  partitions: 'all' | readonly TopicPartition[],
  options: ElectLeadersOptions,
): Promise<Election[]> {
  const target = new ControllerTarget(cluster)
  return cluster.retrying(options, async (call) => {
    const body = {
      electionType: ELECTION_TYPES[options.type],
      topicPartitions: partitions === 'all' ? null : partitionsByTopic(partitions),
      timeoutMs: brokerTimeoutMs(cluster, call),
    }
    const versions = options.type === 'preferred' ? {} : { min: TYPES_VERSION }
    const answer = await cluster.send(await target.next(call), API.electLeaders, body, { call, versions })
    if (answer.errorCode !== 0) target.throwRefusal({ ...answer, errorMessage: messageOf(answer) }, 'ElectLeaders')
    return answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
      partitionResult.map((result) => ({ topic, partition: result.partitionId, outcome: outcomeOf(topic, result) })),
    )
  })
}

/** The answer has no words for the request as a whole: those of a partition that was refused alike. */
function messageOf({ errorCode, replicaElectionResults }: ElectLeadersResponse): string | null {
  const results = replicaElectionResults.flatMap(({ partitionResult }) => partitionResult)
  const found = results.find((result) => result.errorCode === errorCode)?.errorMessage ?? null
  const isTimeout = found === null && errorByCode(errorCode).name === 'REQUEST_TIMED_OUT'
  return isTimeout ? 'the broker had no answer from its controller in time: is it running?' : found
}

function outcomeOf(
  topic: string,
  result: { readonly partitionId: number; readonly errorCode: number; readonly errorMessage: string | null },
): Outcome<void> {
  const { partitionId: partition, errorCode, errorMessage } = result
  return errorCode === 0
    ? succeeded(undefined)
    : failed(errorCode, errorMessage, { api: 'ElectLeaders', topic, partition })
}
