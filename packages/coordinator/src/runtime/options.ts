import type { RecordTypes } from '@ottla/protocol/coordinator-records'
import type { MetadataImage } from '@ottla/replication'
import type { Clock, CompressionCodec, Logger, Offload, Random, Timers } from '@ottla/runtime'
import type { Shard } from '../shard.ts'

/** What coordinators need of the world. */
export interface CoordinatorWorld {
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  readonly random: Random
  readonly offload: Offload
}

export interface CoordinatorRuntimeOptions<Request, Reply, Soft, Effect, Result> {
  readonly world: CoordinatorWorld
  /** What the topic holds. */
  readonly recordTypes: RecordTypes
  newShard(partition: number): Shard<Request, Reply, Soft, Effect, Result>
  /** Does an effect; `breathe` gives the event loop a turn, for whatever takes longer than a few milliseconds. */
  runEffect(effect: Effect, breathe: () => Promise<void>): Promise<Result>
  image(): MetadataImage
  /** How long a reply waits for its records to be committed: offsets.commit.timeout.ms. */
  readonly replyTimeoutMs: () => number
  /** A partition is loaded in pieces of about so many bytes: offsets.load.buffer.size. */
  readonly loadBytes: number
  /** How batches are compressed: offsets.topic.compression.codec. Not at all when it is left out. */
  readonly codec?: 'none' | CompressionCodec
}
