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
 * Spreads a topic over the brokers: leaders go round, from rack to rack and in each rack in the order of broker ids, and with every
 * round the followers' distance to their leader grows by one, so that the partitions of one leader have different followers. A
 * partition's replicas lie in as many racks as there are; brokers without a rack count as one rack of their own. Brokers that
 * cannot serve now are used only when there are not enough others, and never as preferred leader.
 *
 * Needs at least one live broker, and as many registered ones as `replicationFactor`.
 */
export function placeReplicas(image: MetadataImage, request: PlacementRequest): Assignment[] {
  const { live, resting } = rounds(image)
  return Array.from({ length: request.partitions }, (_, partition) => {
    const turn = request.start + partition
    const candidates = rotated(live, turn, Math.floor(turn / live.length))
    const replicas: number[] = []
    pick(image, candidates, { into: replicas, count: request.replicationFactor })
    pick(image, resting, { into: replicas, count: request.replicationFactor })
    return replicas
  })
}

/**
 * Where the round goes on for a topic that gets more partitions: the turn after the one that the last partition's preferred leader
 * had; `fallback` when that broker is not live.
 */
export function nextStart(image: MetadataImage, existing: readonly Assignment[], fallback: number): number {
  const { live } = rounds(image)
  const last = live.indexOf(existing.at(-1)?.[0] ?? -1)
  if (last < 0) return fallback
  // The rounds that the topic has made already: its followers' distances go on as well.
  return Math.floor((existing.length - 1) / live.length) * live.length + last + 1
}

function rounds(image: MetadataImage): { readonly live: readonly number[]; readonly resting: readonly number[] } {
  const ids = [...image.brokers.keys()].sort((left, right) => left - right)
  return {
    live: fromRackToRack(
      image,
      ids.filter((id) => isLive(image, id)),
    ),
    resting: ids.filter((id) => !isLive(image, id)),
  }
}

/** The first broker of each rack, then the second of each, and so on; without racks the order stays. */
function fromRackToRack(image: MetadataImage, ids: readonly number[]): readonly number[] {
  const racks = [...Map.groupBy(ids, (id) => rackOf(image, id))]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, brokers]) => brokers)
  const longest = racks.reduce((most, brokers) => Math.max(most, brokers.length), 0)
  return Array.from({ length: longest }, (_, row) => racks.flatMap((brokers) => brokers.slice(row, row + 1))).flat()
}

function rackOf(image: MetadataImage, id: number): string {
  return image.brokers.get(id)?.rack ?? ''
}

/** Adds candidates, in their order, but always one of a rack that has the fewest replicas so far. */
function pick(
  image: MetadataImage,
  candidates: readonly number[],
  { into, count }: { readonly into: number[]; readonly count: number },
): void {
  const left = [...candidates]
  const used = (id: number) => into.filter((other) => rackOf(image, other) === rackOf(image, id)).length
  while (into.length < count && left.length > 0) {
    const best = left.reduce((chosen, id) => (used(id) < used(chosen) ? id : chosen))
    into.push(best)
    left.splice(left.indexOf(best), 1)
  }
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
