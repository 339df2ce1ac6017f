import { API } from '../api.ts'
import type { Cluster, Target } from '../cluster.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { brokerToAsk, type ConfigResource, missingResource, RESOURCE_TYPES, resourceKey } from './config-resources.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

/** By their code on the wire. */
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

/** By their code on the wire. */
const TYPES = ['unknown', 'boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password'] as const

/** Where a value comes from, in Kafka's words. */
export type ConfigSource = (typeof SOURCES)[number]

export type ConfigType = (typeof TYPES)[number]

/** A layer that has a value for the key; the first of them gives the value in force. */
export interface ConfigSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: ConfigSource
}

export interface ConfigEntry {
  readonly name: string
  /** null for a secret, and for a key without value. */
  readonly value: string | null
  readonly source: ConfigSource
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
  /** Empty unless asked for. */
  readonly synonyms: readonly ConfigSynonym[]
  /** `unknown` from brokers before 2.6. */
  readonly type: ConfigType
  /** null unless asked for. */
  readonly documentation: string | null
}

export interface DescribedConfig {
  readonly resource: ConfigResource
  readonly outcome: Outcome<readonly ConfigEntry[]>
}

export interface DescribeConfigsOptions extends CallOptions {
  /** Only these keys; all without it. */
  readonly keys?: readonly string[]
  readonly includeSynonyms?: boolean
  readonly includeDocumentation?: boolean
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
    attempt: (pending, call) => ask(cluster, pending, { call, options }),
  })
  return resources.map((resource) => ({ resource, outcome: outcomes.get(resource)! }))
}

type Outcomes = Map<ConfigResource, DescribedConfig['outcome']>

interface Asking {
  readonly call: Call
  readonly options: DescribeConfigsOptions
}

async function ask(cluster: Cluster, resources: readonly ConfigResource[], asking: Asking): Promise<Outcomes> {
  const groups = groupBy(resources, (resource) => {
    const target = brokerToAsk(resource)
    return target === 'any' ? target : target.brokerId
  })
  const answers = [...groups].map(([asked, group]) =>
    askOne(cluster, group, { ...asking, target: asked === 'any' ? asked : { brokerId: asked } }),
  )
  const outcomes: Outcomes = new Map()
  for (const answer of await Promise.all(answers))
    for (const [resource, outcome] of answer) outcomes.set(resource, outcome)
  return outcomes
}

async function askOne(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  { call, options, target }: Asking & { readonly target: Target },
): Promise<Outcomes> {
  const body = {
    resources: resources.map(({ type, name }) => ({
      resourceType: RESOURCE_TYPES[type],
      resourceName: name,
      configurationKeys: options.keys ?? null,
    })),
    includeSynonyms: options.includeSynonyms ?? false,
    // Brokers before 2.6 have no texts to give; for them the wish is left out.
    includeDocumentation: options.includeDocumentation ?? false,
  }
  const send = (version: number) => (version < DOCUMENTATION_VERSION ? { ...body, includeDocumentation: false } : body)
  const { results } = await cluster.send(target, API.describeConfigs, send, { call })
  const byKey = new Map(results.map((result) => [resourceKey(result.resourceType, result.resourceName), result]))
  return new Map(
    resources.map((resource) => [
      resource,
      outcomeOf(resource, byKey.get(resourceKey(RESOURCE_TYPES[resource.type], resource.name))),
    ]),
  )
}

const DOCUMENTATION_VERSION = 3

interface Result {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly configs: readonly {
    readonly name: string
    readonly value: string | null
    readonly readOnly: boolean
    readonly configSource: number
    readonly isSensitive: boolean
    readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: number }[]
    readonly configType: number
    readonly documentation: string | null
  }[]
}

function outcomeOf(resource: ConfigResource, result: Result | undefined): DescribedConfig['outcome'] {
  const { type, name } = resource
  const attempt = { api: 'DescribeConfigs', ...(type === 'topic' && { topic: name }) }
  if (result === undefined) return missingResource('DescribeConfigs', resource)
  if (result.errorCode !== 0) return failed(result.errorCode, result.errorMessage, attempt)
  return succeeded(result.configs.map(configEntry))
}

function configEntry(entry: Result['configs'][number]): ConfigEntry {
  return {
    name: entry.name,
    value: entry.value,
    source: sourceOf(entry.configSource),
    isReadOnly: entry.readOnly,
    isSensitive: entry.isSensitive,
    synonyms: entry.synonyms.map(({ name, value, source }) => ({ name, value, source: sourceOf(source) })),
    type: TYPES[entry.configType] ?? 'unknown',
    documentation: entry.documentation === '' ? null : entry.documentation,
  }
}

function sourceOf(code: number): ConfigSource {
  return SOURCES[code] ?? 'UNKNOWN'
}
