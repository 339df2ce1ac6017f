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

/** Splits records that are each valid alone into batches of a bounded size; an empty list makes none. */
export function inBatches(records: readonly MetadataRecord[]): (readonly MetadataRecord[])[] {
  return inBatchesOfGroups(records.map((record) => [record]))
}

/** Half of what a batch may have: the sizes are estimates. */
const GROUPED_BYTES_MAX = 512 * 1024

/**
 * As few batches as may be, each of whole groups: every batch costs each broker a copy of its map of topics and a step on its
 * disk. A group that is large in itself gets a batch of its own.
 */
export function inBatchesOfGroups(groups: readonly (readonly MetadataRecord[])[]): (readonly MetadataRecord[])[] {
  const batches: MetadataRecord[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const group of groups) {
    const groupBytes = group.reduce((sum, record) => sum + estimatedBytes(record), 0)
    bytes += groupBytes
    if (bytes > GROUPED_BYTES_MAX) {
      batches.push([])
      bytes = groupBytes
    }
    const batch = batches.at(-1)!
    for (const record of group) batch.push(record)
  }
  return batches
}

/** Strings and lists of broker ids are all that can be long; UTF-8 takes up to three bytes for each unit of a string. */
function estimatedBytes(record: MetadataRecord): number {
  let bytes = 64
  // A loop over the object itself: a broker that goes makes one record for each of its partitions.
  for (const name in record) {
    const value: unknown = record[name as keyof MetadataRecord]
    if (typeof value === 'string') bytes += 3 * value.length
    else if (Array.isArray(value)) bytes += 8 * value.length
  }
  return bytes
}
