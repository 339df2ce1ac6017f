import { BATCH_HEADER_BYTES, checkBatchHeader, RecordBatch } from '@ottla/protocol'
import { crc32c, type DiskFile } from '@ottla/runtime'
import { CorruptLogError } from '../corrupt-log-error.ts'
import { assertNoLegacyMessage } from '../legacy-message.ts'
import type { Pace } from './pace.ts'

const BUFFER_BYTES_MIN = 16 * 1024
const CRC_AT = 21
const CRC_STEP_BYTES = 1024 * 1024

export interface ReadBatchesOptions {
  /** Where a batch begins. */
  readonly from?: number
  readonly to: number
  readonly bufferBytes: number
  readonly pace: Pace
}

/** False ends the reading. */
export type VisitBatch = (batch: RecordBatch) => Promise<boolean | undefined> | boolean | undefined

/**
 * Reads the batches of part of a file in the thread pool, each checked whole. The batch that `visit` is given stays good until
 * that has ended. Throws a `CorruptLogError` for bytes that are not what was written.
 */
export async function readBatches(file: DiskFile, options: ReadBatchesOptions, visit: VisitBatch): Promise<void> {
  const { from = 0, to, bufferBytes, pace } = options
  let buffer = new Uint8Array(Math.max(BUFFER_BYTES_MIN, Math.min(bufferBytes, to - from)))
  for (let start = from; start < to; ) {
    const length = await file.read(buffer.subarray(0, Math.min(buffer.length, to - start)), start)
    await pace.spend(length)
    const window = buffer.subarray(0, length)
    let at = 0
    while (at < length) {
      const check = checkBatchHeader(window, at, to - start)
      const isHeaderCut = length - at < BATCH_HEADER_BYTES && start + length < to
      if (!check.ok && !(isHeaderCut && at > 0)) throwFault(file, start + at, check.reason)
      if (!check.ok || at + check.sizeBytes > length) {
        if (check.ok && check.sizeBytes > buffer.length) buffer = new Uint8Array(check.sizeBytes)
        else if (at === 0) throwFault(file, start, 'the file ends inside the batch')
        break
      }
      if (!(await visitChecked(new RecordBatch(window, at), { file, position: start + at, pace, visit }))) return
      at += check.sizeBytes
    }
    if (length === 0) throwFault(file, start, `the file ends before ${to} bytes`)
    start += at
  }
}

async function visitChecked(
  batch: RecordBatch,
  on: {
    readonly file: DiskFile
    readonly position: number
    readonly pace: Pace
    readonly visit: VisitBatch
  },
): Promise<boolean> {
  if (!(await isCrcValid(batch, on.pace))) {
    throwFault(on.file, on.position, `the checksum of the batch at offset ${batch.baseOffset} is wrong`)
  }
  const goesOn = await on.visit(batch)
  if (on.pace.step()) await on.pace.rest()
  return goesOn !== false
}

function throwFault(file: DiskFile, position: number, reason: string): never {
  assertNoLegacyMessage(file, position)
  throw new CorruptLogError(file.path, position, reason)
}

async function isCrcValid(batch: RecordBatch, pace: Pace): Promise<boolean> {
  const { bytes, crc } = batch
  if (bytes.length <= CRC_STEP_BYTES) return batch.isCrcValid()
  let sum = 0
  for (let at = CRC_AT; at < bytes.length; at += CRC_STEP_BYTES) {
    sum = crc32c(bytes.subarray(at, at + CRC_STEP_BYTES), sum)
    if (pace.isSliceOver()) await pace.rest()
  }
  return sum >>> 0 === crc
}
