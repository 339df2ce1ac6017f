/**
 * Membership of a group as a state machine without clock and without I/O, in two dialects: `ClassicMember` (JoinGroup, SyncGroup,
 * Heartbeat) and `ConsumerMember` (ConsumerGroupHeartbeat, KIP-848). A shell gives it inputs and does what the effects say, in
 * their order.
 *
 * What holds in both:
 * - Inputs that answer an effect carry its `round`; those of an older round are of no interest any more, and dropped. What is handed over
 *   (`revoke`, `assign`) counts by itself: of those only the last one is open. Nothing is assigned before what was revoked is given up.
 * - `fail` is followed by nothing until the application polls again (`wanted`), and after a final one by nothing at all.
 */
import type { InferInput } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import type { API } from '../api.ts'
import type { ClientError } from '../errors.ts'

/** What the application wants to read, patterns of this side already matched. */
export interface Interest {
  readonly topics: readonly string[]
  /** A pattern for the group's coordinator to match (RE2); only of the consumer protocol. */
  readonly regex?: string
}

/** How many partitions each topic has, and in which racks the replicas of each are. */
export type TopicShapes = ReadonlyMap<string, TopicShape>

export interface TopicShape {
  readonly partitions: number
  /** By partition; an empty list where no rack is known. */
  readonly racks: readonly (readonly string[])[]
}

export interface IdPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

type BodyOf<K extends keyof typeof API> = InferInput<(typeof API)[K]['request']>

/** What is asked of the coordinator. `timeoutMs` in place of request.timeout.ms where the answer may take longer. */
export type MemberRequest =
  | { readonly api: 'joinGroup'; readonly body: (version: number) => BodyOf<'joinGroup'>; readonly timeoutMs: number }
  | { readonly api: 'syncGroup'; readonly body: BodyOf<'syncGroup'>; readonly timeoutMs: number }
  | { readonly api: 'heartbeat'; readonly body: BodyOf<'heartbeat'> }
  | { readonly api: 'leaveGroup'; readonly body: (version: number) => BodyOf<'leaveGroup'> }
  | {
      readonly api: 'consumerGroupHeartbeat'
      readonly body: BodyOf<'consumerGroupHeartbeat'>
      readonly minVersion: number
    }

export type MemberApi = MemberRequest['api']

/** As errors name them. */
export const MEMBER_API_NAMES: Readonly<Record<MemberApi, string>> = {
  joinGroup: 'JoinGroup',
  syncGroup: 'SyncGroup',
  heartbeat: 'Heartbeat',
  leaveGroup: 'LeaveGroup',
  consumerGroupHeartbeat: 'ConsumerGroupHeartbeat',
}

export type MemberTimer = 'heartbeat' | 'session' | 'retry'

export type MemberInput =
  /** The application polls and wants these topics; also after it has left or failed. */
  | { readonly kind: 'wanted'; readonly interest: Interest }
  /** `answer` is the response's body. */
  | { readonly kind: 'answered'; readonly round: number; readonly api: MemberApi; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly round: number; readonly api: MemberApi; readonly error: ClientError }
  | { readonly kind: 'due'; readonly timer: MemberTimer }
  | { readonly kind: 'revoked'; readonly round: number }
  | { readonly kind: 'assigned'; readonly round: number }
  /** Of the topics that a leader asked for; those that are not there are missing. */
  | { readonly kind: 'described'; readonly round: number; readonly shapes: TopicShapes }
  | { readonly kind: 'resolved'; readonly round: number; readonly names: ReadonlyMap<string, string> }
  /** Topics as they are now, from time to time. */
  | { readonly kind: 'topics'; readonly shapes: TopicShapes }
  /** The application asks for a rebalance. */
  | { readonly kind: 'rejoin'; readonly reason: string }
  /** The application has not polled for max.poll.interval.ms. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'leave'; readonly reason: string }

/** What a member does with each kind of input; the others are of no interest to it. */
export type MemberSteps = {
  readonly [K in MemberInput['kind']]?: (input: Extract<MemberInput, { readonly kind: K }>) => void
}

export function take(steps: MemberSteps, input: MemberInput): void {
  const step = steps[input.kind] as ((input: MemberInput) => void) | undefined
  step?.(input)
}

export type MemberEffect =
  | { readonly kind: 'send'; readonly round: number; readonly request: MemberRequest }
  /** Sets the timer, in place of the one of this name before. */
  | { readonly kind: 'timer'; readonly timer: MemberTimer; readonly afterMs: number }
  /** After the pause before attempt number `attempt` (from 0), which grows: `due` of the timer `retry`. */
  | { readonly kind: 'back-off'; readonly attempt: number }
  | { readonly kind: 'stop-timers' }
  /**
   * These partitions are given up: drained, committed, told to the listener; `revoked` when done. Lost ones belong to another member
   * already, and are neither drained nor committed.
   */
  | {
      readonly kind: 'revoke'
      readonly round: number
      readonly partitions: readonly TopicPartition[]
      readonly lost: boolean
    }
  /** All that is to be read from now on, and what of it is new; `assigned` when the listener knows. */
  | {
      readonly kind: 'assign'
      readonly round: number
      readonly partitions: readonly TopicPartition[]
      readonly added: readonly TopicPartition[]
    }
  /** This member leads the group and needs to know these topics; from now on it is told of changes to them. */
  | { readonly kind: 'describe'; readonly round: number; readonly topics: readonly string[] }
  | { readonly kind: 'resolve'; readonly round: number; readonly topicIds: readonly string[] }
  /** The coordinator is to be looked up again. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'fail'; readonly error: ClientError; readonly final: boolean }
  | { readonly kind: 'left' }
  | { readonly kind: 'log'; readonly message: string; readonly error?: string }

/** Who a member is, for commits: they are refused when the group has gone on without it. */
export interface MemberIdentity {
  readonly memberId: string
  /** Generation or member epoch; -1: no member. */
  readonly epoch: number
}

export interface Member {
  readonly identity: MemberIdentity
  step(input: MemberInput): readonly MemberEffect[]
}

export function sameTopics(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true
  const topics = new Set(a)
  return topics.size === new Set(b).size && b.every((topic) => topics.has(topic))
}

export function sameInterest(a: Interest, b: Interest): boolean {
  return a === b || (a.regex === b.regex && sameTopics(a.topics, b.topics))
}

export function partitionKey({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** Those of `from` that are not in `without`. */
export function difference<P extends TopicPartition>(from: readonly P[], without: readonly TopicPartition[]): P[] {
  const keys = new Set(without.map(partitionKey))
  return from.filter((partition) => !keys.has(partitionKey(partition)))
}
