import { API } from '../api.ts'
import type { Cluster, Target } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'

export interface ServedApi {
  readonly apiKey: number
  readonly minVersion: number
  readonly maxVersion: number
}

/** A feature of the cluster (KIP-584): what this broker could do, and what the cluster has agreed on. */
export interface FeatureLevels {
  readonly supported: ReadonlyMap<string, LevelRange>
  readonly finalized: ReadonlyMap<string, LevelRange>
  /** undefined: nothing is finalized, or the broker does not say. */
  readonly finalizedEpoch: number | undefined
}

export interface LevelRange {
  readonly min: number
  readonly max: number
}

export interface ApiVersionsDescription {
  /** In order of API key. */
  readonly apis: readonly ServedApi[]
  readonly features: FeatureLevels
}

const SOFTWARE = { clientSoftwareName: 'ottla-admin', clientSoftwareVersion: '0.1.0' }

/** What one broker serves, or any of them. */
export async function describeApiVersions(
  cluster: Cluster,
  target: Target,
  options: CallOptions,
): Promise<ApiVersionsDescription> {
  return cluster.retrying(options, async (call) => {
    const answer = await cluster.send(target, API.apiVersions, SOFTWARE, { call })
    if (answer.errorCode !== 0) throw ClientError.fromCode(answer.errorCode, null, { api: 'ApiVersions' })
    const apis = answer.apiKeys.map(({ apiKey, minVersion, maxVersion }) => ({ apiKey, minVersion, maxVersion }))
    const supported = answer.supportedFeatures.map(
      ({ name, minVersion, maxVersion }) => [name, { min: minVersion, max: maxVersion }] as const,
    )
    const finalized = answer.finalizedFeatures.map(
      ({ name, minVersionLevel, maxVersionLevel }) => [name, { min: minVersionLevel, max: maxVersionLevel }] as const,
    )
    return {
      apis: apis.sort((a, b) => a.apiKey - b.apiKey),
      features: {
        supported: new Map(supported),
        finalized: new Map(finalized),
        finalizedEpoch: answer.finalizedFeaturesEpoch < 0 ? undefined : answer.finalizedFeaturesEpoch,
      },
    }
  })
}
