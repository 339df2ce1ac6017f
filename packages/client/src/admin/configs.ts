import { API } from '../api.ts'
import type { Cluster, Target } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

/** Codes on the wire. */
const RESOURCE_TYPES = { topic: 2, broker: 4, 'broker-logger': 8, 'client-metrics': 16, group: 32 } as const
const SOURCES = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
] as const

export interface ConfigResource {
  readonly type: keyof typeof RESOURCE_TYPES
  /** The topic's name, the broker's id … */
  readonly name: string
}

/** Where a value comes from, in Kafka's words. */
export type ConfigSource = (typeof SOURCES)[number]

export interface ConfigEntry {
  readonly name: string
  /** null for a secret, and for a key without value. */
  readonly value: string | null
  readonly source: ConfigSource
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
}

export interface DescribedConfig {
  readonly resource: ConfigResource
  readonly outcome: Outcome<readonly ConfigEntry[]>
}

export interface DescribeConfigsOptions extends CallOptions {
  /** Only these keys; all without it. */
  readonly keys?: readonly string[]
}

/** The configuration of each resource. A broker's is asked of that broker, all others of any. */
export async function describeConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  options: DescribeConfigsOptions,
): Promise<DescribedConfig[]> {
  const outcomes = await settle(cluster, {
    items: resources,
    options,
    repeat: (error) => error.retriable && error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION',
    attempt: (pending, call) => ask(cluster, pending, { call, keys: options.keys }),
  })
  return resources.map((resource) => ({ resource, outcome: outcomes.get(resource)! }))
}

type Outcomes = Map<ConfigResource, DescribedConfig['outcome']>

interface Asking {
  readonly call: Call
  readonly keys: readonly string[] | undefined
}

async function ask(cluster: Cluster, resources: readonly ConfigResource[], asking: Asking): Promise<Outcomes> {
  const groups = [...groupBy(resources, brokerToAsk)]
  const answers = groups.map(([brokerId, group]) =>
    askOne(cluster, group, { ...asking, target: brokerId === undefined ? 'any' : { brokerId } }),
  )
  const outcomes: Outcomes = new Map()
  for (const answer of await Promise.all(answers))
    for (const [resource, outcome] of answer) outcomes.set(resource, outcome)
  return outcomes
}

/** undefined: any. An empty broker name means the cluster-wide defaults, which every broker knows. */
function brokerToAsk({ type, name }: ConfigResource): number | undefined {
  return (type === 'broker' || type === 'broker-logger') && name !== '' ? Number(name) : undefined
}

async function askOne(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  { call, keys, target }: Asking & { readonly target: Target },
): Promise<Outcomes> {
  const body = {
    resources: resources.map(({ type, name }) => ({
      resourceType: RESOURCE_TYPES[type],
      resourceName: name,
      configurationKeys: keys ?? null,
    })),
  }
  const { results } = await cluster.send(target, API.describeConfigs, body, { call })
  const byKey = new Map(results.map((result) => [`${result.resourceType} ${result.resourceName}`, result]))
  return new Map(
    resources.map((resource) => [
      resource,
      outcomeOf(resource, byKey.get(`${RESOURCE_TYPES[resource.type]} ${resource.name}`)),
    ]),
  )
}

interface Result {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly configs: readonly {
    readonly name: string
    readonly value: string | null
    readonly readOnly: boolean
    readonly configSource: number
    readonly isSensitive: boolean
  }[]
}

function outcomeOf({ type, name }: ConfigResource, result: Result | undefined): DescribedConfig['outcome'] {
  const attempt = { api: 'DescribeConfigs', ...(type === 'topic' && { topic: name }) }
  if (result === undefined) {
    return {
      ok: false,
      error: new ClientError('UNKNOWN_SERVER_ERROR', `the answer lacks the ${type} ${name}`, attempt),
    }
  }
  if (result.errorCode !== 0) return failed(result.errorCode, result.errorMessage, attempt)
  return succeeded(
    result.configs.map((entry) => ({
      name: entry.name,
      value: entry.value,
      source: SOURCES[entry.configSource] ?? 'UNKNOWN',
      isReadOnly: entry.readOnly,
      isSensitive: entry.isSensitive,
    })),
  )
}
