/** A broker that replicas may be placed on. */
export interface Place {
  readonly id: number
  /** null: the broker names none, or racks do not count. */
  readonly rack: string | null
}

/**
 * Spreads partitions over brokers: leaders go round, from rack to rack; followers are the brokers behind the leader, and with each
 * round they begin one further on, so that the partitions of one leader have different followers. A partition's replicas lie in
 * as many racks as there are. `start` is where the round begins.
 *
 * Needs at least `replicationFactor` brokers.
 */
export function spread(
  places: readonly Place[],
  wish: { readonly partitions: number; readonly replicationFactor: number; readonly start: number },
): number[][] {
  const round = fromRackToRack(places)
  return Array.from({ length: wish.partitions }, (_, partition) => {
    const turn = wish.start + partition
    const [leader, ...behind] = rotated(round, turn % round.length)
    const followers = rotated(behind, Math.floor(turn / round.length) % Math.max(1, behind.length))
    return pick([leader!, ...followers], wish.replicationFactor)
  })
}

/** The first broker of each rack, then the second of each, and so on; in the order of their ids where there are no racks. */
function fromRackToRack(places: readonly Place[]): Place[] {
  const sorted = [...places].sort((a, b) => a.id - b.id)
  const racks = [...Map.groupBy(sorted, ({ rack }) => rack ?? '')].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.flatMap((_, row) => racks.flatMap(([, brokers]) => brokers.slice(row, row + 1)))
}

function rotated<T>(items: readonly T[], by: number): T[] {
  return [...items.slice(by), ...items.slice(0, by)]
}

/** In the order of the candidates, but always one of a rack that is used least so far. */
function pick(candidates: readonly Place[], count: number): number[] {
  const left = [...candidates]
  const chosen: Place[] = []
  const uses = ({ rack }: Place) => chosen.filter((other) => other.rack === rack).length
  while (chosen.length < count) {
    const best = left.reduce((least, place) => (uses(place) < uses(least) ? place : least))
    chosen.push(best)
    left.splice(left.indexOf(best), 1)
  }
  return chosen.map(({ id }) => id)
}
