/** A file that is not what its name says; the message names it. */
export class SegmentFileError extends Error {
  override readonly name = 'SegmentFileError'
}

/** The base offset that a segment's file carries in its name. */
export function baseOffsetOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const digits = /^(\d+)[.-]/.exec(name)?.[1]
  if (digits === undefined) throw new SegmentFileError(`${path}: the name does not begin with an offset`)
  if (Number.isSafeInteger(Number(digits))) return Number(digits)
  throw new SegmentFileError(`${path}: the offset in the name is beyond 2^53 - 1, the largest that is served`)
}

/** The path of another file of the same segment. */
export function siblingPath(path: string, suffix: string): string {
  return path.replace(/(\d+)\.[a-z]+$/, `$1${suffix}`)
}
