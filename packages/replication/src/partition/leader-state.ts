/**
 * What a leader knows about its partition, and the words in which it speaks with the broker around it. `step` (leader.ts)
 * is the only function that changes a `LeaderState`.
 */

/**
 * The in-sync replicas as the metadata has them (`isr`) and the change, if any, that has been proposed to the controller and
 * not been answered by the image yet. One change is in flight at a time.
 */
export type IsrState =
  | { readonly kind: 'committed'; readonly isr: readonly number[] }
  | { readonly kind: 'expanding'; readonly isr: readonly number[]; readonly adding: number }
  | { readonly kind: 'shrinking'; readonly isr: readonly number[]; readonly removing: readonly number[] }

/** What the fetches of one follower have shown in this leader epoch. Times are the monotonic clock's milliseconds. */
export interface ReplicaProgress {
  /** The offset that it asked for last: it has everything below. -1 before its first fetch in this leader epoch. */
  logEndOffset: number
  /** Its log start offset, -1 when it is not known: readers of older records cannot be sent to it (KIP-392). */
  logStartOffset: number
  /** Of its last fetch. */
  brokerEpoch: number
  lastFetchMs: number
  /** The leader's log end offset at its last fetch. */
  leaderEndAtLastFetch: number
  /** The last moment at which it is known to have had everything that the leader had. */
  lastCaughtUpMs: number
  /** No proposal adds it before this time: the controller refused it a short while ago. */
  proposeAfterMs: number
}

export interface LeaderState {
  readonly brokerId: number
  readonly leaderEpoch: number
  /** The log end offset at which this leader epoch began. */
  readonly epochStartOffset: number
  readonly lagTimeMaxMs: number
  partitionEpoch: number
  replicas: readonly number[]
  isr: IsrState
  /** min(min.insync.replicas, replicas), as the metadata image has it. */
  effectiveMinIsr: number
  /** Brokers that may be in an ISR (neither fenced nor shutting down), each with its broker epoch. */
  eligible: ReadonlyMap<number, number>
  logEndOffset: number
  highWatermark: number
  /** The latest time that an input carried. */
  nowMs: number
  /** Of the other replicas. */
  readonly progress: Map<number, ReplicaProgress>
}

/** What the metadata image says about the partition that concerns its leader. */
export interface LeaderView {
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly effectiveMinIsr: number
  readonly eligible: ReadonlyMap<number, number>
}

export type LeaderInput =
  /** The log has published everything below this offset. */
  | { readonly kind: 'appended'; readonly logEndOffset: number; readonly nowMs: number }
  /** A replica's Fetch, judged already: authorized, in this leader epoch, its offset within the log and on its history. */
  | {
      readonly kind: 'fetched'
      readonly replica: number
      readonly brokerEpoch: number
      readonly fetchOffset: number
      readonly logStartOffset: number
      readonly nowMs: number
    }
  /** The metadata moved on within this leader epoch. */
  | { readonly kind: 'image'; readonly view: LeaderView; readonly nowMs: number }
  /** The controller's word on the proposal that was made at this partition epoch, or that none came. */
  | {
      readonly kind: 'isr-answer'
      readonly answer: IsrAnswer
      readonly partitionEpoch: number
      readonly nowMs: number
    }
  | { readonly kind: 'tick'; readonly nowMs: number }

/**
 * - `applied`: it is in the metadata; the image will say so.
 * - `refused`: nothing was applied and the partition epoch is current (INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED).
 * - `stale`: the metadata is ahead of this leader (INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH).
 * - `unknown`: no answer; the change may or may not have happened.
 */
export type IsrAnswer = 'applied' | 'refused' | 'stale' | 'unknown'

export interface IsrProposal {
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly isr: readonly { readonly brokerId: number; readonly brokerEpoch: number }[]
}

/**
 * What the broker does after a step, in this order: hand the high watermark to the log, then wake who waits for it; send the
 * proposal at any time later (a proposal that gets lost is an `unknown` answer).
 */
export interface LeaderEffects {
  /** The new high watermark, when it advanced. */
  readonly highWatermark?: number
  readonly propose?: IsrProposal
}

export const NO_EFFECTS: LeaderEffects = {}
