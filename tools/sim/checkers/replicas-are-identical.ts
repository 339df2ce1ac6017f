import { type LoggedRecord, type OffsetRange, placeOf, type ReplicaLogEvent } from '../history.ts'
import type { Checker } from './checker.ts'

/** At rest the logs of a partition are dense and, below the high watermark, the same on all replicas: offsets, epochs, producers, values; what a disk has damaged aside. */
export function replicasAreIdentical(): Checker {
  const knowns = new Map<string, Known>()
  return {
    name: 'replicas are identical',
    see(event) {
      if (event.kind !== 'replica log') return undefined
      const gap = gapIn(event)
      if (gap !== undefined) return [gap]
      const place = placeOf(event)
      const known = knowns.get(place) ?? { first: event, records: new Map() }
      knowns.set(place, known)
      return difference(known, event)
    },
  }
}

/** What the replicas that were seen hold at each offset, each as far as it is sound. */
interface Known {
  readonly first: ReplicaLogEvent
  readonly records: Map<number, { readonly record: LoggedRecord; readonly node: string }>
}

function gapIn(log: ReplicaLogEvent): string | undefined {
  const singles = log.records.map(({ offset }): OffsetRange => ({ from: offset, to: offset }))
  const ranges = log.damaged.length === 0 ? singles : [...singles, ...log.damaged].sort((a, b) => a.from - b.from)
  let next: number | undefined
  for (const { from, to } of ranges) {
    // The log may begin within a damaged batch.
    if (next !== undefined && from !== next) return `${placeOf(log)} on ${log.node}: offset ${from} follows ${next - 1}`
    next = to + 1
  }
  if ((next ?? log.highWatermark) >= log.highWatermark) return undefined
  return `${placeOf(log)} on ${log.node}: the records end at ${next}, the high watermark is ${log.highWatermark}`
}

function difference({ first, records }: Known, log: ReplicaLogEvent): string[] | undefined {
  const place = placeOf(log)
  if (first.highWatermark !== log.highWatermark)
    return [
      `${place}: the high watermark at rest is ${first.highWatermark} on ${first.node} and ${log.highWatermark} on ${log.node}`,
    ]
  for (const record of log.records) {
    if (record.offset >= first.highWatermark) continue
    const twin = records.get(record.offset)
    if (twin === undefined) {
      const isMissing = first !== log && record.offset >= first.logStartOffset && !isDamaged(first, record.offset)
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

function isDamaged({ damaged }: ReplicaLogEvent, offset: number): boolean {
  return damaged.some(({ from, to }) => from <= offset && offset <= to)
}

function show({ offset, value, leaderEpoch, producerId, producerEpoch, sequence }: LoggedRecord): string {
  return `${offset} ${value} (leader epoch ${leaderEpoch}, producer ${producerId}/${producerEpoch}/${sequence})`
}
