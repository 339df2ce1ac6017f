/** A feature of the cluster, with the levels that this version can work at (KIP-584). */
export interface FeatureLevels {
  readonly name: string
  readonly min: number
  readonly max: number
}

/**
 * What a cluster can settle on. The controller writes a feature's highest level down as soon as every registered broker supports it,
 * and takes no broker that does not from then on.
 *
 * group.version (KIP-848): 1 is the consumer protocol, and groups with a configuration of their own, which brokers without this level cannot
 * read from the metadata.
 */
export const FEATURES: readonly FeatureLevels[] = [{ name: 'group.version', min: 0, max: 1 }]

/** The level that the cluster has settled on; 0: none. */
export function featureLevel({ features }: { readonly features: ReadonlyMap<string, number> }, name: string): number {
  return features.get(name) ?? 0
}
