/** Where a partition without a usable position begins; `durationMs` ago by the clock of this side. */
export type OffsetReset =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'none' }
  | { readonly kind: 'by_duration'; readonly durationMs: number }

/** For messages: what auto.offset.reset may be. */
export const RESETS = 'expected earliest, latest, none, or by_duration: with a duration as in by_duration:P1DT2H'

const BY_DURATION = 'by_duration:'

/** auto.offset.reset; undefined for what it cannot be. */
export function parseOffsetReset(text: string): OffsetReset | undefined {
  const lower = text.toLowerCase()
  if (lower === 'earliest' || lower === 'latest' || lower === 'none') return { kind: lower }
  if (!lower.startsWith(BY_DURATION)) return undefined
  const durationMs = parseDuration(text.slice(BY_DURATION.length))
  return durationMs === undefined ? undefined : { kind: 'by_duration', durationMs }
}

const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?$/i

/** PnDTnHnMn.nS of ISO 8601 in milliseconds; undefined for anything else, negative parts included. */
function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (match === null || /[PT]$/i.test(text)) return undefined
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part ?? 0)) as number[]
  const fractionMs = Math.floor(Number(`0.${match[5] ?? 0}`) * 1000)
  const totalMs = (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000 + fractionMs
  return Number.isSafeInteger(totalMs) ? totalMs : undefined
}
