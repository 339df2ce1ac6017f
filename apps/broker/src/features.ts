/** A feature that this broker knows, with the levels that it can work at. */
export interface SupportedFeature {
  readonly name: string
  readonly min: number
  readonly max: number
}

/**
 * Sent with the registration and shown by ApiVersions. None yet: what the broker does so far does not depend on a level.
 * Group, transaction and share protocols bring theirs.
 */
export const SUPPORTED_FEATURES: readonly SupportedFeature[] = []
