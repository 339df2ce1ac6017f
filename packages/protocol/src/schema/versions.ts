/** An inclusive range of versions; empty when `min > max`. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** `3`, `4-18` or `12+`. */
export type VersionText = `${number}` | `${number}-${number}` | `${number}+`

const VERSION_MAX = 0x7fff

export const ALL_VERSIONS: VersionRange = { min: 0, max: VERSION_MAX }
export const NO_VERSIONS: VersionRange = { min: 1, max: 0 }

/** A few dozen texts stand for all fields of all messages, and every start of a program reads them all. */
const parsed = new Map<VersionText, VersionRange>()

export function versionRange(text: VersionText): VersionRange {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const range = parse(text)
  parsed.set(text, range)
  return range
}

function parse(text: VersionText): VersionRange {
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (match === null) throw new TypeError(`'${text}' is not a range of versions such as 3, 4-18 or 12+`)
  const min = Number(match[1])
  if (match[2] === '+') return { min, max: VERSION_MAX }
  return { min, max: match[3] === undefined ? min : Number(match[3]) }
}

export function includes(range: VersionRange, version: number): boolean {
  return version >= range.min && version <= range.max
}

/** `4-18`, or `0` when there is only one. */
export function versionsText(range: VersionRange): string {
  return range.min === range.max ? String(range.min) : `${range.min}-${range.max}`
}
