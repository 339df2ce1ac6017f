import { type CommittedOffset, TopicOffsets } from './topic-offsets.ts'

/** Names a committed offset: the key of its record. */
export interface OffsetKey {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

type OffsetsByTopic = ReadonlyMap<string, TopicOffsets>

const NO_TOPICS: OffsetsByTopic = new Map()

/** The committed offsets of one shard. */
export class OffsetTable {
  readonly #groups = new Map<string, Map<string, TopicOffsets>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Groups that have offsets. */
  groupIds(): IterableIterator<string> {
    return this.#groups.keys()
  }

  /** None has no offsets. */
  topicsOf(groupId: string): OffsetsByTopic {
    return this.#groups.get(groupId) ?? NO_TOPICS
  }

  /** Ignored when a later commit is known already: one whose record stands behind `recordOffset`. */
  set({ group, topic, partition }: OffsetKey, committed: CommittedOffset, recordOffset: number): void {
    const topics = this.#groups.get(group) ?? new Map<string, TopicOffsets>()
    const offsets = topics.get(topic) ?? new TopicOffsets()
    if (offsets.size === 0) topics.set(topic, offsets)
    if (topics.size === 1) this.#groups.set(group, topics)
    if (offsets.set(partition, committed, recordOffset)) this.#size++
  }

  delete({ group, topic, partition }: OffsetKey): void {
    const topics = this.#groups.get(group)
    const offsets = topics?.get(topic)
    if (topics === undefined || offsets === undefined || !offsets.delete(partition)) return
    this.#size--
    if (offsets.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#groups.delete(group)
  }
}
