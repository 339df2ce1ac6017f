import { FEATURES, type FeatureRange, type MetadataImage, type MetadataRecord } from '@ottla/replication'

/**
 * What the registered brokers support, as they have told this controller since it started. A feature gets its highest level when all of
 * them do: during an upgrade that is when the last broker comes back, and a broker that was registered and is away holds it up
 * until it returns or is unregistered. A level that is written down never falls.
 */
export class FeatureSupport {
  readonly #ranges = new Map<number, readonly FeatureRange[]>()

  heard(brokerId: number, ranges: readonly FeatureRange[]): void {
    this.#ranges.set(brokerId, ranges)
  }

  /** The levels that can be written down now. */
  settled({ brokers, features }: MetadataImage): MetadataRecord[] {
    return FEATURES.filter(({ name, max }) => {
      if (brokers.size === 0 || (features.get(name) ?? 0) >= max) return false
      return [...brokers.keys()].every((id) => this.#supports(id, name, max))
    }).map(({ name, max }) => ({ type: 'featureLevel', name, level: max }))
  }

  #supports(brokerId: number, name: string, level: number): boolean {
    const range = this.#ranges.get(brokerId)?.find((feature) => feature.name === name)
    return range !== undefined && range.min <= level && level <= range.max
  }
}
