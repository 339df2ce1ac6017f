import type { MetadataImage } from '@ottla/replication'
import { isLive } from './partition-changes.ts'

/** A partition's replicas in assignment order; the first one is the preferred leader. */
export type Assignment = readonly number[]

export interface PlacementRequest {
  readonly partitions: number
  readonly replicationFactor: number
  /** Where the round begins: any number, so that topics do not all begin at the same broker. */
  readonly start: number
}

/**
 * Spreads a topic over the brokers: leaders go round in the order of broker ids, and with every round the followers' distance to
 * their leader grows by one, so that the partitions of one leader have different followers. Brokers that cannot serve now are
 * used only when there are not enough others, and never as preferred leader.
 *
 * Needs at least one live broker, and as many registered ones as `replicationFactor`.
 */
export function placeReplicas(image: MetadataImage, request: PlacementRequest): Assignment[] {
  const ids = [...image.brokers.keys()].sort((left, right) => left - right)
  const live = ids.filter((id) => isLive(image, id))
  const resting = ids.filter((id) => !isLive(image, id))
  return Array.from({ length: request.partitions }, (_, partition) => {
    const turn = request.start + partition
    return rotated(live, turn, Math.floor(turn / live.length))
      .concat(resting)
      .slice(0, request.replicationFactor)
  })
}

/** All of `ids`: the leader of this turn, then the others, rotated by `shift`. */
function rotated(ids: readonly number[], turn: number, shift: number): number[] {
  const first = turn % ids.length
  const others = ids.length - 1
  return Array.from({ length: ids.length }, (_, index) => {
    if (index === 0) return ids[first]!
    return ids[(first + 1 + ((shift + index - 1) % others)) % ids.length]!
  })
}
