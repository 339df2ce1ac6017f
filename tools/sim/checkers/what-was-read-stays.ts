import { placeOf, type ReadEvent, type ReplicaLogEvent, type ResetEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { supersededIn } from './compacted.ts'
import { LossyElections } from './lossy-elections.ts'
import { SoundCopies } from './sound-copies.ts'

interface FirstRead {
  readonly value: string
  readonly client: string
  readonly atMs: number
}

/**
 * What a reader once saw at an offset, every later reader sees there, every later leader has there, and so does the log when all is over. A
 * consumer reads without gaps and is never sent back. Excused by lossy elections since the first read. What compaction takes has a successor.
 */
export function whatWasReadStays(
  losesNothing?: (topic: string) => boolean,
  isCompacted: (topic: string) => boolean = () => false,
): Checker {
  const elections = new LossyElections(losesNothing)
  const copies = new SoundCopies()
  const reads = new Map<string, Map<number, FirstRead>>()
  const nextOffsets = new Map<string, number>()
  /** By place, as the controller knows it: whatever was read before was committed in this leader epoch or an older one. */
  const leaderEpochs = new Map<string, number>()
  /** Behind the last offset that anybody read. */
  const readEnds = new Map<string, { end: number; leaderEpoch: number; atMs: number }>()
  const recordsDeleted = new Map<string, number>()

  function seeRead(event: ReadEvent): string[] | undefined {
    const place = placeOf(event)
    const key = `${event.client} ${place}`
    const next = nextOffsets.get(key)
    nextOffsets.set(key, event.offset + 1)
    const deletedTo = recordsDeleted.get(place) ?? 0
    const isNext = next === undefined || (isCompacted(event.topic) ? event.offset > next : event.offset === next)
    if (!isNext && event.offset !== next && event.offset > deletedTo)
      return [`${place}: ${event.client} read offset ${event.offset} after ${next! - 1}`]
    if (elections.mayBeStale(place, event.atMs)) return undefined
    const known = reads.get(place) ?? new Map<number, FirstRead>()
    reads.set(place, known)
    const first = known.get(event.offset)
    const end = readEnds.get(place)
    if (end === undefined || event.offset >= end.end)
      readEnds.set(place, { end: event.offset + 1, leaderEpoch: leaderEpochs.get(place) ?? -1, atMs: event.atMs })
    if (first !== undefined && first.value !== event.value && !elections.excuse(place, first.atMs))
      return [
        `${place}: ${event.client} read ${event.value} at offset ${event.offset}, where ${first.client} read ${first.value} at ${first.atMs.toFixed(1)} ms`,
      ]
    if (first?.value !== event.value)
      known.set(event.offset, { value: event.value, client: event.client, atMs: event.atMs })
    return undefined
  }

  function seeReset(event: ResetEvent): string[] | undefined {
    const place = placeOf(event)
    nextOffsets.delete(`${event.client} ${place}`)
    const isDeleted = event.why === 'out of range' && event.from < (recordsDeleted.get(place) ?? -1)
    if (isDeleted || elections.excuse(place, 0)) return undefined
    return [`${place}: ${event.client} at offset ${event.from} was told that its position is ${event.why}`]
  }

  function seeLog(event: ReplicaLogEvent): string[] | undefined {
    if (!event.isLeader) return undefined
    const place = placeOf(event)
    const values = copies.valuesOf(event)
    const superseded = isCompacted(event.topic) ? supersededIn(values) : () => false
    for (const [offset, { value, client, atMs }] of reads.get(place) ?? []) {
      if (offset < event.logStartOffset || values.get(offset) === value || elections.excuse(place, atMs)) continue
      if (superseded({ offset, value })) continue
      return [
        `${place}: ${client} read ${value} at offset ${offset} (${atMs.toFixed(1)} ms), and in the end ${values.get(offset) ?? 'nothing'} is there`,
      ]
    }
    return undefined
  }

  return {
    name: 'what was read stays',
    see(event) {
      elections.see(event)
      copies.see(event)
      switch (event.kind) {
        case 'read':
          return seeRead(event)
        case 'reset':
          return seeReset(event)
        case 'unreadable':
          // Whether it was right to be given that is another checker's matter.
          nextOffsets.set(`${event.client} ${placeOf(event)}`, event.nextOffset)
          return undefined
        case 'image':
          if (event.node === 'controller') {
            for (const { name: topic, partitions } of event.image.topics.values())
              for (const { partition, leaderEpoch } of partitions)
                leaderEpochs.set(placeOf({ topic, partition }), leaderEpoch)
          }
          return undefined
        case 'asked':
          if (event.change === 'delete records') {
            const place = placeOf(event)
            recordsDeleted.set(place, Math.max(event.offset, recordsDeleted.get(place) ?? 0))
          }
          return undefined
        case 'replica': {
          if (event.role !== 'leading') return undefined
          const place = placeOf(event)
          const end = readEnds.get(place)
          // A leader of an older epoch, which does not know yet that it is over, may be behind.
          if (end === undefined || event.logEndOffset >= end.end || event.leaderEpoch <= end.leaderEpoch)
            return undefined
          if (elections.excuse(place, end.atMs)) return undefined
          return [
            `${place}: ${event.node} leads in epoch ${event.leaderEpoch} with a log up to ${event.logEndOffset}, and offset ${end.end - 1} was read at ${end.atMs.toFixed(1)} ms`,
          ]
        }
        case 'replica log':
          return seeLog(event)
        default:
          return undefined
      }
    },
  }
}
