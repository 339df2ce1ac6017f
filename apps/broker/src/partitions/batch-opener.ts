/**
 * Looks into compressed batches and compresses batches, off the event loop, before they are appended: where the topic has a
 * `compression.type` of its own and the client used another codec, and where a compacted topic wants to know that
 * every record has a key.
 *
 * Bounds: a batch may not decompress to more than four times `max.message.bytes`, at least 16 and at most 64 MiB; nor to more than
 * `max.message.bytes` where it is stored without compression (MESSAGE_TOO_LARGE: the Java producer then splits it). The log walks
 * over all of that in one step. At most two
 * batches are open at a time, however many connections send them. A batch that is not sound is handed on as it is; the
 * log says what is wrong with it.
 */
import {
  BATCH_HEADER_BYTES,
  checkBatchHeader,
  DECOMPRESSED_BYTES_MAX,
  RecordBatch,
  recodedBatch,
} from '@ottla/protocol'
import { CodecError, type Offload, OutputTooLongError } from '@ottla/runtime'
import type { LogConfig } from '@ottla/storage'
import type { ClientBatch } from './partition-types.ts'

const OPEN_MAX = 2
/** A batch may decompress to so much whatever `max.message.bytes` is, if it is compressed again. */
const CONTENT_BYTES_MIN = 16 * 1024 * 1024

/** What of a log's configuration decides how its batches are opened. */
export type OpeningConfig = Pick<LogConfig, 'compression' | 'compressionLevel' | 'compacted' | 'batchBytesMax'>

export type Opened =
  | { readonly ok: true; readonly batch: ClientBatch }
  /** `error`: a name of protocol's error table. */
  | { readonly ok: false; readonly error: string; readonly message: string }

/** Whether the batch has to be opened for a log with this configuration. */
export function mustOpen(records: Uint8Array, { compression, compacted }: OpeningConfig): boolean {
  if (compression === 'producer' && !compacted) return false
  const header = checkBatchHeader(records)
  if (!header.ok || header.sizeBytes !== records.length) return false
  const { codec } = new RecordBatch(records)
  return (compression !== 'producer' && compression !== codec) || (compacted && codec !== 'none')
}

export class BatchOpener {
  readonly #offload: Offload
  readonly #waiting: (() => void)[] = []
  #open = 0

  constructor(offload: Offload) {
    this.#offload = offload
  }

  /** Never rejects but by a defect. `records` must stay untouched until then, and until the batch is appended. */
  async open(records: Uint8Array, config: OpeningConfig): Promise<Opened> {
    const batch = new RecordBatch(records)
    if (records.length > config.batchBytesMax || !batch.isCrcValid()) return { ok: true, batch: { records } }
    if (this.#open >= OPEN_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#open++
    try {
      return { ok: true, batch: await this.#recode(batch, config) }
    } catch (error) {
      if (error instanceof CodecError) return refusal(error)
      throw error
    } finally {
      const next = this.#waiting.shift()
      // The next one takes over this one's place, so the count stays.
      if (next === undefined) this.#open--
      else next()
    }
  }

  async #recode(batch: RecordBatch, config: OpeningConfig): Promise<ClientBatch> {
    const { compression, compressionLevel } = config
    const content = await this.#contentOf(batch, contentBytesMax(config))
    if (compression === 'producer' || compression === batch.codec)
      return { records: batch.bytes, decompressed: content }
    if (compression === 'none') return { records: recodedBatch(batch, 'none', content) }
    const compressed = await this.#offload.compress(compression, content, compressionLevel)
    return { records: recodedBatch(batch, compression, compressed), decompressed: content }
  }

  async #contentOf(batch: RecordBatch, bytesMax: number): Promise<Uint8Array> {
    const content = batch.bytes.subarray(BATCH_HEADER_BYTES)
    const { codec } = batch
    return codec === 'none' ? content : this.#offload.decompress(codec, content, bytesMax)
  }
}

/** What the batch may decompress to. */
function contentBytesMax({ compression, batchBytesMax }: OpeningConfig): number {
  if (compression === 'none') return Math.min(Math.max(0, batchBytesMax - BATCH_HEADER_BYTES), DECOMPRESSED_BYTES_MAX)
  return Math.min(Math.max(CONTENT_BYTES_MIN, 4 * batchBytesMax), DECOMPRESSED_BYTES_MAX)
}

function refusal(error: CodecError): Opened {
  const code = error instanceof OutputTooLongError ? 'MESSAGE_TOO_LARGE' : 'CORRUPT_MESSAGE'
  return { ok: false, error: code, message: `the records cannot be decompressed: ${error.message}` }
}
