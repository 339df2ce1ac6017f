import type { TopicPartition } from '../admin/leaders.ts'
import type { SessionPartition } from './fetch-session.ts'
import type { OffsetReset } from './offset-reset.ts'

/**
 * What stands between a partition and being fetched:
 * - `uncommitted`: it is to begin where its group has committed, which is looked up first
 * - `unplaced`: an offset has to be looked up first, as `reset` says
 * - `validating`: its leader changed, and may have a log that parts from what was read (KIP-320)
 * - `placed`: nothing
 */
export type Phase =
  | { readonly kind: 'uncommitted' }
  | { readonly kind: 'unplaced'; readonly reset: OffsetReset }
  | { readonly kind: 'validating' }
  | { readonly kind: 'placed' }

/** Of what is known of a partition, only which one it is. */
export function topicPartitionOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

const PLACED: Phase = { kind: 'placed' }

/**
 * A partition of the assignment. `offset` is what poll hands out next, `fetchOffset` what the broker is asked for next:
 * what lies between them has been fetched and waits. 0 <= offset <= fetchOffset when placed.
 *
 * Whatever moves the position to another place begins a new `generation`: answers and fetched records of an older one are dropped.
 */
export class AssignedPartition implements TopicPartition {
  readonly topic: string
  readonly partition: number
  phase: Phase
  offset = 0
  /** Leader epoch of the record in front of `offset`; -1: not known. */
  offsetEpoch = -1
  fetchOffset = 0
  generation = 0
  paused = false
  /** Not read for now: its listener has not heard of it yet, or it is being given up. */
  held = false
  /** A handler works on records of it: the next ones wait, so that they stay in order. */
  reserved = false
  /** Answers of this generation with records that were not taken yet. */
  waiting = 0
  /** What has been fetched cannot be read on: nothing more is fetched until the position moves. */
  stuck = false
  /** The fetch offset is outside of the log: asked for again, and then believed, once everything in front of it was taken. */
  outOfRange = false
  /** Being looked up or validated. */
  busy = false
  retryAtMs = 0
  failures = 0
  /** The leader epoch that fetches go by; a newer one is a reason to validate. */
  leaderEpoch = -1
  /** A replica that the leader said is nearer (KIP-392), for a time. */
  preferredReplica: { readonly brokerId: number; readonly untilMs: number } | undefined
  /** From the last answer; -1: none yet. */
  highWatermark = -1
  lastStableOffset = -1
  private inSession: SessionPartition | undefined

  constructor({ topic, partition }: TopicPartition, begin: OffsetReset | 'committed') {
    this.topic = topic
    this.partition = partition
    this.phase = begin === 'committed' ? { kind: 'uncommitted' } : { kind: 'unplaced', reset: begin }
  }

  /** Whether its records may be taken now. */
  get isOpen(): boolean {
    return !(this.paused || this.held || this.reserved)
  }

  get isPlaced(): boolean {
    return this.phase.kind === 'placed'
  }

  /** Goes on at this offset. An epoch of -1 is not known, and then a new leader's log is taken as it is. */
  moveTo(offset: number, epoch: number): void {
    this.begin(PLACED)
    this.offset = offset
    this.offsetEpoch = epoch
    this.fetchOffset = offset
  }

  /** The position is lost, or unwanted: a new one is looked up. */
  reset(reset: OffsetReset): void {
    this.begin({ kind: 'unplaced', reset })
  }

  /** What was fetched and not yet taken comes from an older leader; it is fetched again once the position is known to be good. */
  validate(): void {
    this.begin({ kind: 'validating' })
    this.fetchOffset = this.offset
  }

  /** The position has been found to be good. */
  validated(): void {
    this.phase = PLACED
  }

  /** As the next Fetch names it; the same object as long as nothing has changed. */
  sessionPartition(topicId: string, partitionMaxBytes: number): SessionPartition {
    const { topic, partition, fetchOffset, leaderEpoch: currentLeaderEpoch, inSession } = this
    if (
      inSession === undefined ||
      inSession.fetchOffset !== fetchOffset ||
      inSession.currentLeaderEpoch !== currentLeaderEpoch ||
      inSession.topicId !== topicId
    ) {
      this.inSession = { topic, topicId, partition, fetchOffset, currentLeaderEpoch, partitionMaxBytes }
    }
    return this.inSession!
  }

  private begin(phase: Phase): void {
    this.phase = phase
    this.generation += 1
    this.waiting = 0
    this.stuck = false
    this.outOfRange = false
    this.retryAtMs = 0
    this.failures = 0
  }
}
