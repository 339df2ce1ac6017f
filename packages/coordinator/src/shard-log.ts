/**
 * The partition under a shard, as the broker that leads it offers it. One object per leader epoch: when that is over, appends fail and waits end with
 * `lost`.
 */
export interface ShardLog {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
  /** max.message.bytes of the topic. */
  readonly batchBytesMax: number
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number
  /** Why nothing can be appended now, if so: asked before a request is handled. */
  refusal(): ShardRefusal | undefined
  /** One batch, which must stay untouched until `done`. `done` comes once, in the order of the appends, perhaps before this returns. */
  append(batch: Uint8Array, done: (result: ShardAppendResult) => void): void
  /** Calls back once: when everything below `endOffset` is committed (perhaps before this returns), or when the leadership is over. */
  whenCommitted(endOffset: number, waiter: { committed(): void; lost(): void }): void
  /** Whole batches from the one that holds `offset` on, about `bytesMax` of them, at least one; none at the log's end. */
  read(offset: number, bytesMax: number): Promise<Uint8Array>
}

/** Names of protocol's error table. */
export type ShardRefusal = 'NOT_LEADER_OR_FOLLOWER' | 'NOT_ENOUGH_REPLICAS' | 'KAFKA_STORAGE_ERROR'

export type ShardAppendResult =
  | { readonly ok: true; readonly firstOffset: number; readonly lastOffset: number }
  | { readonly ok: false; readonly error: string; readonly message: string }
