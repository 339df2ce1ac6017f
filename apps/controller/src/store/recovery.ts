/**
 * Reading a store's directory: the newest snapshot, then the logs in the order of their first offsets. A log that is not the last
 * one was complete before its successor was begun; the last one may end in a torn frame, which was never acknowledged and is cut.
 */
import {
  applyRecords,
  decodeLogFrame,
  EMPTY_IMAGE,
  type EpochStart,
  lastOffsetOf,
  type MetadataBatch,
  type MetadataImage,
} from '@ottla/replication'
import type { Disk, Logger } from '@ottla/runtime'
import { readFrames, readPayload } from './framing.ts'
import { StoreCorruptError } from './metadata-store.ts'
import { decodeSnapshot } from './snapshot-file.ts'

export interface Recovered {
  readonly image: MetadataImage
  readonly epochs: EpochStart[]
  /** Name of the log to append to; undefined in an empty directory. */
  readonly log: string | undefined
  /** Names of files that the snapshot has made useless. */
  readonly obsolete: readonly string[]
}

const SNAPSHOT_NAME = /^snapshot-(\d{20})$/
const LOG_NAME = /^log-(\d{20})$/

/** Holds the metadata up to and including `offset`. */
export function snapshotName(offset: number): string {
  return `snapshot-${String(offset).padStart(20, '0')}`
}

/** Its first record has this offset. */
export function logName(baseOffset: number): string {
  return `log-${String(baseOffset).padStart(20, '0')}`
}

/** Reads what is in the directory. Throws a StoreCorruptError when records that were acknowledged are missing. */
export function recover(world: { readonly disk: Disk; readonly logger: Logger }, directory: string): Recovered {
  const { disk } = world
  const names = disk.list(directory)
  const snapshots = names.filter((name) => SNAPSHOT_NAME.test(name))
  const logs = names.filter((name) => LOG_NAME.test(name))
  const newest = snapshots.at(-1)
  const replay = new Replay()
  if (newest !== undefined) {
    const path = disk.join(directory, newest)
    replay.begin(decodeSnapshot(path, disk.readFile(path)))
  }
  for (const name of logs) readLog(world, disk.join(directory, name), { replay, isLast: name === logs.at(-1) })
  // All but the last log were complete before the snapshot was taken or belong to its past.
  const covered = newest === undefined ? [] : logs.slice(0, -1)
  return {
    image: replay.image,
    epochs: replay.epochs,
    log: logs.at(-1),
    obsolete: [...snapshots.slice(0, -1), ...covered],
  }
}

/** Builds the image and the list of controller epochs from batches in order. */
export class Replay {
  image: MetadataImage = EMPTY_IMAGE
  epochs: EpochStart[] = []

  begin(snapshot: { readonly image: MetadataImage; readonly epochs: readonly EpochStart[] }): void {
    this.image = snapshot.image
    this.epochs = [...snapshot.epochs]
  }

  add(batch: MetadataBatch, path: string): void {
    if (lastOffsetOf(batch) <= this.image.offset) return
    if (batch.baseOffset !== this.image.offset + 1) {
      throw new StoreCorruptError(`${path} continues at offset ${batch.baseOffset}, expected ${this.image.offset + 1}`)
    }
    noteEpoch(this.epochs, batch)
    this.image = applyRecords(this.image, batch).image
  }
}

/** Keeps the list of epochs and where each began. */
export function noteEpoch(epochs: EpochStart[], batch: MetadataBatch): void {
  const { controllerEpoch, baseOffset } = batch
  if (epochs.at(-1)?.controllerEpoch === controllerEpoch) return
  epochs.push({ controllerEpoch, startOffset: baseOffset })
}

function readLog(
  { disk, logger }: { readonly disk: Disk; readonly logger: Logger },
  path: string,
  { replay, isLast }: { readonly replay: Replay; readonly isLast: boolean },
): void {
  const bytes = disk.readFile(path)
  const { payloads, validBytes, damaged } = readFrames(bytes)
  for (const payload of payloads)
    for (const batch of readPayload(path, payload, decodeLogFrame)) replay.add(batch, path)
  if (validBytes === bytes.byteLength) return
  if (damaged || !isLast) {
    throw new StoreCorruptError(`${path} is damaged at byte ${validBytes}: restore dataDir from a backup`)
  }
  logger.warn('cut the torn end of the metadata log: a write that was never acknowledged', {
    path,
    cutBytes: bytes.byteLength - validBytes,
    endOffset: replay.image.offset,
  })
  const file = disk.open(path, 'write')
  file.truncate(validBytes)
  file.close()
}
