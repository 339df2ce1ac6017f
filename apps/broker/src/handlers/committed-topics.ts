/** Topics and partitions in requests about offsets: which of them the coordinator is asked, and the answers in the order of the request. */
import { ErrorCode, ZERO_UUID } from '@ottla/protocol'
import type { BrokerParts, Operation, RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'

/** A topic by its name, or from some version on by its id with the name empty. */
export interface NamedTopic {
  readonly name: string
  readonly topicId?: string
}

/** What a request means by a topic. */
export type FoundTopic =
  | { readonly ok: true; readonly name: string; readonly topicId: string; readonly partitions: number }
  | { readonly ok: false; readonly name: string; readonly errorCode: number }

export interface TopicLookup {
  readonly byId: boolean
  readonly operation: Operation
  /** Whether a topic that does not exist is an error; offsets of deleted topics can still be fetched by name. */
  readonly mustExist: boolean
}

export function findTopic(
  { session, security }: BrokerParts,
  context: RequestContext,
  { topic, byId, operation, mustExist }: TopicLookup & { readonly topic: NamedTopic },
): FoundTopic {
  const { image } = session
  const name = byId ? image.topicNamesById.get(topic.topicId ?? '') : topic.name
  if (name === undefined) return { ok: false, name: '', errorCode: ErrorCode.UNKNOWN_TOPIC_ID }
  if (!security.authorize(context, operation, topicResource(name))) {
    return { ok: false, name, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED }
  }
  const known = image.topics.get(name)
  if (known === undefined && mustExist) return { ok: false, name, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
  return { ok: true, name, topicId: known?.id ?? ZERO_UUID, partitions: known?.partitions.length ?? 0 }
}

export interface PartitionAnswer {
  readonly partitionIndex: number
  readonly errorCode: number
}

/** Answers of a coordinator by topic and partition, to be put where the request had them. */
export class Answers<A extends { readonly partitionIndex: number }> {
  readonly #byTopic = new Map<string, Map<number, A>>()

  constructor(topics: readonly { readonly name?: string | undefined; readonly partitions: readonly A[] }[]) {
    for (const { name = '', partitions } of topics) {
      const known = this.#byTopic.get(name) ?? new Map<number, A>()
      for (const partition of partitions) known.set(partition.partitionIndex, partition)
      this.#byTopic.set(name, known)
    }
  }

  of(topic: string, partitionIndex: number): A | undefined {
    return this.#byTopic.get(topic)?.get(partitionIndex)
  }
}
