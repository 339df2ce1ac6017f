import { type AcknowledgedEvent, placeOf, type ReplicaLogEvent, type SimEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { supersededIn } from './compacted.ts'
import { LossyElections } from './lossy-elections.ts'
import { SoundCopies } from './sound-copies.ts'

/**
 * A record that was acknowledged stands in the leader's log at the offset that was told, when all is over; where a disk has damaged the
 * leader's batch, in another replica's. Excused: what was sent before an
 * election that the metadata records as lossy, deleted topics and records, and acks=1 where the leader has changed since. Of a compacted
 * topic a later record of the same key will do.
 */
export function acknowledgedRecordsSurvive(
  losesNothing?: (topic: string) => boolean,
  isCompacted: (topic: string) => boolean = () => false,
): Checker {
  const elections = new LossyElections(losesNothing)
  const copies = new SoundCopies()
  const sentMs = new Map<string, number>()
  const acknowledged = new Map<string, AcknowledgedEvent[]>()
  const leaderMoved = new Set<string>()
  const replicaCounts = new Map<string, number>()
  const epochs = new Map<string, number>()

  function seeLeaders(event: Extract<SimEvent, { kind: 'image' }>): void {
    if (event.node !== 'controller') return
    for (const topic of event.image.topics.values()) {
      for (const { partition, leaderEpoch, replicas } of topic.partitions) {
        const place = placeOf({ topic: topic.name, partition })
        const isAlone = replicas.length === 1 && (replicaCounts.get(place) ?? 1) === 1
        // The only replica there ever was loses nothing by being started again.
        if (leaderEpoch > (epochs.get(place) ?? leaderEpoch) && !isAlone) leaderMoved.add(place)
        epochs.set(place, leaderEpoch)
        replicaCounts.set(place, Math.max(replicas.length, replicaCounts.get(place) ?? 1))
      }
    }
  }

  function excused(event: AcknowledgedEvent, place: string): boolean {
    // Whoever led before may go on acknowledging acks=1 as long as it has not heard of its successor.
    if (event.acks === 1 && leaderMoved.has(place)) return true
    return elections.excuse(place, sentMs.get(event.value) ?? 0)
  }

  function judge(log: ReplicaLogEvent): string[] {
    const place = placeOf(log)
    const values = copies.valuesOf(log)
    const superseded = isCompacted(log.topic) ? supersededIn(values) : () => false
    const lost = (acknowledged.get(place) ?? []).filter(
      (event) =>
        event.offset >= log.logStartOffset &&
        values.get(event.offset) !== event.value &&
        !superseded(event) &&
        !excused(event, place),
    )
    return lost.map(({ offset, value, acks, atMs, client }) => {
      const there = values.get(offset) ?? 'nothing'
      return `${place}: ${value}, acknowledged (acks=${acks}) to ${client} at ${atMs.toFixed(1)} ms with offset ${offset}, is gone: ${there} is there; ${lost.length} such records`
    })
  }

  return {
    name: 'acknowledged records survive',
    see(event) {
      elections.see(event)
      copies.see(event)
      switch (event.kind) {
        case 'sent':
          sentMs.set(event.value, event.atMs)
          return undefined
        case 'acknowledged': {
          const place = placeOf(event)
          if (elections.mayBeStale(place, event.atMs)) return undefined
          const list = acknowledged.get(place)
          if (list === undefined) acknowledged.set(place, [event])
          else list.push(event)
          return undefined
        }
        case 'image':
          seeLeaders(event)
          return undefined
        case 'replica log':
          return event.isLeader ? judge(event) : undefined
        default:
          return undefined
      }
    },
  }
}
