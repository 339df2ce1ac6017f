import type { TopicPartition } from '../admin/leaders.ts'
import { checkNames } from '../option-table.ts'

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

const CALLS = ['onAssigned', 'onRevoked', 'onLost']

/** A listener may have what else it likes, but nothing that looks as if it were to be called and is not. */
export function checkListener(listener: RebalanceListener): void {
  const calls = Object.entries(listener).filter(([name]) => /^on[A-Z]/.test(name))
  checkNames('subscribe', Object.fromEntries(calls), CALLS)
}
