import { placeOf } from '../history.ts'
import type { Checker } from './checker.ts'

/**
 * acks=all is answered only after a high watermark has passed the record, acks=1 after it was published; a consumer gets only what lies below
 * a high watermark. Whatever the role: a leadership may end in the very event in which it committed something.
 */
export function acknowledgedRecordsAreCommitted(): Checker {
  const highest = new Map<string, { highWatermark: number; logEndOffset: number }>()
  const none = { highWatermark: 0, logEndOffset: 0 }
  return {
    name: 'acknowledged and read records are committed',
    see(event) {
      if (event.kind === 'replica') {
        const place = placeOf(event)
        const known = highest.get(place) ?? none
        highest.set(place, {
          highWatermark: Math.max(known.highWatermark, event.highWatermark),
          logEndOffset: Math.max(known.logEndOffset, event.logEndOffset),
        })
      } else if (event.kind === 'acknowledged') {
        const { highWatermark, logEndOffset } = highest.get(placeOf(event)) ?? none
        const limit = event.acks === 'all' ? highWatermark : logEndOffset
        if (event.offset >= limit)
          return [
            `${placeOf(event)}: ${event.value} was acknowledged (acks=${event.acks}) with offset ${event.offset}, and no replica has been beyond ${limit}`,
          ]
      } else if (event.kind === 'read') {
        const { highWatermark } = highest.get(placeOf(event)) ?? none
        if (event.offset >= highWatermark)
          return [
            `${placeOf(event)}: ${event.client} read offset ${event.offset}, and no high watermark has been beyond ${highWatermark}`,
          ]
      }
      return undefined
    },
  }
}
