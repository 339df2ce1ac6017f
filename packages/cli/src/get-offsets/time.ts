import { UsageError } from '../tool/usage.ts'

const NAMED: Readonly<Record<string, number>> = {
  latest: -1,
  earliest: -2,
  'max-timestamp': -3,
  'earliest-local': -4,
  'latest-tiered': -5,
  'earliest-pending-upload': -6,
}

/** `--time`: a name, the number that stands for it on the wire, or a time in milliseconds since the epoch. */
export function parseTime(text: string): number {
  const named = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined
  if (named !== undefined) return named
  const number = Number(text)
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(number) && number >= -6) return number
  const names = Object.entries(NAMED).map(([name, value]) => `${value} or ${name}`)
  throw new UsageError(
    `Malformed time argument ${text}. Please use ${names.join(' / ')}, or a timestamp in milliseconds since the epoch`,
  )
}
