/**
 * DescribeConfigs (32), versions 1-4: configuration of topics, groups and this broker, with where each value comes from. 1: sources and
 * synonyms. 3: type and documentation of a key.
 *
 * A topic's values are those of topic-configs.ts. A broker's resource name is its own id, or empty for the cluster-wide defaults, of
 * which only those that are set are shown. Passwords are never shown.
 */
import { type DescribeConfigsRequest, DescribeConfigsResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import { topicConfigEntries, topicConfigLayers } from '@ottla/replication'
import type { ConfigKey } from '@ottla/runtime'
import { brokerConfigEntries, clusterConfigEntries } from '../config/broker-entries.ts'
import { groupConfigEntries } from '../config/group-entries.ts'
import { isValidTopicName } from '../metadata-view.ts'
import type { Handler, RequestContext } from '../seams.ts'
import { CLUSTER, groupResource, topicResource } from '../security/resources.ts'
import { ConfigResourceCode, notConfigured } from './alter-configs.ts'
import type { FrontParts } from './front-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof DescribeConfigsResponse>
type Result = Response['results'][number]
type Shown = Result['configs'][number]
type Asked = DescribeConfigsRequest['resources'][number]

/** An effective value with its history, of a topic, a group or a broker. */
interface Entry {
  readonly key: ConfigKey
  readonly value: string | null
  readonly source: number
  readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: number }[]
}

type Lookup =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly errorCode: number; readonly errorMessage: string }

/** Kafka's codes of value types. */
const TYPE_CODES: Readonly<Record<string, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
}

export function describeConfigsHandler(parts: FrontParts): Handler<DescribeConfigsRequest, Response> {
  return {
    api: DescribeConfigsResponse.apiKey,
    min: 1,
    max: 4,
    handle(context, request) {
      checkItems(request.resources.length, 'resources')
      return {
        throttleTimeMs: 0,
        results: distinct(request.resources).map((asked) => {
          const found = lookUp(parts, context, asked)
          const resource = { resourceType: asked.resourceType, resourceName: asked.resourceName }
          if (!found.ok)
            return { ...resource, errorCode: found.errorCode, errorMessage: found.errorMessage, configs: [] }
          const configs = wanted(found.entries, asked.configurationKeys).map((entry) => show(entry, request))
          return { ...resource, errorCode: ErrorCode.NONE, errorMessage: null, configs }
        }),
      }
    },
  }
}

/** The last of those that name the same resource, as in Kafka's own client: each answer is a thousand times as long as its question. */
function distinct(resources: readonly Asked[]): Asked[] {
  return [...new Map(resources.map((asked) => [`${asked.resourceType}:${asked.resourceName}`, asked])).values()]
}

function lookUp(parts: FrontParts, context: RequestContext, asked: Asked): Lookup {
  switch (asked.resourceType) {
    case ConfigResourceCode.TOPIC:
      return topicEntries(parts, context, asked.resourceName)
    case ConfigResourceCode.GROUP:
      return groupEntries(parts, context, asked.resourceName)
    case ConfigResourceCode.BROKER:
      return brokerEntries(parts, context, asked.resourceName)
    default:
      return failure(ErrorCode.INVALID_REQUEST, notConfigured(asked.resourceType))
  }
}

function topicEntries(
  { session, security, config, brokerId }: FrontParts,
  context: RequestContext,
  name: string,
): Lookup {
  if (!security.authorize(context, 'DESCRIBE_CONFIGS', topicResource(name))) {
    return failure(ErrorCode.TOPIC_AUTHORIZATION_FAILED, 'Not authorized to describe the configuration of this topic.')
  }
  if (!isValidTopicName(name)) return failure(ErrorCode.INVALID_TOPIC_EXCEPTION, `"${name}" is no topic name.`)
  if (!session.image.topics.has(name)) {
    return failure(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic ${name} does not exist.`)
  }
  const layers = topicConfigLayers(session.image, name, { brokerId, file: config.file })
  return { ok: true, entries: topicConfigEntries(layers) }
}

function groupEntries(
  { session, security, config, brokerId }: FrontParts,
  context: RequestContext,
  name: string,
): Lookup {
  if (!security.authorize(context, 'DESCRIBE_CONFIGS', groupResource(name))) {
    return failure(ErrorCode.GROUP_AUTHORIZATION_FAILED, 'Not authorized to describe the configuration of this group.')
  }
  if (name === '') return failure(ErrorCode.INVALID_REQUEST, 'Group name must not be empty')
  return { ok: true, entries: groupConfigEntries(session.image, name, { brokerId, file: config.file }) }
}

function brokerEntries(
  { session, security, config, brokerId }: FrontParts,
  context: RequestContext,
  name: string,
): Lookup {
  if (!security.authorize(context, 'DESCRIBE_CONFIGS', CLUSTER)) {
    return failure(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, 'Not authorized to describe the configuration of brokers.')
  }
  if (name === '') return { ok: true, entries: clusterConfigEntries(session.image) }
  if (name !== String(brokerId)) {
    // Clients ask a broker about itself.
    const text = /^\d+$/.test(name)
      ? `Unexpected broker id, expected ${brokerId} or empty string, but received ${name}`
      : `Broker id must be an integer, but it is: ${name}`
    return failure(ErrorCode.INVALID_REQUEST, text)
  }
  // One of the two keys sets the id; both have it.
  const file = new Map(config.file).set('node.id', String(brokerId)).set('broker.id', String(brokerId))
  return { ok: true, entries: brokerConfigEntries(session.image, brokerId, file) }
}

function failure(errorCode: number, errorMessage: string): Lookup {
  return { ok: false, errorCode, errorMessage }
}

/** No names and an empty list of names both ask for everything. */
function wanted(entries: readonly Entry[], names: readonly string[] | null): readonly Entry[] {
  if (names === null || names.length === 0) return entries
  const asked = new Set(names)
  return entries.filter(({ key }) => asked.has(key.name))
}

function show({ key, value, source, synonyms }: Entry, request: DescribeConfigsRequest): Shown {
  const isSensitive = key.type === 'password'
  const visible = (text: string | null) => (isSensitive ? null : text)
  return {
    name: key.name,
    value: visible(value),
    readOnly: key.dynamic === undefined || key.dynamic === 'read-only',
    configSource: source,
    isSensitive,
    synonyms: request.includeSynonyms
      ? synonyms.map((synonym) => ({ name: synonym.name, value: visible(synonym.value), source: synonym.source }))
      : [],
    configType: TYPE_CODES[key.type] ?? 0,
    documentation: request.includeDocumentation ? key.doc : null,
  }
}
