import {
  decodeSnapshotFrame,
  type EpochStart,
  encodeSnapshotFrame,
  imageFromRecords,
  imageRecords,
  type MetadataImage,
  type MetadataRecord,
} from '@ottla/replication'
import { frame, readFrames, readPayload } from './framing.ts'
import { StoreCorruptError } from './metadata-store.ts'

const RECORDS_PER_FRAME = 4096

export interface Snapshot {
  readonly image: MetadataImage
  readonly epochs: readonly EpochStart[]
}

/** A snapshot as the content of a file: frames of records, the last of which says so. */
export function encodeSnapshot({ image, epochs }: Snapshot): Uint8Array {
  const frames: Uint8Array[] = []
  const add = (records: readonly MetadataRecord[], last: boolean) => {
    const { offset, controllerEpoch } = image
    const heading = frames.length === 0 ? epochs : []
    frames.push(frame(encodeSnapshotFrame({ offset, controllerEpoch, epochs: heading, records, last })))
  }
  let records: MetadataRecord[] = []
  for (const record of imageRecords(image)) {
    records.push(record)
    if (records.length < RECORDS_PER_FRAME) continue
    add(records, false)
    records = []
  }
  add(records, true)
  return concatenate(frames)
}

/** Throws a StoreCorruptError: a snapshot is written atomically, so a part of one means damage. */
export function decodeSnapshot(path: string, bytes: Uint8Array): Snapshot {
  const { payloads, validBytes } = readFrames(bytes)
  const frames = payloads.map((payload) => readPayload(path, payload, decodeSnapshotFrame))
  const first = frames[0]
  if (first === undefined || frames.at(-1)?.last !== true || validBytes !== bytes.byteLength) {
    throw new StoreCorruptError(`${path} is damaged after ${validBytes} of ${bytes.byteLength} bytes`)
  }
  const records = frames.flatMap((part) => part.records)
  return { image: imageFromRecords(records, first), epochs: first.epochs }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.byteLength, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.byteLength
  }
  return whole
}
