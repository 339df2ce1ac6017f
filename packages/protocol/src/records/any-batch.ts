import { RecordBatch } from './batch.ts'
import { checkBatchHeader } from './check.ts'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { MAGIC_AT } from './layout.ts'
import { checkMessageHeader } from './legacy-check.ts'
import { LegacyMessage } from './legacy-message.ts'

/** A batch of any magic: both have `magic`, `codec`, `sizeBytes`, `lastOffset`, `isCrcValid()` and `records()`. */
export type AnyBatch = RecordBatch | LegacyMessage

/**
 * `batchesIn` for bytes from a log that may be older than record batches, as a broker hands them on in Fetch: the complete batches
 * and messages in order, one that is cut off at the end left out. Throws a `CorruptRecordError`.
 */
export function* anyBatchesIn(bytes: Uint8Array): Generator<AnyBatch, void, void> {
  for (let at = 0; at + MAGIC_AT < bytes.length; ) {
    const isLegacy = bytes[at + MAGIC_AT]! < 2
    const check = isLegacy ? checkMessageHeader(bytes, at) : checkBatchHeader(bytes, at)
    if (check.ok) {
      yield isLegacy ? new LegacyMessage(bytes, at) : new RecordBatch(bytes, at)
      at += check.sizeBytes
    } else if (check.kind === 'incomplete') {
      return
    } else {
      throw new CorruptRecordError(`no record batch at byte ${at} of ${bytes.length}: ${check.reason}`)
    }
  }
}
