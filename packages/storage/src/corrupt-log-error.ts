import { CorruptRecordError } from '@ottla/protocol'

/**
 * Bytes of a log that had been synced or acknowledged are not what was written. The log is not opened, and nothing is cut: the
 * replica can be refilled from another one, or the operator decides.
 */
export class CorruptLogError extends Error {
  override readonly name = 'CorruptLogError'
  readonly path: string
  readonly position: number

  constructor(path: string, position: number, reason: string) {
    super(
      `${path} is damaged at position ${position}: ${reason}; restore the file, or remove the partition's directory so that it is refilled from another replica`,
    )
    this.path = path
    this.position = position
  }
}

/** Bytes are not what was written: of a batch that was looked at, or of the log as a whole. */
export function isDamage(error: unknown): boolean {
  return error instanceof CorruptLogError || error instanceof CorruptRecordError
}
