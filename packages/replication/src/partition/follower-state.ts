/**
 * What a follower knows about its partition, and the words in which it speaks with the broker around it. `stepFollower`
 * (follower.ts) is the only function that changes a `FollowerState`.
 */

/**
 * - `fetching`: the leader may be asked for what comes behind the log's end, and its answer is taken.
 * - `appending`, `truncating`: the log works; nothing is taken until it has finished.
 * - `asking`: the leader is asked where its log starts.
 * - `resting`: something failed; it is tried again after a while.
 */
export type FollowerPhase = 'fetching' | 'appending' | 'truncating' | 'asking' | 'resting'

export interface FollowerState {
  phase: FollowerPhase
  /** In a row; 0 once an answer was taken and what it brought is written. */
  failures: number
  /** The leader's, by its last answer in this role; -1 before the first one. */
  leaderHighWatermark: number
  leaderLogStartOffset: number
}

/** The follower's log as it is at the time of an input. */
export interface FollowedLog {
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number
  /** Where the epoch, or the nearest older one that is known, ends in this log; undefined when none is. */
  endOffsetForEpoch(leaderEpoch: number): { readonly leaderEpoch: number; readonly endOffset: number } | undefined
  /** The epoch that the record at this offset was written in, -1 when that is unknown. */
  leaderEpochAt(offset: number): number
}

/** What a follower asks its leader for (Fetch, KIP-595's fields). */
export interface FetchFrom {
  /** The log end offset: everything below is written here, which is what the leader counts. */
  readonly fetchOffset: number
  /** The epoch of the last record, by which the leader compares the histories; -1 from an empty log. */
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
}

export type FollowerInput =
  /** The leader's answer to the fetch from `fetchOffset`: its histories agree with this log up to there. */
  | {
      readonly kind: 'records'
      readonly fetchOffset: number
      readonly sizeBytes: number
      /** Base offset of the first batch; of no meaning without records. */
      readonly firstOffset: number
      readonly highWatermark: number
      readonly logStartOffset: number
    }
  /** The largest epoch of the leader's log that is not above the follower's last one ends here (KIP-101, KIP-279). */
  | {
      readonly kind: 'diverging'
      readonly fetchOffset: number
      readonly leaderEpoch: number
      readonly endOffset: number
    }
  | { readonly kind: 'out-of-range'; readonly fetchOffset: number }
  /** Any other error that the leader answered with. */
  | { readonly kind: 'refused'; readonly fetchOffset: number; readonly error: string }
  | { readonly kind: 'leader-start'; readonly logStartOffset: number }
  /** The work under way is done. */
  | { readonly kind: 'done' }
  /** The work under way failed; the log is as it was, or cannot be used. */
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'rested' }

/** What the broker does next; `done` or `failed` (`leader-start`, `rested`) is told when it has ended. */
export type FollowerWork =
  | { readonly kind: 'append' }
  /** The log begins again at the base offset of the first batch, then this answer's records are appended. */
  | { readonly kind: 'restart-and-append'; readonly offset: number }
  | { readonly kind: 'truncate'; readonly offset: number; readonly lostCommitted: number }
  /** Everything goes, and the log begins again, empty. */
  | { readonly kind: 'restart'; readonly offset: number; readonly lostCommitted: number }
  | { readonly kind: 'ask-leader-start' }
  | { readonly kind: 'rest'; readonly failures: number; readonly error: string }

export interface FollowerEffects {
  /** To be handed to the log first. */
  readonly highWatermark?: number
  /** What lies below goes, as it went at the leader; never above the high watermark. */
  readonly logStartOffset?: number
  readonly work?: FollowerWork
}

export const NOTHING_TO_DO: FollowerEffects = {}
