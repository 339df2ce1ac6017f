import { placeOf, type ReplicaLogEvent } from '../history.ts'
import type { Checker } from './checker.ts'
import { LossyElections } from './lossy-elections.ts'

/**
 * In the log of each replica: every value of an idempotent producer stands at most once, each producer's values stand in the order of sending, and
 * no (producer id, epoch, sequence) comes twice. A lossy election may take what the log knew of a producer; a batch that was in flight can then be
 * accepted before an earlier one is sent again.
 */
export function recordsOnceAndInOrder(
  isIdempotent: (client: string) => boolean,
  losesNothing?: (topic: string) => boolean,
): Checker {
  const elections = new LossyElections(losesNothing)
  return {
    name: 'records stand once and in order',
    see(event) {
      elections.see(event)
      if (event.kind !== 'replica log') return undefined
      const isOrdered = !elections.excuse(placeOf(event), 0)
      return judge(event, (client) => isOrdered && isIdempotent(client))
    },
  }
}

/** `producer-1:topic-0:17` */
export function readValue(value: string): { readonly client: string; readonly number: number } {
  const [client = '', , number = ''] = value.split(':')
  return { client, number: Number.parseInt(number, 10) }
}

function judge(log: ReplicaLogEvent, isOrdered: (client: string) => boolean): string[] {
  const found: string[] = []
  const at = `${placeOf(log)} on ${log.node}`
  const latest = new Map<string, { number: number; offset: number }>()
  const sequences = new Map<string, number>()
  for (const { offset, value, producerId, producerEpoch, sequence } of log.records) {
    if (producerId >= 0) {
      const stamp = `${producerId}/${producerEpoch}/${sequence}`
      const other = sequences.get(stamp)
      if (other !== undefined)
        found.push(`${at}: producer id/epoch/sequence ${stamp} at offsets ${other} and ${offset}`)
      sequences.set(stamp, offset)
    }
    const { client, number } = readValue(value)
    const before = latest.get(client)
    latest.set(client, { number: Math.max(number, before?.number ?? -1), offset })
    if (before === undefined || before.number < number || !isOrdered(client)) continue
    const what = before.number === number ? 'twice' : `behind number ${before.number}`
    found.push(`${at}: ${value} stands at offset ${offset} ${what} (offset ${before.offset})`)
  }
  return found
}
