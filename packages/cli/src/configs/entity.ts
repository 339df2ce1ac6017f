import type { ConfigResource, ConfigSource } from '@ottla/client'
import { topicNameFault } from '../names/topic-name.ts'
import { UsageError } from '../tool/usage.ts'
import { type Action, type ConfigsOptions, refusedShortForm } from './options.ts'

/** What a kind of entity is called, and where its own settings come from. */
export interface EntityKind {
  /** As in `--entity-type`. */
  readonly plural: string
  readonly singular: ConfigResource['type']
  /** Only values of this source are shown without `--all`; undefined: all are. */
  readonly source: ConfigSource | undefined
}

const KINDS: readonly EntityKind[] = [
  { plural: 'topics', singular: 'topic', source: 'DYNAMIC_TOPIC_CONFIG' },
  { plural: 'brokers', singular: 'broker', source: 'DYNAMIC_BROKER_CONFIG' },
  { plural: 'broker-loggers', singular: 'broker-logger', source: undefined },
  { plural: 'groups', singular: 'group', source: 'DYNAMIC_GROUP_CONFIG' },
]

/** Kinds of Apache Kafka that this tool does not serve; the message says so instead of "invalid". */
const NOT_SERVED = ['clients', 'users', 'ips', 'client-metrics']

/** Whose configuration is meant: all of a kind, one by name, or, of brokers, the defaults. */
export interface Entity {
  readonly kind: EntityKind
  /** undefined: all; empty: the defaults of all brokers. */
  readonly name: string | undefined
}

/** The entity that the options name, in their long or their short form. Throws a `UsageError`. */
export function entityOf(options: ConfigsOptions, action: Action): Entity {
  const types = [...(options.entityType ?? []), ...shortForms(options).map(({ plural }) => plural)]
  const refused = refusedShortForm(options)
  if (refused !== undefined) types.push(refused)
  const [type] = types
  if (type === undefined) throw new UsageError('At least one entity type must be specified')
  const repeated = types.find((other, index) => types.indexOf(other) !== index)
  if (repeated !== undefined) throw new UsageError(`Duplicate entity type(s) specified: ${repeated}`)
  const kinds = types.map(kindOf)
  if (kinds.length > 1) throw new UsageError(`Only one entity type may be specified, and here are ${types.join(', ')}`)
  const entity = { kind: kinds[0]!, name: nameOf(options) }
  checkName(entity, action, options)
  return entity
}

interface ShortForm {
  readonly plural: string
  readonly name: string
}

function shortForms({ topic, broker, brokerDefaults, brokerLogger, group }: ConfigsOptions): ShortForm[] {
  return [
    ...(topic === undefined ? [] : [{ plural: 'topics', name: topic }]),
    ...(broker === undefined ? [] : [{ plural: 'brokers', name: broker }]),
    ...(brokerDefaults === undefined ? [] : [{ plural: 'brokers', name: '' }]),
    ...(brokerLogger === undefined ? [] : [{ plural: 'broker-loggers', name: brokerLogger }]),
    ...(group === undefined ? [] : [{ plural: 'groups', name: group }]),
  ]
}

function kindOf(plural: string): EntityKind {
  const kind = KINDS.find((candidate) => candidate.plural === plural)
  if (kind !== undefined) return kind
  const served = KINDS.map((candidate) => candidate.plural).join(', ')
  if (NOT_SERVED.includes(plural)) throw new UsageError(`Entity type ${plural} is not served yet, only ${served}`)
  throw new UsageError(`Invalid entity type ${plural}, the entity type must be one of ${served}`)
}

function nameOf(options: ConfigsOptions): string | undefined {
  const names = [...(options.entityName ?? []), ...shortForms(options).map(({ name }) => name)]
  if (names.length > 1 || (names.length === 1 && options.entityDefault))
    throw new UsageError('Only one of --entity-name, --entity-default, --topic, --broker … may name the entity')
  return options.entityDefault ? '' : names[0]
}

function checkName({ kind, name }: Entity, action: Action, options: ConfigsOptions): void {
  const isDefault = options.entityDefault === true || options.brokerDefaults === true
  if (isDefault && kind.singular !== 'broker')
    throw new UsageError(`--entity-default must not be specified with --${action} of ${kind.plural}`)
  if (name === undefined && (action === 'alter' || kind.singular === 'broker-logger'))
    throw new UsageError(
      action === 'alter' && kind.singular === 'broker'
        ? 'An entity-name or default entity must be specified with --alter of brokers'
        : `An entity name must be specified with --${action} of ${kind.plural}`,
    )
  const fault = kind.singular === 'topic' && name ? topicNameFault(name) : undefined
  if (fault !== undefined) throw new UsageError(`Topic name is invalid: ${fault}`)
  if (name === '' && !isDefault) throw new UsageError(`The entity name for ${kind.plural} must not be empty`)
  const isBroker = kind.singular === 'broker' || kind.singular === 'broker-logger'
  if (isBroker && name !== undefined && !isDefault && !/^[+-]?\d{1,10}$/.test(name))
    throw new UsageError(`The entity name for ${kind.plural} must be a valid integer broker id, but it is: ${name}`)
}
