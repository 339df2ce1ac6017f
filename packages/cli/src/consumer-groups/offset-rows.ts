/** How far a group has come in each of its partitions. */
import type { CommittedPartition, ConsumerGroupDescription, TopicPartition } from '@ottla/client'
import { byName } from '../names/topic-filter.ts'

/** Where the log of a partition begins and ends; undefined where nobody says. */
export interface LogRange {
  readonly start: number | undefined
  readonly end: number | undefined
}

export interface OffsetRow extends TopicPartition {
  /** The committed offset; undefined where there is none. */
  readonly offset: number | undefined
  readonly leaderEpoch: number | undefined
  readonly logStart: number | undefined
  readonly logEnd: number | undefined
  /** The member that owns the partition; undefined for one that nobody owns. */
  readonly member: { readonly memberId: string; readonly host: string; readonly clientId: string } | undefined
}

export interface GroupOffsets {
  readonly group: ConsumerGroupDescription
  readonly rows: readonly OffsetRow[]
}

/** The partitions of a group: those that members own, and those of which it has offsets. */
export function partitionsOf(
  { members }: Pick<ConsumerGroupDescription, 'members'>,
  committed: readonly CommittedPartition[],
): TopicPartition[] {
  const partitions = [...members.flatMap(({ assignment }) => assignment), ...committed]
  return [
    ...new Map(partitions.map(({ topic, partition }) => [keyOf({ topic, partition }), { topic, partition }])).values(),
  ]
}

/** One text per partition, for look-ups: no topic has a colon in its name. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`
}

/**
 * In Kafka's order: the partitions of the member that owns most, then of the others, then those that nobody owns; by topic and partition
 * inside of each. A member without partitions has no row.
 */
export function offsetRows(
  { members }: Pick<ConsumerGroupDescription, 'members'>,
  committed: readonly CommittedPartition[],
  ranges: ReadonlyMap<string, LogRange>,
): OffsetRow[] {
  const offsets = new Map(
    committed.flatMap(({ outcome, ...at }) => (outcome.ok ? [[keyOf(at), outcome.value] as const] : [])),
  )
  const row = (at: TopicPartition, member: OffsetRow['member']): OffsetRow => {
    const found = offsets.get(keyOf(at))
    const { start, end } = ranges.get(keyOf(at)) ?? { start: undefined, end: undefined }
    const { topic, partition } = at
    return {
      topic,
      partition,
      offset: found?.offset,
      leaderEpoch: found?.leaderEpoch,
      logStart: start,
      logEnd: end,
      member,
    }
  }
  const owned = new Set(members.flatMap(({ assignment }) => assignment.map(keyOf)))
  const byCount = [...members].sort((a, b) => b.assignment.length - a.assignment.length)
  const free = committed.filter((at) => offsets.has(keyOf(at)) && !owned.has(keyOf(at)))
  return [
    ...byCount.flatMap((member) => sorted(member.assignment).map((at) => row(at, member))),
    ...sorted(free).map((at) => row(at, undefined)),
  ]
}

export function sorted<T extends TopicPartition>(partitions: readonly T[]): T[] {
  return [...partitions].sort((a, b) => byName(a.topic, b.topic) || a.partition - b.partition)
}

/** As Apache's tool counts: negative or too large where records have been deleted behind the group's back. */
export function apacheLag({ offset, logEnd }: OffsetRow): number | undefined {
  return offset === undefined || logEnd === undefined ? undefined : logEnd - offset
}

/** Records that are there and not yet read: never those that are deleted. undefined where there is no offset to count from. */
export function lagOf({ offset, logStart, logEnd }: OffsetRow): number | undefined {
  if (offset === undefined || logEnd === undefined) return undefined
  return Math.max(logEnd - Math.max(offset, logStart ?? 0), 0)
}

/** Over all partitions whose lag is known. */
export function totalLag(rows: readonly OffsetRow[]): number {
  return rows.reduce((total, row) => total + (lagOf(row) ?? 0), 0)
}
