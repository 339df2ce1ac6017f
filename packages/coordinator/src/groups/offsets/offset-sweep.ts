/**
 * A walk over the offsets of a shard that finds those to be removed: expired ones, or those of deleted topics. It takes steps, each of which looks at a
 * bounded number of offsets and removes a bounded number. Between two steps anything may happen: a step looks at things as they are then.
 *
 * What is expired (KIP-211, KIP-496): an offset whose client gave it a time, after that; any other when it has been unused for `retentionMs`:
 * counted from when its group became empty, and, where no member is subscribed to its topic or the group never had members, from its commit.
 */
import { ZERO_UUID } from '@ottla/protocol'
import type { ShardRecord } from '../../shard.ts'
import type { AnyGroup, GroupRegistry } from '../registry.ts'
import { offsetTombstone } from './offset-records.ts'
import type { OffsetSweep, SweptOffsets } from './offset-soft.ts'
import type { OffsetTable } from './offset-table.ts'
import type { CommittedOffset, TopicOffsets } from './topic-offsets.ts'

export interface SweptShard {
  readonly offsets: OffsetTable
  readonly registry: GroupRegistry
  readonly nowMs: number
  /** offsets.retention.minutes. */
  readonly retentionMs: number
  readonly limits: StepLimits
}

export interface StepLimits {
  /** Offsets removed, about. */
  readonly records: number
  /** Topics and offsets looked at. */
  readonly looks: number
}

export function beginSweep(
  looksFor: SweptOffsets,
  { offsets, registry }: Pick<SweptShard, 'offsets' | 'registry'>,
): OffsetSweep {
  const groupIds: string[] = []
  if (looksFor.kind === 'expired') for (const group of registry.all()) groupIds.push(group.groupId)
  for (const groupId of offsets.groupIds()) {
    if (looksFor.kind === 'topics-deleted' || registry.get(groupId) === undefined) groupIds.push(groupId)
  }
  return { kind: 'sweep', looksFor, groupIds, nextGroup: 0, topics: [], nextTopic: 0 }
}

/** `next` is undefined when everything has been looked at. */
export function sweepStep(
  sweep: OffsetSweep,
  shard: SweptShard,
): { readonly records: readonly ShardRecord[]; readonly next: OffsetSweep | undefined } {
  const step = new Step(shard, sweep.looksFor)
  for (let at = sweep.nextGroup; at < sweep.groupIds.length; at++) {
    const groupId = sweep.groupIds[at] as string
    const begun = at === sweep.nextGroup && sweep.nextTopic > 0
    const topics = begun ? sweep.topics : step.topicsOf(groupId)
    const nextTopic = step.sweepGroup(groupId, topics, begun ? sweep.nextTopic : 0)
    if (nextTopic < topics.length)
      return { records: step.records, next: { ...sweep, nextGroup: at, topics, nextTopic } }
    if (step.isOver && at + 1 < sweep.groupIds.length) {
      return { records: step.records, next: { ...sweep, nextGroup: at + 1, topics: [], nextTopic: 0 } }
    }
  }
  return { records: step.records, next: undefined }
}

/** The partitions whose offsets are to be removed. */
type Finder = (topic: string, offsets: TopicOffsets) => Iterable<number>

class Step {
  readonly records: ShardRecord[] = []
  readonly #shard: SweptShard
  readonly #looksFor: SweptOffsets
  #looks = 0

  constructor(shard: SweptShard, looksFor: SweptOffsets) {
    this.#shard = shard
    this.#looksFor = looksFor
  }

  get isOver(): boolean {
    const { limits } = this.#shard
    return this.#looks >= limits.looks || this.records.length >= limits.records
  }

  topicsOf(groupId: string): readonly string[] {
    this.#looks++
    const topics = this.#shard.offsets.topicsOf(groupId)
    if (this.#looksFor.kind === 'expired') return [...topics.keys()]
    return [...this.#looksFor.ids.keys()].filter((topic) => topics.has(topic))
  }

  /** Returns the index of the topic to go on with, or the number of topics when the group is done. */
  sweepGroup(groupId: string, topics: readonly string[], from: number): number {
    const group = this.#shard.registry.get(groupId)
    const before = this.records.length
    for (let at = from; at < topics.length; at++) {
      // At least one of them, however small the limits are: each step must come further.
      if (at > from && this.isOver) return at
      this.#sweepTopic(groupId, topics[at] as string, this.#finder(group))
      // What is left of this topic is looked at again: what has been removed will not be there.
      if (this.records.length >= this.#shard.limits.records) return at
    }
    this.#removeUnused(groupId, group, this.records.length - before)
    return topics.length
  }

  #finder(group: AnyGroup | undefined): Finder {
    const looksFor = this.#looksFor
    if (looksFor.kind === 'expired') return (topic, offsets) => this.#expired(group, topic, offsets)
    return (topic, offsets) => ofTopicIds(offsets, looksFor.ids.get(topic))
  }

  #sweepTopic(groupId: string, topic: string, find: Finder): void {
    const offsets = this.#shard.offsets.topicsOf(groupId).get(topic)
    if (offsets === undefined) return
    this.#looks += 1 + offsets.size
    for (const partition of find(topic, offsets)) {
      this.records.push(offsetTombstone({ group: groupId, topic, partition }))
      if (this.records.length >= this.#shard.limits.records) return
    }
  }

  *#expired(group: AnyGroup | undefined, topic: string, offsets: TopicOffsets): Generator<number> {
    // Offsets without a group are left over from one that was removed: nobody reads them.
    const unusedSince = group === undefined ? 'commit' : group.unusedSince
    if (unusedSince === undefined || group?.isSubscribedTo(topic)) return
    for (const [partition, committed] of offsets.entries()) {
      if (isExpired(committed, unusedSince, this.#shard)) yield partition
    }
  }

  /** A group that is empty and has no offsets left means nothing to anybody. */
  #removeUnused(groupId: string, group: AnyGroup | undefined, removed: number): void {
    if (this.#looksFor.kind !== 'expired' || group === undefined || !group.isEmpty) return
    let left = -removed
    for (const offsets of this.#shard.offsets.topicsOf(groupId).values()) left += offsets.size
    if (left === 0) this.records.push(...group.tombstones())
  }
}

function isExpired(
  { commitTimestampMs, expireTimestampMs }: CommittedOffset,
  unusedSince: 'commit' | number,
  { nowMs, retentionMs }: SweptShard,
): boolean {
  if (expireTimestampMs !== -1) return nowMs >= expireTimestampMs
  return nowMs - (unusedSince === 'commit' ? commitTimestampMs : unusedSince) >= retentionMs
}

/** An offset without a topic id may belong to the topic that is gone: so Kafka sees it too. */
function* ofTopicIds(offsets: TopicOffsets, topicIds: ReadonlySet<string> | undefined): Generator<number> {
  for (const [partition, committed] of offsets.entries()) {
    if (committed.topicId === ZERO_UUID || topicIds?.has(committed.topicId)) yield partition
  }
}
