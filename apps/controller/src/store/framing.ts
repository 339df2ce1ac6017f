/**
 * Frames of the store's files: magic (4 bytes), length of the payload (uint32), CRC-32C of the payload (uint32), payload.
 * Numbers are big endian. A frame is one write: after a crash it is there whole, or it is the torn end of the file.
 */
import { MetadataFormatError } from '@ottla/replication'
import { crc32c } from '@ottla/runtime'
import { StoreCorruptError } from './metadata-store.ts'

export const FRAME_HEADER_BYTES = 12
const MAGIC = 0x4f74_6c61
/** Bounds what a damaged length can make us believe. */
const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024

export function frame(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC)
  view.setUint32(4, payload.byteLength)
  view.setUint32(8, crc32c(payload) >>> 0)
  bytes.set(payload, FRAME_HEADER_BYTES)
  return bytes
}

export interface FramedFile {
  readonly payloads: readonly Uint8Array[]
  /** Bytes of whole frames from the start of the file. */
  readonly validBytes: number
  /** A whole frame lies somewhere behind the first bytes that are none: not a torn end, but damage. */
  readonly damaged: boolean
}

/** Reads frames up to the first bytes that are none. The payloads are views. */
export function readFrames(bytes: Uint8Array): FramedFile {
  const payloads: Uint8Array[] = []
  let position = 0
  for (;;) {
    const payload = frameAt(bytes, position)
    if (payload === undefined) break
    payloads.push(payload)
    position += FRAME_HEADER_BYTES + payload.byteLength
  }
  return { payloads, validBytes: position, damaged: hasFrameAfter(bytes, position) }
}

/** The payload of the whole and intact frame at `position`. */
function frameAt(bytes: Uint8Array, position: number): Uint8Array | undefined {
  if (bytes.byteLength - position < FRAME_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + position, FRAME_HEADER_BYTES)
  const length = view.getUint32(4)
  if (view.getUint32(0) !== MAGIC || length > PAYLOAD_BYTES_MAX) return undefined
  const start = position + FRAME_HEADER_BYTES
  if (bytes.byteLength - start < length) return undefined
  const payload = bytes.subarray(start, start + length)
  return crc32c(payload) >>> 0 === view.getUint32(8) ? payload : undefined
}

function hasFrameAfter(bytes: Uint8Array, position: number): boolean {
  for (let at = bytes.indexOf(MAGIC >>> 24, position + 1); at >= 0; at = bytes.indexOf(MAGIC >>> 24, at + 1)) {
    if (frameAt(bytes, at) !== undefined) return true
  }
  return false
}

/** Decodes a frame that is whole: if it cannot be read it was not torn, and to cut it would lose what a later version acknowledged. */
export function readPayload<T>(path: string, payload: Uint8Array, decode: (payload: Uint8Array) => T): T {
  try {
    return decode(payload)
  } catch (error) {
    if (!(error instanceof MetadataFormatError)) throw error
    throw new StoreCorruptError(`${path}: ${error.message}; nothing was changed`, { cause: error })
  }
}
