/** The partitions that the metadata assigns to this broker, by topic id and number. */
import type { MetadataImage, TopicImage } from '@ottla/replication'
import type { LogIdentity } from './log-homes.ts'
import type { Partition } from './partition.ts'

/**
 * - `opening`: its log is being opened or created.
 * - `open`: `partition` serves it.
 * - `failed`: the log could not be opened; requests get KAFKA_STORAGE_ERROR until the broker is started again, or until
 *   a damaged log has been replaced by what the leader has, or until one that found no room has been tried again.
 * - `leaving`: the metadata has taken it away; its log goes as soon as it is open.
 */
export type HostedState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly partition: Partition }
  | { readonly kind: 'failed'; readonly why: 'corrupt' | 'no-room' | 'other' }
  | { readonly kind: 'leaving'; readonly partition: Partition | undefined }

export class Hosted {
  readonly identity: LogIdentity
  state: HostedState = { kind: 'opening' }

  constructor(identity: LogIdentity) {
    this.identity = identity
  }

  get partition(): Partition | undefined {
    return this.state.kind === 'open' ? this.state.partition : undefined
  }
}

export class HostedPartitions {
  readonly #topics = new Map<string, Map<number, Hosted>>()

  get(topicId: string, index: number): Hosted | undefined {
    return this.#topics.get(topicId)?.get(index)
  }

  ofTopic(topicId: string): Iterable<Hosted> {
    return this.#topics.get(topicId)?.values() ?? []
  }

  *all(): Generator<Hosted> {
    for (const topic of this.#topics.values()) yield* topic.values()
  }

  add(identity: LogIdentity): Hosted {
    const hosted = new Hosted(identity)
    const topic = this.#topics.get(identity.topicId) ?? new Map<number, Hosted>()
    this.#topics.set(identity.topicId, topic.set(identity.partition, hosted))
    return hosted
  }

  remove({ topicId, partition }: LogIdentity): void {
    const topic = this.#topics.get(topicId)
    topic?.delete(partition)
    if (topic?.size === 0) this.#topics.delete(topicId)
  }
}

/** The partitions of a topic that have a replica on the broker. */
export function assignedTo(brokerId: number, topic: TopicImage): LogIdentity[] {
  return topic.partitions
    .filter(({ replicas }) => replicas.includes(brokerId))
    .map(({ partition }) => ({ topic: topic.name, topicId: topic.id, partition }))
}

export function isAssigned(image: MetadataImage, brokerId: number, { topicId, partition }: LogIdentity): boolean {
  const name = image.topicNamesById.get(topicId)
  const topic = name === undefined ? undefined : image.topics.get(name)
  return topic?.partitions[partition]?.replicas.includes(brokerId) ?? false
}
