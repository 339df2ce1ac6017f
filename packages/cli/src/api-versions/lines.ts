import type { ApiVersionsDescription, BrokerDescription, ClientError, ServedApi } from '@ottla/client'
import { ApiKey, apiName } from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'

/** APIs between brokers and controllers: a listener for clients never serves them, so their absence says nothing. */
const INTERNAL: ReadonlySet<number> = new Set([
  ApiKey.Vote,
  ApiKey.BeginQuorumEpoch,
  ApiKey.EndQuorumEpoch,
  ApiKey.AlterPartition,
  ApiKey.Envelope,
  ApiKey.FetchSnapshot,
  ApiKey.BrokerRegistration,
  ApiKey.BrokerHeartbeat,
  ApiKey.AllocateProducerIds,
  ApiKey.ControllerRegistration,
  ApiKey.AssignReplicasToDirs,
  ApiKey.UpdateRaftVoter,
])

export interface BrokerApis {
  readonly broker: BrokerDescription
  readonly description: ApiVersionsDescription
}

/** What a broker says of itself, or why it does not. */
export type Answer = BrokerApis | { readonly broker: BrokerDescription; readonly error: ClientError }

export interface ApiRow {
  readonly key: number
  /** undefined: this program does not know the API. */
  readonly name: string | undefined
  /** undefined: the broker does not serve the API. */
  readonly served: ServedApi | undefined
  readonly usable: Usability
}

/** The newest version that both sides have, or why there is none. */
export type Usability = number | 'node too old' | 'node too new' | 'unknown'

/** What the broker serves and what a client could ask for, by API key. */
export function apiRows({ apis: served }: ApiVersionsDescription): ApiRow[] {
  const byKey = new Map(served.map((api) => [api.apiKey, api]))
  const clientKeys = [...apis.keys()].filter((key) => !INTERNAL.has(key))
  const keys = [...new Set([...byKey.keys(), ...clientKeys])].sort((a, b) => a - b)
  return keys.map((key) => {
    const api = byKey.get(key)
    return {
      key,
      name: apis.has(key) ? apiName(key) : undefined,
      served: api,
      usable: api === undefined ? 'unknown' : usability(api),
    }
  })
}

function usability({ apiKey, minVersion, maxVersion }: ServedApi): Usability {
  const ours = apis.get(apiKey)?.request.versions
  if (ours === undefined) return 'unknown'
  if (maxVersion < ours.min) return 'node too old'
  return minVersion > ours.max ? 'node too new' : Math.min(maxVersion, ours.max)
}

/** The text of Apache's tool for one broker, several lines in one. */
export function brokerText({ broker, description }: BrokerApis): string {
  const { host, port, id, rack, isFenced } = broker
  const rows = apiRows(description).map((row) => `\t${rowText(row)}`)
  return `${host}:${port} (id: ${id} rack: ${rack} isFenced: ${isFenced}) -> (\n${rows.join(',\n')}\n)`
}

function rowText({ key, name, served, usable }: ApiRow): string {
  if (served === undefined) return `${name}(${key}): UNSUPPORTED`
  const range = rangeText(served)
  if (name === undefined) return `UNKNOWN(${key}): ${range}`
  return `${name}(${key}): ${range} ${typeof usable === 'number' ? `[usable: ${usable}]` : `[unusable: ${usable}]`}`
}

export function rangeText({ minVersion, maxVersion }: ServedApi): string {
  return minVersion === maxVersion ? `${minVersion}` : `${minVersion} to ${maxVersion}`
}

/** What `--output json` prints for one broker. */
export function brokerJson({ broker, description }: BrokerApis) {
  const { id, host, port, rack } = broker
  const { supported, finalized, finalizedEpoch } = description.features
  return {
    broker: id,
    host,
    port,
    rack,
    apis: apiRows(description).map(({ key, name, served, usable }) => ({
      key,
      name: name ?? null,
      min: served?.minVersion ?? null,
      max: served?.maxVersion ?? null,
      usable: typeof usable === 'number' ? usable : null,
    })),
    features: {
      supported: Object.fromEntries(supported),
      finalized: Object.fromEntries(finalized),
      finalizedEpoch: finalizedEpoch ?? null,
    },
  }
}
