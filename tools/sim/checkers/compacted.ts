import { placeOf, type ReplicaLogEvent, type SimEvent } from '../history.ts'
import { keyOfValue } from '../load/producer-load.ts'

/** Whether compaction may have taken the record: it is gone, and a later one of its key is there. Not a checker. */
export function supersededIn(
  values: ReadonlyMap<number, string>,
): (record: { readonly offset: number; readonly value: string }) => boolean {
  const last = new Map<string, number>()
  for (const [offset, value] of values) {
    const key = keyOfValue(value)
    last.set(key, Math.max(offset, last.get(key) ?? -1))
  }
  return ({ offset, value }) => !values.has(offset) && (last.get(keyOfValue(value)) ?? -1) > offset
}

interface Compacted {
  /** What producers, readers, groups and replicas know, by offset. */
  readonly values: Map<number, string>
  /** The highest high watermark that any replica knew. */
  committedTo: number
  /** Some broker has said that a run of its compaction ended there. */
  cleanedTo: number
  /** Offsets at rest, by replica. */
  readonly logs: Map<string, ReadonlySet<number>>
}

/**
 * What of a compacted topic a reader need not have seen although the last leader has it: each replica compacts for itself, and the one that
 * led when it was read may have dropped it. Not a checker.
 */
export class DroppedElsewhere {
  readonly #places = new Map<string, Compacted>()

  see(event: SimEvent): void {
    switch (event.kind) {
      case 'acknowledged':
      case 'read':
      case 'handled':
        this.#of(placeOf(event)).values.set(event.offset, event.value)
        return
      case 'replica': {
        const its = this.#of(placeOf(event))
        its.committedTo = Math.max(its.committedTo, event.highWatermark)
        return
      }
      case 'log': {
        const { topic, partition, cleanedTo } = event.fields
        if (typeof topic !== 'string' || typeof partition !== 'number' || typeof cleanedTo !== 'number') return
        const its = this.#of(placeOf({ topic, partition }))
        its.cleanedTo = Math.max(its.cleanedTo, cleanedTo)
        return
      }
      case 'replica log':
        this.#seeLog(event)
        return
      default:
    }
  }

  #seeLog({ node, records, ...place }: ReplicaLogEvent): void {
    const its = this.#of(placeOf(place))
    for (const { offset, value } of records) its.values.set(offset, value)
    its.logs.set(node, new Set(records.map(({ offset }) => offset)))
  }

  #of(place: string): Compacted {
    const known = this.#places.get(place) ?? { values: new Map(), committedTo: 0, cleanedTo: 0, logs: new Map() }
    this.#places.set(place, known)
    return known
  }

  /** Everything in front of it is committed by now; no compaction has looked at more. */
  committedTo(place: string): number {
    return this.#of(place).committedTo
  }

  /**
   * Whether a leader can have been without the record when no more than `committedTo` was committed: some replica has dropped it, now or in an earlier
   * life, and a later record of its key was committed. At rest, when all logs are seen.
   */
  mayLack(place: string, record: { readonly offset: number; readonly value: string }, committedTo: number): boolean {
    const { values, cleanedTo, logs } = this.#of(place)
    const isDropped = cleanedTo > record.offset || [...logs.values()].some((offsets) => !offsets.has(record.offset))
    if (!isDropped) return false
    const key = keyOfValue(record.value)
    return [...values].some(
      ([offset, value]) => record.offset < offset && offset < committedTo && keyOfValue(value) === key,
    )
  }
}
