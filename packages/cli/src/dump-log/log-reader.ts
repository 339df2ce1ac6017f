import { BATCH_HEADER_BYTES, checkMessageHeader, LegacyMessage, LOG_OVERHEAD_BYTES, RecordBatch } from '@ottla/protocol'
import type { DiskFile } from '@ottla/runtime'

/** One entry of a segment's log file: a record batch of magic 2, or a message of the formats before it. */
export type LogEntry =
  | { readonly kind: 'batch'; readonly batch: RecordBatch; readonly position: number; readonly sizeBytes: number }
  | { readonly kind: 'legacy'; readonly message: LegacyMessage; readonly position: number; readonly sizeBytes: number }

/** Bytes that no log could hold; the message says what and where. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError'
}

const WINDOW_BYTES = 1024 * 1024
/** The smallest message of magic 0, and so of all entries: offset, size, crc, magic, attributes, sizes of key and value. */
const ENTRY_BYTES_MIN = 26
const SIZE_AT = 8
const MAGIC_AT = 16

/**
 * Reads the entries of a log file through a window: however large the file, in memory are one window and the largest
 * batch. An entry is a view on that window, valid until the next one is read.
 */
export class LogReader {
  private readonly file: DiskFile
  /** Nothing at or behind this position is looked at. */
  readonly end: number
  private buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  private windowStart = 0
  private windowLength = 0

  constructor(file: DiskFile, end = file.size()) {
    this.file = file
    this.end = Math.min(end, file.size())
  }

  /** All complete entries from `position` on; ends at the first that is cut off. Throws a `LogFileError`. */
  *entries(position = 0): Generator<LogEntry, void, void> {
    for (let entry = this.entryAt(position); entry !== undefined; entry = this.entryAt(position)) {
      yield entry
      position += entry.sizeBytes
    }
  }

  /** The complete entry that begins at `position`; undefined when the file ends before it does. */
  entryAt(position: number): LogEntry | undefined {
    const sizeBytes = this.entrySizeAt(position)
    if (sizeBytes === undefined) return undefined
    const bytes = this.window(position, sizeBytes)
    const magic = bytes[MAGIC_AT]!
    if (magic > 2) throw this.notAnEntry(position, `magic ${magic}`)
    if (magic === 2 && sizeBytes < BATCH_HEADER_BYTES) throw this.notAnEntry(position, `a batch of ${sizeBytes} bytes`)
    const entry: LogEntry =
      magic === 2
        ? { kind: 'batch', batch: new RecordBatch(bytes), position, sizeBytes }
        : { kind: 'legacy', message: this.message(bytes, position), position, sizeBytes }
    // Numbers beyond would be printed rounded, and compared so.
    if (Number.isSafeInteger(lastOffsetOf(entry))) return entry
    throw this.notAnEntry(position, `about offset ${lastOffsetOf(entry)}, and offsets end at 2^53 - 1`)
  }

  close(): void {
    this.file.close()
  }

  private message(bytes: Uint8Array, position: number): LegacyMessage {
    const check = checkMessageHeader(bytes)
    if (!check.ok) throw this.notAnEntry(position, check.reason)
    return new LegacyMessage(bytes)
  }

  private entrySizeAt(position: number): number | undefined {
    if (position + LOG_OVERHEAD_BYTES > this.end) return undefined
    const bytes = this.window(position, LOG_OVERHEAD_BYTES)
    const sizeBytes = new DataView(bytes.buffer, bytes.byteOffset).getInt32(SIZE_AT) + LOG_OVERHEAD_BYTES
    if (sizeBytes < ENTRY_BYTES_MIN) throw this.notAnEntry(position, `an entry of ${sizeBytes} bytes`)
    return position + sizeBytes > this.end ? undefined : sizeBytes
  }

  /** The bytes from `position` on; the caller has checked that the file has so many. */
  private window(position: number, length: number): Uint8Array {
    if (position < this.windowStart || position + length > this.windowStart + this.windowLength)
      this.load(position, length)
    return this.buffer.subarray(position - this.windowStart, position - this.windowStart + length)
  }

  private load(position: number, length: number): void {
    const wanted = Math.max(length, Math.min(WINDOW_BYTES, this.end - position))
    if (this.buffer.length < wanted) this.buffer = new Uint8Array(wanted)
    this.windowStart = position
    this.windowLength = this.file.readSync(this.buffer.subarray(0, wanted), position)
    if (this.windowLength < length) throw this.notAnEntry(position, 'the file became shorter while it was read')
  }

  private notAnEntry(position: number, what: string): LogFileError {
    return new LogFileError(`${this.file.path}: no record batch at position ${position}: ${what}`)
  }
}

/** Offset of the entry's last record: what an offset index stores for it. */
export function lastOffsetOf(entry: LogEntry): number {
  return entry.kind === 'batch' ? entry.batch.lastOffset : entry.message.lastOffset
}

/** The largest timestamp among the records of an entry, -1 without records. */
export function maxTimestampOf(entry: LogEntry): number {
  let max = -1
  const records = entry.kind === 'batch' ? entry.batch.records() : entry.message.records()
  for (const record of records) max = Math.max(max, record.timestamp)
  return max
}
