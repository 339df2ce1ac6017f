import type { TopicPartition } from '../admin/leaders.ts'

/**
 * Hears which partitions this consumer gets and gives up. What a method returns is awaited, up to max.poll.interval.ms; partitions
 * are read after `onAssigned`, and given to others after `onRevoked`. An error is thrown by the next poll, and changes nothing else.
 */
export interface RebalanceListener {
  /** Only what is new. The place for `seek`; without it they begin where the group has committed. */
  onAssigned?(partitions: readonly TopicPartition[]): void | Promise<void>
  /** Before these partitions are given up: nothing of them is in hand any more, and commits are still accepted. */
  onRevoked?(partitions: readonly TopicPartition[]): void | Promise<void>
  /** These belong to others already: commits would be refused. Without this method `onRevoked` is told. */
  onLost?(partitions: readonly TopicPartition[]): void | Promise<void>
}
