/** Points in time as `--to-datetime` and `--by-duration` take them. */
import { ToolError } from '../tool/failure.ts'

const DATETIME = /^(\d{4,})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{1,3})(Z|[+-]\d{2}(?::?\d{2})?)?$/

/**
 * `YYYY-MM-DDThh:mm:ss.sss`, then nothing (UTC), `Z`, or an offset such as `+02:00`; milliseconds since the epoch. Throws a `ToolError`.
 */
export function parseDatetime(text: string): number {
  const match = DATETIME.exec(text.trim())
  if (match === null) {
    throw new ToolError(
      `Unparseable date: "${text}": expected YYYY-MM-DDThh:mm:ss.sss, and then perhaps a zone such as Z or +02:00`,
    )
  }
  const [year, month, day, hour, minute, second, ms] = match.slice(1, 8).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  // As Java has it, the 30th of February is one of the first days of March.
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - zoneMs(match[8])
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(3).replace(':', '')].map(Number) as [number, number]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const DURATION = /^([+-])?P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?$/i

/** `PnDTnHnMn.nS`, each part with a sign if need be, as Java's Duration reads it; milliseconds. Throws a `ToolError`. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text)
  const [, sign, days, time, hours, minutes, seconds, fraction] = match ?? []
  const parts = [days, hours, minutes, seconds]
  if (match === null || time?.length === 1 || parts.every((part) => part === undefined))
    throw new ToolError(`Text cannot be parsed to a Duration: "${text}": expected PnDTnHnMnS, as in PT0H5M0S`)
  const [d, h, m, s] = parts.map((part) => Number(part ?? 0)) as [number, number, number, number]
  const fractionMs = Math.floor(Number(`0.${fraction || 0}`) * 1000) * (seconds?.startsWith('-') ? -1 : 1)
  const totalMs = (((d * 24 + h) * 60 + m) * 60 + s) * 1000 + fractionMs
  return sign === '-' ? -totalMs : totalMs
}
