import { type OffsetRange, placeOf } from '../history.ts'
import type { Checker } from './checker.ts'

/**
 * A damaged batch is found on the disk that damaged it and on no other, and a consumer is given nothing that it cannot read but such
 * batches: no replica takes damaged bytes from another one.
 */
export function damageStaysWhereItIs(): Checker {
  /** By place, and by place and node. */
  const rotted = new Map<string, OffsetRange[]>()
  const note = (key: string, range: OffsetRange) => rotted.set(key, [...(rotted.get(key) ?? []), range])
  const isRotted = (key: string, { from, to }: OffsetRange) =>
    rotted.get(key)?.some((range) => range.from <= from && to <= range.to) === true
  return {
    name: 'damage stays where it is',
    see(event) {
      switch (event.kind) {
        case 'damaged':
          if (event.what !== 'rot') return undefined
          note(placeOf(event), event)
          note(`${placeOf(event)} on ${event.node}`, event)
          return undefined
        case 'unreadable': {
          const given = { from: event.offset, to: event.nextOffset - 1 }
          if (isRotted(placeOf(event), given)) return undefined
          return [`${placeOf(event)}: ${event.client} cannot read what it was given: ${event.message}`]
        }
        case 'replica log': {
          const key = `${placeOf(event)} on ${event.node}`
          return event.damaged
            .filter((range) => !isRotted(key, range))
            .map(({ from, to }) => `${key}: the batch from offset ${from} to ${to} is damaged, and not by this disk`)
        }
        default:
          return undefined
      }
    },
  }
}
