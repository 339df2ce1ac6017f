import { BATCH_HEADER_BYTES, DECOMPRESSED_BYTES_MAX, type RecordBatch } from '@ottla/protocol'
import { CodecError, type Offload } from '@ottla/runtime'
import type { Pace } from './pace.ts'
import { RecordCursor, RecordFault } from './record-cursor.ts'

/** The records of a batch, uncompressed, in the batch itself or elsewhere. */
export interface BatchContent {
  readonly bytes: Uint8Array
  readonly start: number
}

/** A batch whose records are not to be understood: it is kept as it is, and nothing goes because of what it might say. */
export type Unreadable = { readonly fault: string }

export async function contentOf(batch: RecordBatch, offload: Offload): Promise<BatchContent | Unreadable> {
  const { codec, bytes } = batch
  if (codec === 'none') return { bytes, start: BATCH_HEADER_BYTES }
  const body = bytes.subarray(BATCH_HEADER_BYTES)
  if (body.length === 0) return { bytes: body, start: 0 }
  try {
    return { bytes: await offload.decompress(codec, body, DECOMPRESSED_BYTES_MAX), start: 0 }
  } catch (error) {
    if (error instanceof CodecError) return { fault: error.message }
    throw error
  }
}

/** Passes each record to `visit`; ends early when that returns false. Returns what is wrong with the records, if anything. */
export async function walkRecords(
  batch: RecordBatch,
  { bytes, start }: BatchContent,
  on: { readonly pace: Pace; readonly visit: (record: RecordCursor) => boolean },
): Promise<string | undefined> {
  const cursor = new RecordCursor(bytes, start)
  const { lastOffsetDelta, recordCount } = batch
  try {
    for (let count = 0; count < recordCount; count++) {
      cursor.next()
      const { offsetDelta } = cursor
      if (offsetDelta < 0 || offsetDelta > lastOffsetDelta) return `an offset delta of ${offsetDelta} is outside`
      if (!on.visit(cursor)) return undefined
      if (on.pace.step()) await on.pace.rest()
    }
    return cursor.isAtEnd ? undefined : 'bytes remain behind the last record'
  } catch (error) {
    if (error instanceof RecordFault) return error.message
    throw error
  }
}
