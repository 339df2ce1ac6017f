import { type LoggedRecord, type OffsetRange, placeOf, type ReplicaLogEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { LossyElections } from './lossy-elections.ts'

/**
 * At rest the logs of a partition are dense and, below the high watermark, the same on all replicas: offsets, epochs, producers, keys, values; what a
 * disk has damaged aside. Each replica compacts for itself: of a compacted topic they have in common the last record of each key, and
 * what they both have is the same. (Tombstones outlive a run.) But for lossy elections: what a replica has dropped for the sake of a later record does not
 * come back when that one is cut off.
 */
export function replicasAreIdentical(
  isCompacted: (topic: string) => boolean = () => false,
  losesNothing?: (topic: string) => boolean,
): Checker {
  const elections = new LossyElections(losesNothing)
  const knowns = new Map<string, Known>()
  return {
    name: 'replicas are identical',
    see(event) {
      elections.see(event)
      if (event.kind !== 'replica log') return undefined
      const compacted = isCompacted(event.topic)
      const isExcused = !compacted || elections.excuse(placeOf(event), 0)
      const gap = gapIn(event, compacted)
      if (gap !== undefined) return [gap]
      const place = placeOf(event)
      const known = knowns.get(place) ?? { first: event, records: new Map() }
      knowns.set(place, known)
      return difference(known, event, compacted) ?? (isExcused ? undefined : differenceOfLast(known.first, event))
    },
  }
}

/** What the replicas that were seen hold at each offset, each as far as it is sound. */
interface Known {
  readonly first: ReplicaLogEvent
  readonly records: Map<number, { readonly record: LoggedRecord; readonly node: string }>
}

function gapIn(log: ReplicaLogEvent, compacted: boolean): string | undefined {
  const singles = log.records.map(({ offset }): OffsetRange => ({ from: offset, to: offset }))
  const ranges = log.damaged.length === 0 ? singles : [...singles, ...log.damaged].sort((a, b) => a.from - b.from)
  let next: number | undefined
  for (const { from, to } of ranges) {
    // The log may begin within a damaged batch.
    if (next !== undefined && (compacted ? from < next : from !== next))
      return `${placeOf(log)} on ${log.node}: offset ${from} follows ${next - 1}`
    next = to + 1
  }
  // The last places of a compacted log may be held by a batch without records.
  if (compacted || (next ?? log.highWatermark) >= log.highWatermark) return undefined
  return `${placeOf(log)} on ${log.node}: the records end at ${next}, the high watermark is ${log.highWatermark}`
}

function difference({ first, records }: Known, log: ReplicaLogEvent, compacted: boolean): string[] | undefined {
  const place = placeOf(log)
  if (first.highWatermark !== log.highWatermark)
    return [
      `${place}: the high watermark at rest is ${first.highWatermark} on ${first.node} and ${log.highWatermark} on ${log.node}`,
    ]
  for (const record of log.records) {
    if (record.offset >= first.highWatermark) continue
    const twin = records.get(record.offset)
    if (twin === undefined) {
      const isMissing =
        !compacted && first !== log && record.offset >= first.logStartOffset && !isDamaged(first, record.offset)
      if (isMissing)
        return [`${place} at offset ${record.offset}: ${first.node} has nothing, ${log.node} has ${show(record)}`]
      records.set(record.offset, { record, node: log.node })
    } else if (show(twin.record) !== show(record))
      return [
        `${place} at offset ${record.offset}: ${twin.node} has ${show(twin.record)}, ${log.node} has ${show(record)}`,
      ]
  }
  return undefined
}

function differenceOfLast(first: ReplicaLogEvent, log: ReplicaLogEvent): string[] | undefined {
  if (first === log || first.damaged.length + log.damaged.length > 0) return undefined
  const [one, other] = [lastOfKeys(first), lastOfKeys(log)]
  for (const [key, offset] of [...one, ...other]) {
    if (one.get(key) === other.get(key)) continue
    const where = [first, log].map(({ node }, index) => `${[one, other][index]?.get(key) ?? 'nowhere'} on ${node}`)
    return [`${placeOf(log)}: the last record of key ${JSON.stringify(key)} is at ${where.join(' and ')} (${offset})`]
  }
  return undefined
}

function lastOfKeys({ records, highWatermark }: ReplicaLogEvent): Map<string, number> {
  return new Map(records.filter(({ offset }) => offset < highWatermark).map(({ key, offset }) => [key, offset]))
}

function isDamaged({ damaged }: ReplicaLogEvent, offset: number): boolean {
  return damaged.some(({ from, to }) => from <= offset && offset <= to)
}

function show({ offset, key, value, leaderEpoch, producerId, producerEpoch, sequence }: LoggedRecord): string {
  return `${offset} ${JSON.stringify(key)} ${JSON.stringify(value)} (leader epoch ${leaderEpoch}, producer ${producerId}/${producerEpoch}/${sequence})`
}
