/**
 * Work on offsets that takes more than one outcome, so that no outcome holds the loop or outgrows a batch. It is known by the key of the timer that
 * takes its next step; lost with the shard, it is begun again (an expiry by its timer, a deletion by the client's next attempt).
 */
export type OffsetSoft =
  | { readonly kind: 'offset-work'; readonly timerKey: string; readonly work: OffsetWork }
  | { readonly kind: 'offset-work-done'; readonly timerKey: string }

export type OffsetWork = GroupDeletion | OffsetSweep

/** A DeleteGroups request. */
export interface GroupDeletion {
  readonly kind: 'deletion'
  readonly ticket: number
  readonly groupIds: readonly string[]
  /** Of the groups before these: what the reply will say. */
  readonly errorCodes: readonly number[]
}

/** A walk over all offsets. */
export interface OffsetSweep {
  readonly kind: 'sweep'
  readonly looksFor: SweptOffsets
  /** Not looked at yet; the first one perhaps in part. */
  readonly groupIds: readonly string[]
  readonly nextGroup: number
  /** Of the first group, if it has been begun: its topics, not looked at from `nextTopic` on. */
  readonly topics: readonly string[]
  readonly nextTopic: number
}

export type SweptOffsets =
  | { readonly kind: 'expired' }
  /** Ids by topic name: two of them when a topic was deleted, made again and deleted again meanwhile. */
  | { readonly kind: 'topics-deleted'; readonly ids: ReadonlyMap<string, ReadonlySet<string>> }
