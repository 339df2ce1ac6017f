import { placeOf, type ReplicaEvent } from '../history.ts'
import type { Checker } from './checker.ts'

/** A leader's high watermark does not move while its committed ISR has fewer members than the effective min ISR, before and after. */
export function minIsrIsKept(): Checker {
  const before = new Map<string, ReplicaEvent>()
  const isShort = ({ isr, effectiveMinIsr }: ReplicaEvent) => isr.length < effectiveMinIsr
  return {
    name: 'the high watermark waits for min ISR',
    see(event) {
      if (event.kind !== 'replica' || event.role !== 'leading') return undefined
      const key = `${placeOf(event)} (${event.topicId}) on ${event.node}`
      const last = before.get(key)
      before.set(key, event)
      if (last === undefined || last.leaderEpoch !== event.leaderEpoch || last.brokerEpoch !== event.brokerEpoch)
        return undefined
      if (event.highWatermark <= last.highWatermark || !isShort(last) || !isShort(event)) return undefined
      // Two changes became durable at once; what lay between them cannot be seen.
      if (event.partitionEpoch > last.partitionEpoch + 1) return undefined
      return [
        `${key}: the high watermark moved from ${last.highWatermark} to ${event.highWatermark} with the ISR ${event.isr.join(', ')}, min ISR ${event.effectiveMinIsr}`,
      ]
    },
  }
}
