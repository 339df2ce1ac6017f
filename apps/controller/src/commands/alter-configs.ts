/**
 * AlterConfigs and IncrementalAlterConfigs, for topics, groups, single brokers and the brokers' cluster-wide defaults (the empty name). Each
 * resource is judged alone: its new overrides are worked out as a whole, checked as a whole, and written as one batch. Codes and texts of
 * refusals follow Kafka's.
 */
import {
  type AlterConfigsRequest,
  type AlterConfigsResponse,
  ErrorCode,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse,
} from '@ottla/protocol'
import {
  type ConfigResourceType,
  configResource,
  featureLevel,
  invalidBrokerConfigs,
  invalidGroupConfigs,
  invalidTopicConfigs,
  type MetadataImage,
  type MetadataRecord,
} from '@ottla/replication'
import { changedConfigs, type Overrides } from './config-changes.ts'
import { type ConfigOperation, keptValues, operated } from './config-operations.ts'
import { inBatchesOfGroups, type Outcome, unchanged } from './outcome.ts'
import { Refusal, repeated } from './refusal.ts'
import { topicNameProblem } from './topic-names.ts'

interface Named {
  readonly resourceType: number
  readonly resourceName: string
}

interface Resource {
  readonly type: ConfigResourceType
  readonly name: string
}

/** Kafka's codes of resource types. */
const TYPES: ReadonlyMap<number, ConfigResourceType> = new Map([
  [2, 'topic'],
  [4, 'broker'],
  [32, 'group'],
])

/** Single keys are set, deleted, appended to or subtracted from; the others stay. */
export function incrementalAlterConfigs(
  image: MetadataImage,
  request: IncrementalAlterConfigsRequest,
): Outcome<IncrementalAlterConfigsResponse> {
  return alter(image, request, ({ configs }, resource, current) => {
    const operations = configs.map(
      ({ name, configOperation, value }): ConfigOperation => ({ name, operation: configOperation, value }),
    )
    return operated(resource.type, current, operations)
  })
}

/** The keys that are given become all that the resource overrides. */
export function alterConfigs(image: MetadataImage, request: AlterConfigsRequest): Outcome<AlterConfigsResponse> {
  return alter(image, request, ({ configs }) => {
    const nulls = configs.filter(({ value }) => value === null).map(({ name }) => name)
    if (nulls.length > 0) throw new Refusal('INVALID_REQUEST', `Null value not supported for : ${nulls.join(',')}`)
    return new Map(configs.map(({ name, value }) => [name, value ?? '']))
  })
}

interface Request<R> {
  readonly resources: readonly R[]
  readonly validateOnly: boolean
}

/** The overrides that a resource shall have, from those that it has. Throws a Refusal. */
type Intent<R> = (asked: R, resource: Resource, current: Overrides) => Overrides

function alter<R extends Named & { readonly configs: readonly { readonly name: string }[] }>(
  image: MetadataImage,
  request: Request<R>,
  intent: Intent<R>,
): Outcome<AlterConfigsResponse> {
  const twice = repeated(request.resources.map(keyOf))
  const groups: MetadataRecord[][] = []
  // What the resources before have changed counts: a topic that loses its own value takes the cluster's, which may be a new one too.
  const configs = new Map(image.configs)
  const now = { ...image, configs }
  const responses = request.resources.map((asked) => {
    const { resourceType, resourceName } = asked
    try {
      if (twice.has(keyOf(asked))) throw new Refusal('INVALID_REQUEST', 'Each resource must appear at most once.')
      const records = change(now, asked, intent)
      if (records.length > 0) {
        groups.push(records)
        override(configs, records)
      }
      return { errorCode: ErrorCode.NONE, errorMessage: null, resourceType, resourceName }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { errorCode: error.errorCode, errorMessage: error.message, resourceType, resourceName }
    }
  })
  const reply = { throttleTimeMs: 0, responses }
  return request.validateOnly ? unchanged(reply) : { batches: inBatchesOfGroups(groups), reply }
}

function override(configs: Map<string, Overrides>, records: readonly MetadataRecord[]): void {
  for (const record of records) {
    if (record.type !== 'config') continue
    const resource = configResource(record.resourceType, record.resourceName)
    const values = new Map(configs.get(resource))
    if (record.value === null) values.delete(record.name)
    else values.set(record.name, record.value)
    configs.set(resource, values)
  }
}

function change<R extends Named & { readonly configs: readonly { readonly name: string }[] }>(
  image: MetadataImage,
  asked: R,
  intent: Intent<R>,
): MetadataRecord[] {
  const resource = existing(image, asked)
  if (repeated(asked.configs.map(({ name }) => name)).size > 0) {
    throw new Refusal('INVALID_REQUEST', 'Error due to duplicate config keys')
  }
  const current = image.configs.get(configResource(resource.type, resource.name)) ?? new Map()
  const wanted = keptValues(resource.type, intent(asked, resource, current))
  check(resource, wanted)
  return changedConfigs(image, { resource, current, wanted })
}

function check(resource: Resource, overrides: Overrides): void {
  if (resource.type === 'broker') {
    const problem = invalidBrokerConfigs(resource.name, overrides)
    if (problem !== undefined) throw new Refusal(problem.error, problem.message)
    return
  }
  const problem = resource.type === 'topic' ? invalidTopicConfigs(overrides) : invalidGroupConfigs(overrides)
  if (problem !== undefined) throw new Refusal('INVALID_CONFIG', problem)
}

function existing(image: MetadataImage, { resourceType, resourceName }: Named): Resource {
  const type = TYPES.get(resourceType)
  if (type === undefined) throw new Refusal('INVALID_REQUEST', `Unknown resource type ${resourceType}`)
  if (type === 'topic') checkTopic(image, resourceName)
  else if (type === 'broker') checkBroker(image, resourceName)
  else checkGroup(image, resourceName)
  return { type, name: resourceName }
}

function checkTopic(image: MetadataImage, name: string): void {
  if (name === '') throw new Refusal('INVALID_REQUEST', 'Default topic resources are not allowed.')
  const problem = topicNameProblem(name)
  if (problem !== undefined) throw new Refusal('INVALID_TOPIC_EXCEPTION', problem)
  if (!image.topics.has(name)) throw new Refusal('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`)
}

/** A group need not exist: it may come, or come again. Which values suit the brokers' bounds, the broker has judged that was asked. */
function checkGroup(image: MetadataImage, name: string): void {
  if (name === '') throw new Refusal('INVALID_REQUEST', 'Default group resources are not allowed.')
  if (featureLevel(image, 'group.version') >= 1) return
  const text =
    'group.version 1 is needed, and a registered broker is of a version without it, or away since the upgrade'
  throw new Refusal('UNSUPPORTED_VERSION', text)
}

function checkBroker(image: MetadataImage, name: string): void {
  if (name === '') return
  if (!/^\d{1,10}$/.test(name)) {
    throw new Refusal('INVALID_REQUEST', `Node id must be an integer, but it is: ${name}`)
  }
  if (String(Number(name)) === name && image.brokers.has(Number(name))) return
  throw new Refusal('BROKER_ID_NOT_REGISTERED', `Broker ${name} is not registered.`)
}

function keyOf({ resourceType, resourceName }: Named): string {
  return `${resourceType}:${resourceName}`
}
