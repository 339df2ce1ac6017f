import { FEATURES, type FeatureLevels } from '@ottla/replication'

/** A feature that this broker knows, with the levels that it can work at. */
export type SupportedFeature = FeatureLevels

/** Sent with the registration and shown by ApiVersions. */
export const SUPPORTED_FEATURES: readonly SupportedFeature[] = FEATURES
