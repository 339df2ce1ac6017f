import type { MetadataImage, MetadataRecord } from '@ottla/replication'

/**
 * What a handler makes of a request: records, and the reply that leaves once they are durable. Handlers are pure: the image that
 * they are given includes the records that are still on their way to the disk.
 */
export interface Outcome<Reply> {
  /** Each batch is applied whole; several are each valid alone, in this order. */
  readonly batches: readonly (readonly MetadataRecord[])[]
  readonly reply: Reply
}

export type Command<Reply> = (image: MetadataImage) => Outcome<Reply>

/** A refusal, or an answer that changes nothing. */
export function unchanged<Reply>(reply: Reply): Outcome<Reply> {
  return { batches: [], reply }
}

/** Keeps each batch far below 1 MiB: a partition change of a large replica set takes about 100 bytes. */
const RECORDS_PER_BATCH = 4000

/** Splits records that are each valid alone into batches of a bounded size; an empty list makes none. */
export function inBatches(records: readonly MetadataRecord[]): (readonly MetadataRecord[])[] {
  const batches: (readonly MetadataRecord[])[] = []
  for (let start = 0; start < records.length; start += RECORDS_PER_BATCH) {
    batches.push(records.slice(start, start + RECORDS_PER_BATCH))
  }
  return batches
}
