import type { GroupOutcome } from './area.ts'

/** Several outcomes as one, in this order. Its records may be divided if all of them may. */
export function outcomes(parts: readonly GroupOutcome[]): GroupOutcome {
  const writing = parts.filter(({ records }) => records !== undefined && records.length > 0)
  return {
    records: writing.flatMap(({ records }) => records ?? []),
    divisible: writing.length > 0 && writing.every(({ divisible }) => divisible === true),
    soft: parts.flatMap((part) => part.soft ?? []),
    replies: parts.flatMap((part) => part.replies ?? []),
    timers: parts.flatMap((part) => part.timers ?? []),
    effects: parts.flatMap((part) => part.effects ?? []),
  }
}
