/**
 * The metadata in a directory: a log of framed batches, synced at every append, and a snapshot from time to time.
 *
 * Files: `log-<first offset>` and `snapshot-<last offset>`, 20 digits each, and `.lock`. Order of a compaction: the snapshot is
 * written atomically and durably -> a new log is begun and its name made durable -> appends go there -> the old files are
 * removed. A crash between any two steps leaves a snapshot and logs from which the same image is read.
 */
import {
  type EpochStart,
  encodeLogFrame,
  lastOffsetOf,
  type MetadataBatch,
  type MetadataImage,
} from '@ottla/replication'
import { assert, type Disk, type DiskFile, type DiskLock, type Logger } from '@ottla/runtime'
import { frame } from './framing.ts'
import { type AppendCondition, type MetadataStore, StaleControllerError } from './metadata-store.ts'
import { logName, noteEpoch, recover, snapshotName } from './recovery.ts'
import { encodeSnapshot } from './snapshot-file.ts'

/** A log below this is never worth a snapshot. */
const COMPACT_LOG_BYTES_MIN = 8 * 1024 * 1024

export interface LocalStoreOptions {
  readonly disk: Disk
  readonly logger: Logger
  readonly directory: string
  /** Compact once the log is larger than this and than four times the last snapshot; 8 MiB when absent. */
  readonly compactLogBytes?: number
}

/** The directory is held by another process, or by another store of this one. */
export class DirectoryLockedError extends Error {
  override readonly name = 'DirectoryLockedError'
}

/** Opens the directory, created when absent. Throws DirectoryLockedError, StoreCorruptError or DiskError. */
export async function openLocalStore(options: LocalStoreOptions): Promise<MetadataStore> {
  const { disk, directory } = options
  await makeDirectoryDurably(disk, directory)
  const lock = disk.lock(disk.join(directory, '.lock'))
  if (lock === undefined) throw new DirectoryLockedError(`dataDir ${directory} is in use by another controller`)
  try {
    return await LocalStore.open(options, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Creates the directory; its name, and those of parents that were missing, survive a power cut from here on. */
async function makeDirectoryDurably(disk: Disk, directory: string): Promise<void> {
  const parents = [disk.join(directory, '..')]
  for (let parent = parents[0]!; !disk.exists(parent); parents.push(parent)) parent = disk.join(parent, '..')
  disk.makeDirectory(directory)
  for (const parent of parents) await disk.syncDirectory(parent)
}

class LocalStore implements MetadataStore {
  readonly recovered: MetadataImage
  readonly #options: LocalStoreOptions
  readonly #lock: DiskLock
  readonly #epochs: EpochStart[]
  #file: DiskFile
  #fileBytes: number
  #endOffset: number
  #snapshotBytes = 0
  /** Why nothing more is taken: after a failed write or sync nobody knows what is on the disk. */
  #broken: Error | undefined
  #busy = false

  static async open(options: LocalStoreOptions, lock: DiskLock): Promise<LocalStore> {
    const { disk, directory } = options
    const recovered = recover(options, directory)
    const name = recovered.log ?? logName(recovered.image.offset + 1)
    const file = disk.open(disk.join(directory, name), 'write')
    try {
      // What was read may be in the page cache only, left there by a controller that was killed before its sync; if that sync failed, the
      // kernel takes the pages for written, and syncs them only when they are written again.
      await file.write([disk.readFile(file.path)], 0)
      await file.sync()
      await disk.syncDirectory(directory)
      for (const obsolete of recovered.obsolete) await disk.removeFile(disk.join(directory, obsolete))
    } catch (error) {
      file.close()
      throw error
    }
    return new LocalStore(options, { lock, file, image: recovered.image, epochs: recovered.epochs })
  }

  constructor(
    options: LocalStoreOptions,
    opened: {
      readonly lock: DiskLock
      readonly file: DiskFile
      readonly image: MetadataImage
      readonly epochs: EpochStart[]
    },
  ) {
    this.#options = options
    this.#lock = opened.lock
    this.#file = opened.file
    this.#fileBytes = opened.file.size()
    this.#epochs = opened.epochs
    this.recovered = opened.image
    this.#endOffset = opened.image.offset
  }

  epochAt(offset: number): number | undefined {
    if (offset < 0 || offset > this.#endOffset) return undefined
    return this.#epochs.findLast((epoch) => epoch.startOffset <= offset)?.controllerEpoch
  }

  append(batches: readonly MetadataBatch[], condition: AppendCondition): Promise<void> {
    return this.#alone(async () => {
      this.#check(batches, condition)
      const bytes = frame(encodeLogFrame(batches))
      await this.#file.write([bytes], this.#fileBytes)
      await this.#file.sync()
      this.#fileBytes += bytes.byteLength
      for (const batch of batches) noteEpoch(this.#epochs, batch)
      this.#endOffset = lastOffsetOf(batches.at(-1)!)
    })
  }

  async compact(image: MetadataImage): Promise<void> {
    const threshold = Math.max(this.#options.compactLogBytes ?? COMPACT_LOG_BYTES_MIN, 4 * this.#snapshotBytes)
    if (this.#fileBytes <= threshold) return
    await this.#alone(() => this.#compact(image))
  }

  async close(): Promise<void> {
    this.#broken ??= new Error('the metadata store is closed')
    this.#file.close()
    this.#lock.release()
  }

  #check(batches: readonly MetadataBatch[], condition: AppendCondition): void {
    const latestEpoch = this.#epochs.at(-1)?.controllerEpoch ?? 0
    if (condition.controllerEpoch < latestEpoch || condition.expectedEndOffset !== this.#endOffset) {
      const wanted = `epoch ${condition.controllerEpoch} at offset ${condition.expectedEndOffset}`
      throw new StaleControllerError(`append of ${wanted} refused: the store is at ${latestEpoch}, ${this.#endOffset}`)
    }
    let next = this.#endOffset + 1
    for (const batch of batches) {
      assert(batch.baseOffset === next && batch.records.length > 0, 'batches follow each other', () => ({ next }))
      next += batch.records.length
    }
  }

  async #compact(image: MetadataImage): Promise<void> {
    assert(image.offset === this.#endOffset, 'a snapshot is taken of all that is durable')
    const { disk, directory, logger } = this.#options
    const before = disk.list(directory).filter((name) => /^(log|snapshot)-/.test(name))
    const content = encodeSnapshot({ image, epochs: this.#epochs })
    await disk.writeFileAtomic(disk.join(directory, snapshotName(image.offset)), content)
    const file = disk.open(disk.join(directory, logName(image.offset + 1)), 'write')
    await file.sync()
    await disk.syncDirectory(directory)
    this.#file.close()
    this.#file = file
    this.#fileBytes = 0
    this.#snapshotBytes = content.byteLength
    for (const name of before) await disk.removeFile(disk.join(directory, name))
    logger.info('wrote a snapshot of the metadata', { offset: image.offset, bytes: content.byteLength })
  }

  /** One operation at a time; the first failure is the last one. */
  async #alone(operation: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    assert(!this.#busy, 'the metadata store does one thing at a time')
    this.#busy = true
    try {
      await operation()
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      this.#busy = false
    }
  }
}
