/**
 * What a coordinator's shard is: the state that one partition of an internal topic holds, as a state machine without clock, network or disk.
 *
 * A request is handled against the state as it is and answered with an `Outcome`: the records to write, and what else follows.
 * The runtime (runtime/) replays the records at once, applies the soft changes, appends the records to the partition in batches,
 * and lets replies go when the high watermark has passed what they could have seen. After a change of leader the records are
 * replayed from the log: whatever is not in them is lost then, and must not be needed.
 *
 * Invariants: `handle`, `expired`, `finished`, `imageChanged` and `loaded` change nothing, they return what is to change; what
 * records carry is changed by `replay` alone; what they do not carry by `apply` alone. A request that is refused after `handle`
 * (its records are too large) has changed nothing.
 */

import type { RecordPair } from '@ottla/protocol/coordinator-records'
import type { MetadataDelta, MetadataImage } from '@ottla/replication'

/** A record of the shard's topic, decoded. Without a value it is a tombstone. */
export interface ShardRecord<Key = unknown, Value = unknown> {
  readonly pair: RecordPair
  readonly key: Key
  readonly value: Value | null
  /** Version in which the value is written. */
  readonly valueVersion: number
}

/** Who asks. */
export interface Caller {
  /** Names the request until it has its reply; unique for one life of a shard. */
  readonly ticket: number
  readonly clientId: string
  /** As Kafka shows it: a slash and the address. */
  readonly clientHost: string
  readonly apiVersion: number
}

/** What a shard may know of the world. */
export interface ShardView {
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  readonly image: MetadataImage
  /** A random uuid, another one for each call. */
  newId(): string
}

export interface TicketReply<Reply> {
  readonly ticket: number
  readonly reply: Reply
  /** False: it shows nothing that is not committed (a classic heartbeat) and leaves at once. */
  readonly waits?: boolean
}

export interface TimerSetting {
  readonly key: string
  /** From now on; replaces an earlier setting of the same key. Undefined: the timer ends. */
  readonly afterMs: number | undefined
  /** True: it starts when the records of its outcome are committed, in the same leader epoch; else at once. */
  readonly onceCommitted?: boolean
}

/** What follows from an input. Everything may be left out. A request without a reply stays open until a later outcome has one for its ticket. */
export interface Outcome<Reply, Soft, Effect> {
  readonly records?: readonly ShardRecord[]
  /** True: the records may go in several batches, of which a crash may leave the first ones alone. Else all of them fit one batch, or it is refused. */
  readonly divisible?: boolean
  readonly soft?: readonly Soft[]
  readonly replies?: readonly TicketReply<Reply>[]
  readonly timers?: readonly TimerSetting[]
  /** Work that is done elsewhere, over several turns, once the records are committed; its result comes back through `finished`. */
  readonly effects?: readonly Effect[]
}

export interface Shard<Request, Reply, Soft, Effect, Result> {
  handle(request: Request, caller: Caller, view: ShardView): Outcome<Reply, Soft, Effect>
  /** `offset` is where the record stands in the log, or will. Records of types that are not known have been left out. */
  replay(offset: number, record: ShardRecord): void
  apply(soft: Soft): void
  /** The log has been replayed to its end: what must happen from now on (a whole session timeout for each member …). */
  loaded(view: ShardView): Outcome<Reply, Soft, Effect>
  expired(timerKey: string, view: ShardView): Outcome<Reply, Soft, Effect>
  finished(result: Result, view: ShardView): Outcome<Reply, Soft, Effect>
  imageChanged(delta: MetadataDelta, view: ShardView): Outcome<Reply, Soft, Effect>
}
