/** A file that is not what its name says; the message names it. */
export class SegmentFileError extends Error {
  override readonly name = 'SegmentFileError'
}

/** The base offset that a segment's file carries in its name. */
export function baseOffsetOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const digits = /^(\d+)[.-]/.exec(name)?.[1]
  if (digits === undefined) throw new SegmentFileError(`${path}: the name does not begin with an offset`)
  return Number(digits)
}

/** The path of another file of the same segment. */
export function siblingPath(path: string, suffix: string): string {
  return path.replace(/(\d+)\.[a-z]+$/, `$1${suffix}`)
}
