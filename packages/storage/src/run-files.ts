/**
 * What a log directory says about the run before this one.
 *
 * `.kafka_cleanshutdown`: that run closed everything. Read, removed and the removal synced before any log is opened.
 * `.ottla-run`: that run finished its recovery and was registered; whether its boot is the present one tells whether unsynced
 * bytes can be missing.
 * `.ottla-metadata`: how far the metadata was applied when partition directories were last created or removed.
 */
import { type Disk, DiskError } from '@ottla/runtime'

const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'
const RUN = '.ottla-run'
const METADATA = '.ottla-metadata'

export interface CleanShutdown {
  /** Of the run that was shut down; -1 when the marker does not say. */
  readonly brokerEpoch: number
}

export interface Run {
  readonly brokerEpoch: number
  /** Null where the system does not tell one boot from another. */
  readonly bootId: string | null
  readonly directoryId: string
}

export interface MetadataPosition {
  readonly offset: number
  readonly controllerEpoch: number
}

/** Takes the marker away, durably. */
export async function takeCleanShutdown(disk: Disk, directory: string): Promise<CleanShutdown | undefined> {
  const path = disk.join(directory, CLEAN_SHUTDOWN)
  if (!disk.exists(path)) return undefined
  // An empty or unreadable marker still says that the shutdown was clean.
  const { brokerEpoch } = readJson(disk, path)
  await disk.removeFile(path)
  await disk.syncDirectory(directory)
  return { brokerEpoch: typeof brokerEpoch === 'number' ? brokerEpoch : -1 }
}

export function writeCleanShutdown(disk: Disk, directory: string, brokerEpoch: number): Promise<void> {
  return writeJson(disk, disk.join(directory, CLEAN_SHUTDOWN), { version: 0, brokerEpoch })
}

export function readRun(disk: Disk, directory: string): Run | undefined {
  const { brokerEpoch, bootId, directoryId } = readJson(disk, disk.join(directory, RUN))
  if (typeof brokerEpoch !== 'number' || typeof directoryId !== 'string') return undefined
  return { brokerEpoch, bootId: typeof bootId === 'string' ? bootId : null, directoryId }
}

export function writeRun(disk: Disk, directory: string, run: Run): Promise<void> {
  return writeJson(disk, disk.join(directory, RUN), { ...run })
}

/**
 * What that run wrote may not be on the disk although it can be read: the next start is to take it for lost, and to write it again.
 * Resolves in any case: a disk that fails may keep the file, too.
 */
export async function forgetRun(disk: Disk, directory: string): Promise<void> {
  try {
    await disk.removeFile(disk.join(directory, RUN))
    await disk.syncDirectory(directory)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
  }
}

export function readMetadataPosition(disk: Disk, directory: string): MetadataPosition | undefined {
  const { offset, controllerEpoch } = readJson(disk, disk.join(directory, METADATA))
  if (typeof offset !== 'number' || typeof controllerEpoch !== 'number') return undefined
  return { offset, controllerEpoch }
}

export function writeMetadataPosition(disk: Disk, directory: string, position: MetadataPosition): Promise<void> {
  return writeJson(disk, disk.join(directory, METADATA), { ...position })
}

/** The object in a file; an empty one when there is no file or no object in it. */
function readJson(disk: Disk, path: string): Record<string, unknown> {
  if (!disk.exists(path)) return {}
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(disk.readFile(path)))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function writeJson(disk: Disk, path: string, value: Record<string, unknown>): Promise<void> {
  return disk.writeFileAtomic(path, new TextEncoder().encode(JSON.stringify(value)))
}
