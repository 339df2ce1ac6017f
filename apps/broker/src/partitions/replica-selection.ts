/**
 * Which replica a consumer should read from (KIP-392, replica.selector.class): one in its own rack, the leader first, then
 * the in-sync follower that has most. Only a follower that is known to have the wanted offset.
 */
import type { BrokerRegistration, MetadataImage } from '@ottla/replication'
import type { InSyncReplica } from './partition-types.ts'

export interface ReadingPlace {
  readonly image: MetadataImage
  /** This broker, which leads. */
  readonly brokerId: number
  /** Name of the listener that the consumer has come through. */
  readonly listener: string
  readonly rack: string
  readonly offset: number
}

/** Undefined: here. */
export function preferredReplica(inSync: readonly InSyncReplica[], place: ReadingPlace): number | undefined {
  const { image, brokerId, rack, offset } = place
  if (rack === '' || image.brokers.get(brokerId)?.rack === rack) return undefined
  let best: InSyncReplica | undefined
  for (const replica of inSync) {
    const holdsOffset =
      replica.logStartOffset >= 0 && replica.logStartOffset <= offset && offset <= replica.logEndOffset
    if (!holdsOffset || !isReachable(image.brokers.get(replica.brokerId), place)) continue
    if (best === undefined || replica.logEndOffset > best.logEndOffset) best = replica
  }
  return best?.brokerId
}

function isReachable(broker: BrokerRegistration | undefined, { rack, listener }: ReadingPlace): boolean {
  if (broker === undefined || broker.fenced || broker.rack !== rack) return false
  return broker.listeners.some(({ name }) => name === listener)
}
