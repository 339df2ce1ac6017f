import { BATCH_HEADER_BYTES, checkBatchHeader, RecordBatch } from '@ottla/protocol'
import { crc32c, type DiskFile } from '@ottla/runtime'

const WINDOW_BYTES = 256 * 1024
const CRC_AT = 21
/** Control batches are read whole when they are this small, which all that Kafka writes are. */
const CONTROL_BYTES_MAX = 4096

/** Part of a file in memory, moved along a scan. */
class Window {
  readonly bytes = new Uint8Array(WINDOW_BYTES)
  start = 0
  #length = 0
  readonly #file: DiskFile

  constructor(file: DiskFile) {
    this.#file = file
  }

  holds(position: number, length: number): boolean {
    return position >= this.start && position + length <= this.start + this.#length
  }

  async moveTo(position: number, end: number): Promise<void> {
    this.start = position
    this.#length = await this.#file.read(this.bytes.subarray(0, Math.min(WINDOW_BYTES, end - position)), position)
  }

  /** What is there of a stretch that begins inside the window. */
  view(position: number, end: number): Uint8Array {
    return this.bytes.subarray(position - this.start, Math.min(this.#length, end - this.start))
  }
}

export interface ScanOptions {
  readonly from: number
  /** Where the file's bytes end. */
  readonly to: number
  /** Compute the checksum of batches for which this holds. */
  readonly checksCrc: (header: RecordBatch) => boolean
}

export interface ScanResult {
  /** Behind the last sound batch. */
  readonly end: number
  /** Why the scan stopped before `to`. */
  readonly fault: string | undefined
}

/**
 * Reads a log file batch by batch, whatever its size, through a small window. `visit` gets each sound batch, valid during the
 * call: its header, and its records too if it is a small control batch; it may return a fault, which ends the scan
 * before that batch.
 */
export async function scanBatches(
  file: DiskFile,
  options: ScanOptions,
  visit: (batch: RecordBatch, position: number) => string | undefined,
): Promise<ScanResult> {
  const window = new Window(file)
  let position = options.from
  while (position < options.to) {
    if (!window.holds(position, BATCH_HEADER_BYTES)) await window.moveTo(position, options.to)
    const at = position - window.start
    const check = checkBatchHeader(window.view(window.start, options.to), at, options.to - window.start)
    if (!check.ok) return { end: position, fault: check.reason }
    let batch = new RecordBatch(window.bytes, at)
    if (batch.isControl && check.sizeBytes <= CONTROL_BYTES_MAX && !window.holds(position, check.sizeBytes)) {
      await window.moveTo(position, options.to)
      batch = new RecordBatch(window.bytes, 0)
    }
    if (options.checksCrc(batch)) {
      const header = window.bytes.slice(position - window.start, position - window.start + BATCH_HEADER_BYTES)
      const isValid = await isCrcValid(window, {
        position,
        end: position + check.sizeBytes,
        crc: batch.crc,
        to: options.to,
      })
      if (!isValid) return { end: position, fault: `the checksum of the batch at offset ${batch.baseOffset} is wrong` }
      // The window has moved along a batch that is larger than itself.
      if (!window.holds(position, Math.min(check.sizeBytes, CONTROL_BYTES_MAX))) batch = new RecordBatch(header)
    }
    const fault = visit(batch, position)
    if (fault !== undefined) return { end: position, fault }
    position += check.sizeBytes
  }
  return { end: position, fault: undefined }
}

async function isCrcValid(
  window: Window,
  batch: { position: number; end: number; crc: number; to: number },
): Promise<boolean> {
  let crc = 0
  let position = batch.position + CRC_AT
  while (position < batch.end) {
    if (!window.holds(position, 1)) await window.moveTo(position, batch.to)
    const part = window.view(position, batch.end)
    if (part.length === 0) return false
    crc = crc32c(part, crc)
    position += part.length
  }
  return crc >>> 0 === batch.crc
}

/**
 * Looks behind a bad batch for a sound one with a right checksum: where there is one, the bad one was not the torn end of a write.
 * Returns its position. Only a batch that could follow counts: its offset is not below `nextOffset`.
 */
export async function findBatchBehind(
  file: DiskFile,
  range: { readonly from: number; readonly to: number; readonly nextOffset: number },
): Promise<number | undefined> {
  const window = new Window(file)
  for (let position = range.from; position + BATCH_HEADER_BYTES <= range.to; position++) {
    if (!window.holds(position, BATCH_HEADER_BYTES)) await window.moveTo(position, range.to)
    if (!window.holds(position, BATCH_HEADER_BYTES)) return undefined
    if (!couldFollow(window, position, range)) continue
    const { sizeBytes, crc } = new RecordBatch(window.bytes, position - window.start)
    if (await isCrcValid(window, { position, end: position + sizeBytes, crc, to: range.to })) return position
  }
  return undefined
}

function couldFollow(window: Window, position: number, range: { to: number; nextOffset: number }): boolean {
  const at = position - window.start
  if (window.bytes[at + 16] !== 2) return false
  if (!checkBatchHeader(window.bytes, at, range.to - window.start).ok) return false
  const { baseOffset } = new RecordBatch(window.bytes, at)
  return baseOffset >= range.nextOffset && baseOffset - range.nextOffset <= 0x7fffffff
}
