import { type BatchInput, batchesIn, encodeBatch } from '@ottla/protocol'
import { inlineOffload, seededRandom } from '@ottla/runtime/testing'
import type { CompactionOutcome, CompactionTools } from '../compaction/log-compaction.ts'
import type { PartitionLog } from '../partition-log.ts'
import { readBytes, T0 } from './fixtures.ts'

const utf8 = new TextEncoder()
const text = new TextDecoder()

/** A key with a value; null: a tombstone. */
export type Pair = readonly [key: string | null, value: string | null]

export interface FoundRecord {
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly timestampMs: number
}

/** A batch of records with these keys and values. */
export function keyed(
  pairs: readonly Pair[],
  input: Partial<BatchInput> & { readonly timestamp?: number } = {},
): Uint8Array {
  const { timestamp = T0, ...rest } = input
  const records = pairs.map(([key, value], index) => ({
    key: key === null ? null : utf8.encode(key),
    value: value === null ? null : utf8.encode(value),
    timestamp: timestamp + index,
  }))
  return encodeBatch({ records, ...rest })
}

export const COMPACTION_TOOLS: CompactionTools = {
  offload: inlineOffload,
  random: seededRandom(7),
  mapBytesMax: 1024 * 1024,
  mapLoadFactor: 0.9,
  bufferBytes: 4096,
  bytesPerSecondMax: () => Number.POSITIVE_INFINITY,
}

/** All that is there is committed and synced, then compacted. */
export async function compactAll(log: PartitionLog, tools: Partial<CompactionTools> = {}): Promise<CompactionOutcome> {
  log.updateHighWatermark(log.logEndOffset)
  await log.flush()
  return log.compact({ ...COMPACTION_TOOLS, ...tools })
}

/** The batches of a log as they can be read, control batches and empty ones included. */
export function readBatchesOf(log: PartitionLog) {
  const batches = []
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const bytes = readBytes(log, { offset })
    if (bytes === undefined) break
    const found = [...batchesIn(bytes)]
    batches.push(...found)
    offset = found.at(-1)!.lastOffset + 1
  }
  return batches
}

/** The records of a log, without those of control batches. */
export function readRecords(log: PartitionLog): FoundRecord[] {
  const found: FoundRecord[] = []
  for (const batch of readBatchesOf(log)) {
    if (batch.isControl) continue
    for (const { offset, key, value, timestamp } of batch.records()) {
      if (offset < log.logStartOffset) continue
      const [keyText, valueText] = [key, value].map((bytes) => (bytes === null ? null : text.decode(bytes)))
      found.push({ offset, key: keyText!, value: valueText!, timestampMs: timestamp })
    }
  }
  return found
}

/** `offset key=value`, for comparisons. */
export function linesOf(log: PartitionLog): string[] {
  return readRecords(log).map(({ offset, key, value }) => `${offset} ${key}=${value}`)
}
