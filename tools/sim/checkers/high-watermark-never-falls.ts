import { placeOf } from '../history.ts'
import type { Checker } from './checker.ts'

/** Within one leader epoch of one leader incarnation the high watermark never falls, and it is never beyond the log. */
export function highWatermarkNeverFalls(): Checker {
  const highest = new Map<string, number>()
  return {
    name: 'the high watermark never falls',
    see(event) {
      if (event.kind !== 'replica') return undefined
      const at = `${placeOf(event)} on ${event.node}`
      if (event.highWatermark > event.logEndOffset)
        return [`${at}: the high watermark is ${event.highWatermark}, the log ends at ${event.logEndOffset}`]
      if (event.role !== 'leading') return undefined
      const key = `${at}/${event.topicId}/${event.brokerEpoch}/${event.leaderEpoch}`
      const before = highest.get(key) ?? 0
      if (event.highWatermark < before)
        return [`${at}: the high watermark fell from ${before} to ${event.highWatermark} in epoch ${event.leaderEpoch}`]
      highest.set(key, event.highWatermark)
      return undefined
    },
  }
}
