import type { MetadataBatch, MetadataImage } from '@ottla/replication'

/**
 * Where the metadata is kept. Appends are conditional, so a controller that has lost its place can write nothing; an append
 * resolves only when it is durable.
 *
 * One implementation keeps a log and snapshots in a directory (local-store.ts); another one, on etcd, fits the same interface.
 */
export interface MetadataStore {
  /** Everything that is in the store, durable: it was synced before this was given out. */
  readonly recovered: MetadataImage
  /** Epoch of the controller that wrote the record at `offset`; undefined when the store has no such record. */
  epochAt(offset: number): number | undefined
  /**
   * Makes the batches durable, each of them whole. Rejects with a StaleControllerError when the condition does not hold, and with
   * the disk's error otherwise; after any rejection the store takes nothing more.
   */
  append(batches: readonly MetadataBatch[], condition: AppendCondition): Promise<void>
  /** Shortens the log when it has grown enough: `image` must be what the durable records say. */
  compact(image: MetadataImage): Promise<void>
  close(): Promise<void>
}

export interface AppendCondition {
  /** At least the epoch of everything that is in the store. */
  readonly controllerEpoch: number
  /** Offset of the last record in the store. */
  readonly expectedEndOffset: number
}

/** Largest batch, encoded: what any store takes as one value. */
export const BATCH_BYTES_MAX = 1024 * 1024

export class StaleControllerError extends Error {
  override readonly name = 'StaleControllerError'
}

/** The stored metadata is damaged where it had been made durable. Nothing is served from it. */
export class StoreCorruptError extends Error {
  override readonly name = 'StoreCorruptError'
}
