import { type CodecError, type CompressionCodec, codecs } from '@ottla/runtime'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { RecordReader } from './record-reader.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

/** One record of a batch. Keys and values are views: of the batch, or of its decompressed records. */
export interface BatchRecord {
  readonly offset: number
  /** Milliseconds since the epoch; the batch's append time with LogAppendTime. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
  /** Size in the (decompressed) batch, with the length that precedes it. */
  readonly sizeBytes: number
}

const NO_HEADERS: readonly RecordHeader[] = Object.freeze([])

/** What records take from the header of their batch. */
export interface RecordFrame {
  readonly codec: 'none' | CompressionCodec
  readonly recordCount: number
  readonly baseOffset: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  /** The time of the append, for all records alike, or undefined with CreateTime. */
  readonly appendTime: number | undefined
}

/** The records in the `body` of a batch; see `RecordBatch.records`. */
export function* iterateRecords(
  frame: RecordFrame,
  body: Uint8Array,
  decompressedBytesMax: number,
): Generator<BatchRecord, void, void> {
  const reader = new RecordReader(decompressed(frame, body, decompressedBytesMax), frame.baseOffset)
  for (let index = 0; index < frame.recordCount; index++) yield readRecord(reader, frame)
  if (reader.at < reader.bytes.length) {
    throw reader.corrupt(`bytes remain behind the last of ${frame.recordCount} records`)
  }
}

function decompressed({ codec, baseOffset }: RecordFrame, body: Uint8Array, bytesMax: number): Uint8Array {
  if (codec === 'none' || body.length === 0) return body
  try {
    return codecs.decompress(codec, body, bytesMax)
  } catch (cause) {
    // Codecs throw nothing but a CodecError, whose message begins with the codec.
    const { message } = cause as CodecError
    throw new CorruptRecordError(`cannot decompress ${body.length} bytes of records: ${message}`, { baseOffset, cause })
  }
}

function readRecord(reader: RecordReader, frame: RecordFrame): BatchRecord {
  const start = reader.at
  enterRecord(reader)
  reader.byte('record attributes')
  const timestamp = frame.baseTimestamp + reader.varlong('timestamp delta')
  const offsetDelta = reader.varint('offset delta')
  if (offsetDelta < 0 || offsetDelta > frame.lastOffsetDelta) {
    throw reader.corrupt(`offset delta ${offsetDelta} is outside of 0 to ${frame.lastOffsetDelta}`)
  }
  const record: BatchRecord = {
    offset: frame.baseOffset + offsetDelta,
    timestamp: frame.appendTime ?? timestamp,
    key: reader.nullableBytes('key'),
    value: reader.nullableBytes('value'),
    headers: readHeaders(reader),
    sizeBytes: reader.end - start,
  }
  leaveRecord(reader)
  return record
}

/** Reads the record's length and narrows the reader to it. */
function enterRecord(reader: RecordReader): void {
  const length = reader.varint('record length')
  const remaining = reader.end - reader.at
  if (length < 0 || length > remaining) {
    throw reader.corrupt(`a record announces ${length} bytes where ${remaining} remain`)
  }
  reader.end = reader.at + length
}

function leaveRecord(reader: RecordReader): void {
  if (reader.at !== reader.end)
    throw reader.corrupt(`a record is ${reader.end - reader.at} bytes longer than its content`)
  reader.end = reader.bytes.length
}

function readHeaders(reader: RecordReader): readonly RecordHeader[] {
  const count = reader.varint('header count')
  if (count === 0) return NO_HEADERS
  // A header takes two bytes at least, so the list can be no longer than what is there.
  if (count < 0 || count > (reader.end - reader.at) / 2) throw reader.corrupt(`header count ${count} is impossible`)
  const headers: RecordHeader[] = []
  for (let index = 0; index < count; index++) {
    headers.push({ key: reader.string('header key'), value: reader.nullableBytes('header value') })
  }
  return headers
}
