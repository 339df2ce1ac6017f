import { ApiVersionsRequest, type ApiVersionsResponse, ErrorCode } from '@ottla/protocol'
import { ClientError } from './errors.ts'

/** The versions of an API that a broker serves; both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

export type BrokerVersions = ReadonlyMap<number, VersionRange>

/** Sends one ApiVersions request in the version given. */
export type AskApiVersions = (version: number) => Promise<ApiVersionsResponse>

const UNSUPPORTED: number = ErrorCode.UNSUPPORTED_VERSION

/**
 * Learns what a broker serves. One that does not know our version of ApiVersions answers with error 35, and since Kafka 2.4 says
 * which versions it has (KIP-511); then it is asked again in one of those, and each time in a lower one.
 */
export async function negotiate(ask: AskApiVersions): Promise<BrokerVersions> {
  const ours = ApiVersionsRequest.versions
  for (let version = ours.max; ; ) {
    const { errorCode, apiKeys } = await ask(version)
    const versions = versionsByKey(apiKeys)
    if (errorCode === 0) return versions
    if (errorCode !== UNSUPPORTED) throw ClientError.fromCode(errorCode, null, { api: 'ApiVersions' })
    const theirs = versions.get(ApiVersionsRequest.apiKey) ?? { min: 0, max: 0 }
    version = Math.min(version - 1, theirs.max)
    if (version < Math.max(ours.min, theirs.min)) throw noCommonVersion()
  }
}

function noCommonVersion(): ClientError {
  const message = 'the broker refuses every version of ApiVersions that this client knows'
  return new ClientError('UNSUPPORTED_VERSION', message, { api: 'ApiVersions' })
}

function versionsByKey(apiKeys: ApiVersionsResponse['apiKeys']): BrokerVersions {
  return new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { min: minVersion, max: maxVersion }]))
}

export interface VersionWish {
  readonly apiKey: number
  readonly api: string
  /** What this client can do. */
  readonly ours: VersionRange
  readonly broker: string
}

/** The newest version that both sides have; throws UNSUPPORTED_VERSION when there is none. */
export function chooseVersion({ apiKey, api, ours, broker }: VersionWish, versions: BrokerVersions): number {
  const theirs = versions.get(apiKey)
  const version = Math.min(ours.max, theirs?.max ?? -1)
  if (theirs !== undefined && version >= Math.max(ours.min, theirs.min)) return version
  const served = theirs === undefined ? 'does not serve it' : `serves ${rangeText(theirs)}`
  throw new ClientError('UNSUPPORTED_VERSION', `${api} in version ${rangeText(ours)} is needed, the broker ${served}`, {
    api,
    broker,
  })
}

function rangeText({ min, max }: VersionRange): string {
  return min === max ? String(min) : `${min} to ${max}`
}
