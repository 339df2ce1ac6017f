import { type GroupOffset, type HandlingEvent, type OffsetsToldEvent, placeOf, type SimEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { Coordinators } from './coordinators.ts'
import { LossyElections } from './lossy-elections.ts'

/** Something that is known to be committed. */
interface Floor {
  readonly offset: number
  /** When it was committed at the earliest, and from when on it is known. */
  readonly sinceMs: number
  readonly knownMs: number
  readonly how: string
}

/**
 * Committed offsets never go back: who asks for them is told what was committed before it asked, or something later, whichever broker coordinates
 * by then; and who is assigned a partition begins there, not before. What counts as committed: what a member was told is, and what
 * somebody was told who asked. Excused: lossy elections of the coordinator's partition since, coordinators that do not know yet that they are
 * none, and lossy elections of the topic itself, whose readers go back.
 */
export function committedOffsetsStay(
  isWatched: (topic: string) => boolean,
  losesNothing?: (topic: string) => boolean,
): Checker {
  const coordinators = new Coordinators(losesNothing)
  const elections = new LossyElections(losesNothing)
  /** By group and place, in the order of time: what was committed at the latest by then. */
  const floors = new Map<string, Floor[]>()
  /** When a partition was assigned, by member, place and how often it was, until its first record. */
  const assignedMs = new Map<string, number>()
  const assignments = new Map<string, number>()

  function raise(
    group: string,
    { offset, ...place }: GroupOffset,
    { sinceMs, knownMs, how }: Omit<Floor, 'offset'>,
  ): void {
    const key = `${group} ${placeOf(place)}`
    const known = floors.get(key) ?? []
    floors.set(key, known)
    const last = known.at(-1)
    if (last !== undefined && coordinators.mayHaveLost(group, last.sinceMs)) known.length = 0
    if (offset > (known.at(-1)?.offset ?? -1)) known.push({ offset, sinceMs, knownMs, how })
  }

  /** What is wrong with an offset that the group is said to have by somebody who asked at `askedMs`. */
  function judge(
    group: string,
    its: GroupOffset,
    asked: { readonly atMs: number; readonly nowMs: number },
  ): string | undefined {
    const place = placeOf(its)
    if (!isWatched(its.topic) || elections.excuse(place, 0)) return undefined
    const floor = floors.get(`${group} ${place}`)?.findLast(({ knownMs }) => knownMs <= asked.atMs)
    if (floor === undefined || its.offset >= floor.offset) return undefined
    if (coordinators.mayHaveLost(group, floor.sinceMs)) return undefined
    if (coordinators.mayBeOutdated(group, asked.atMs, asked.nowMs)) return undefined
    return `${group} has ${its.offset} of ${place}, though ${floor.how} ${floor.offset} at ${floor.knownMs.toFixed(1)} ms`
  }

  function seeTold({ group, askedMs, atMs, offsets }: OffsetsToldEvent): string[] {
    const found = offsets.flatMap((offset) => judge(group, offset, { atMs: askedMs, nowMs: atMs }) ?? [])
    if (!coordinators.mayBeOutdated(group, askedMs, atMs))
      for (const offset of offsets) raise(group, offset, { sinceMs: askedMs, knownMs: atMs, how: 'somebody was told' })
    return found
  }

  function seeHandling({ client, group, topic, partition, offset, atMs, assignment }: HandlingEvent): string[] {
    const key = `${client} ${placeOf({ topic, partition })} ${assignment}`
    const sinceMs = assignedMs.get(key)
    if (sinceMs === undefined) return []
    assignedMs.delete(key)
    const problem = judge(group, { topic, partition, offset }, { atMs: sinceMs, nowMs: atMs })
    return problem === undefined ? [] : [`${client} begins where ${problem}`]
  }

  return {
    name: 'committed offsets stay',
    see(event: SimEvent) {
      coordinators.see(event)
      elections.see(event)
      switch (event.kind) {
        case 'committed': {
          const { group, offsets, sinceMs, atMs: knownMs, client } = event
          if (coordinators.mayBeOutdated(group, sinceMs, knownMs)) return undefined
          for (const offset of offsets) raise(group, offset, { sinceMs, knownMs, how: `${client} has committed` })
          return undefined
        }
        case 'offsets told':
          return seeTold(event)
        case 'moved':
          if (event.how === 'assigned') {
            for (const place of event.partitions) {
              const count = (assignments.get(`${event.client} ${placeOf(place)}`) ?? 0) + 1
              assignments.set(`${event.client} ${placeOf(place)}`, count)
              assignedMs.set(`${event.client} ${placeOf(place)} ${count}`, event.atMs)
            }
          }
          return undefined
        case 'handling':
          return seeHandling(event)
        default:
          return undefined
      }
    },
  }
}
