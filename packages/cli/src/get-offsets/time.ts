import { UsageError } from '../tool/usage.ts'

const NAMED: Readonly<Record<string, number>> = {
  latest: -1,
  earliest: -2,
  'max-timestamp': -3,
  'earliest-local': -4,
  'latest-tiered': -5,
  'earliest-pending-upload': -6,
}

const INT64_MAX = 2n ** 63n - 1n
/** No record is served with a later time, so what is asked for beyond it has the same answer: none. */
const TIME_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** `--time`: a name, the number that stands for it on the wire, or a time in milliseconds since the epoch. */
export function parseTime(text: string): number {
  const named = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined
  if (named !== undefined) return named
  if (/^[+-]?\d+$/.test(text)) {
    const number = BigInt(text.replace('+', ''))
    if (number >= -6n && number <= INT64_MAX) return Number(number < TIME_MAX ? number : TIME_MAX)
  }
  const names = Object.entries(NAMED).map(([name, value]) => `${value} or ${name}`)
  throw new UsageError(
    `Malformed time argument ${text}. Please use ${names.join(' / ')}, or a timestamp in milliseconds since the epoch`,
  )
}
