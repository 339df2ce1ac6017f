import { DiskError } from '@ottla/runtime'

const CODES = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'])

/**
 * A disk that is full, or a process without descriptors: nothing that was written is lost, and the same may succeed later. A sync
 * that fails for want of space is another matter: what it was to write is gone.
 */
export function isOutOfRoom(error: unknown): boolean {
  return error instanceof DiskError && error.operation !== 'sync' && CODES.has(error.code)
}

/** After this nobody knows what the disk holds: the kernel has dropped what was to be written, so it is never tried again. */
export function isFailedSync(error: unknown): boolean {
  return error instanceof DiskError && error.operation === 'sync'
}
