import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { CallOptions } from '../retry.ts'
import { brokerTimeoutMs, ControllerTarget, isPassing } from './controller-target.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

export interface NewPartitions {
  readonly topic: string
  /** How many partitions the topic has afterwards; more than now. */
  readonly totalCount: number
  /** Broker ids of each partition that is added, in order; without it the cluster places them. */
  readonly assignments?: readonly (readonly number[])[]
}

export interface CreatePartitionsOptions extends CallOptions {
  /** Only check whether the partitions could be added. */
  readonly validateOnly?: boolean
}

/** Adds partitions to topics (KIP-195). Records keep their places; keys may be mapped to other partitions from then on. */
export async function createPartitions(
  cluster: Cluster,
  wishes: readonly NewPartitions[],
  options: CreatePartitionsOptions,
): Promise<Map<string, Outcome<void>>> {
  const byName = new Map(wishes.map((wish) => [wish.topic, wish]))
  const target = new ControllerTarget(cluster)
  return settle(cluster, {
    items: [...byName.keys()],
    options,
    repeat: isPassing,
    attempt: async (names, call) => {
      const body = {
        topics: names.map((name) => topicBody(byName.get(name)!)),
        timeoutMs: brokerTimeoutMs(cluster, call),
        validateOnly: options.validateOnly ?? false,
      }
      const { results } = await cluster.send(await target.next(call), API.createPartitions, body, { call })
      return target.remember(new Map(results.map(outcomeOf)))
    },
  })
}

function topicBody({ topic, totalCount, assignments }: NewPartitions) {
  return {
    name: topic,
    count: totalCount,
    assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null,
  }
}

function outcomeOf(result: {
  readonly name: string
  readonly errorCode: number
  readonly errorMessage: string | null
}): [string, Outcome<void>] {
  const { name, errorCode, errorMessage } = result
  const attempt = { api: 'CreatePartitions', topic: name }
  return [name, errorCode === 0 ? succeeded(undefined) : failed(errorCode, errorMessage, attempt)]
}
