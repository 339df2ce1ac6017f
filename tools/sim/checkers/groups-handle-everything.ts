import { type HandlingEvent, type LoggedRecord, type OffsetRange, placeOf, type ReplicaLogEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { DroppedElsewhere } from './compacted.ts'
import { LossyElections } from './lossy-elections.ts'

interface Progress {
  /** Values by offset. */
  readonly handled: Map<number, string>
  /** Everything in front of it is handled, or not there. */
  end: number
  /** In a compacted topic: how far anybody got, and what was committed when it came there; both rise. */
  readonly reached: { readonly offset: number; readonly committedTo: number }[]
}

/**
 * Whoever is given a partition begins only behind what is handled: no record in front of the first one that it handles is left out. From there on it
 * handles one record after the other. In the end every record has been handled by some member of each group that reads the topic.
 * Excused: records that were deleted, damaged ones, and partitions with a lossy election, whose logs are others since. In compacted topics only order
 * and the end can be judged: what the last leader has was handled, or went past the group because the leader of that time had dropped it for the
 * sake of a later record.
 */
export function groupsHandleEverything(options: {
  /** By group. */
  readonly topics: ReadonlyMap<string, readonly string[]>
  readonly losesNothing?: (topic: string) => boolean
  readonly isCompacted: (topic: string) => boolean
}): Checker {
  const { topics, losesNothing, isCompacted } = options
  const elections = new LossyElections(losesNothing)
  const progress = new Map<string, Progress>()
  /** What comes next, by member, place and how often it was assigned. */
  const next = new Map<string, number>()
  const dropped = new DroppedElsewhere()
  const deletedTo = new Map<string, number>()
  const damaged = new Map<string, OffsetRange[]>()

  function progressOf(group: string, place: string): Progress {
    const key = `${group} ${place}`
    const known = progress.get(key) ?? { handled: new Map(), end: 0, reached: [] }
    progress.set(key, known)
    return known
  }

  function isGone(place: string, offset: number): boolean {
    if (offset < (deletedTo.get(place) ?? 0)) return true
    return damaged.get(place)?.some(({ from, to }) => from <= offset && offset <= to) === true
  }

  /** The first offset in [from, to) that the group has not handled. */
  function leftOut(group: string, place: string, to: number): number | undefined {
    const its = progressOf(group, place)
    while (its.end < to && (its.handled.has(its.end) || isGone(place, its.end))) its.end++
    return its.end < to ? its.end : undefined
  }

  function reach(group: string, place: string, offset: number): void {
    const { reached } = progressOf(group, place)
    if (offset > (reached.at(-1)?.offset ?? -1)) reached.push({ offset, committedTo: dropped.committedTo(place) })
  }

  function wentPast(group: string, place: string, record: LoggedRecord): boolean {
    const behind = progressOf(group, place).reached.find(({ offset }) => offset > record.offset)
    return behind !== undefined && dropped.mayLack(place, record, behind.committedTo)
  }

  function seeHandling(event: HandlingEvent): string | undefined {
    const { client, group, topic, offset, assignment } = event
    const place = placeOf(event)
    const key = `${client} ${place} ${assignment}`
    const expected = next.get(key)
    next.set(key, offset + 1)
    if (elections.excuse(place, 0)) return undefined
    if (isCompacted(topic)) reach(group, place, offset)
    if (expected === undefined) {
      const missing = isCompacted(topic) ? undefined : leftOut(group, place, offset)
      if (missing === undefined) return undefined
      return `${place}: ${client} begins at offset ${offset}, and nobody in ${group} has handled offset ${missing}`
    }
    if (offset < expected) return `${place}: ${client} handles offset ${offset} after ${expected - 1}`
    if (isCompacted(topic)) return undefined
    for (let between = expected; between < offset; between++) {
      if (!isGone(place, between)) return `${place}: ${client} handles offset ${offset} after ${expected - 1}`
    }
    return undefined
  }

  function judge(log: ReplicaLogEvent): string[] {
    const place = placeOf(log)
    if (!log.isLeader || elections.excuse(place, 0)) return []
    return [...topics].flatMap(([group, its]) => {
      if (!its.includes(log.topic)) return []
      const { handled } = progressOf(group, place)
      const missing = log.records.filter((record) => {
        if (isGone(place, record.offset) || handled.get(record.offset) === record.value) return false
        return !isCompacted(log.topic) || !wentPast(group, place, record)
      })
      const [first] = missing
      if (first === undefined) return []
      return [
        `${place}: ${group} has not handled ${first.value} at offset ${first.offset}; ${missing.length} such records`,
      ]
    })
  }

  return {
    name: 'groups handle everything',
    see(event) {
      elections.see(event)
      dropped.see(event)
      switch (event.kind) {
        case 'handling': {
          const problem = seeHandling(event)
          return problem === undefined ? undefined : [problem]
        }
        case 'handled':
          progressOf(event.group, placeOf(event)).handled.set(event.offset, event.value)
          return undefined
        case 'asked':
          if (event.change === 'delete records')
            deletedTo.set(placeOf(event), Math.max(event.offset, deletedTo.get(placeOf(event)) ?? 0))
          return undefined
        case 'damaged':
          damaged.set(placeOf(event), [...(damaged.get(placeOf(event)) ?? []), event])
          return undefined
        case 'replica log':
          return judge(event)
        default:
          return undefined
      }
    },
  }
}
