import { ClientConfigError, optionName } from '../option-table.ts'
import { type Partitioner, RoundRobinPartitioner } from '../partitioner.ts'
import { type Serializer, serializerOfClass } from '../serializers.ts'
import { PRODUCER_TABLE, type ProducerOptions } from './options.ts'

export interface ProducerProperties {
  readonly options: Partial<ProducerOptions<never, never>>
  /** Keys that mean nothing to this client. */
  readonly unknown: readonly string[]
  /** One line for each key that has another name today. */
  readonly notices: readonly string[]
}

/** What a key of the producers before 0.9 says in today's, or that it says nothing here. */
interface OldKey {
  readonly notice: string
  /** The present key with its value, if there is anything to set. */
  readonly present: (value: string) => readonly [key: string, value: string] | undefined
}

const LONG_MAX = '9223372036854775807'

const OLD_KEYS: Readonly<Record<string, OldKey>> = {
  'request.required.acks': {
    notice: 'request.required.acks is called acks today',
    present: (value) => ['acks', value],
  },
  'timeout.ms': {
    notice: 'timeout.ms is called request.timeout.ms today',
    present: (value) => ['request.timeout.ms', value],
  },
  'metadata.fetch.timeout.ms': {
    notice: 'metadata.fetch.timeout.ms is called max.block.ms today',
    present: (value) => ['max.block.ms', value],
  },
  'block.on.buffer.full': {
    notice: 'block.on.buffer.full is replaced by max.block.ms: how long to wait for room',
    present: (value) => (booleanOf('block.on.buffer.full', value) ? ['max.block.ms', LONG_MAX] : undefined),
  },
  'compression.lz4.level': {
    notice: 'compression.lz4.level has no effect: lz4 has one level here',
    present: () => undefined,
  },
  'producer.type': {
    notice: 'producer.type is replaced by linger.ms: how long records are gathered (0 for producer.type=sync)',
    present: (value) => (isSync(value) ? ['linger.ms', '0'] : undefined),
  },
}

/**
 * Options from a properties file in Kafka's names. Names of older releases are taken too, unless the present one is given.
 * Throws a `ClientConfigError` for a value that cannot be used.
 */
export function producerOptionsOfProperties(given: ReadonlyMap<string, string>): ProducerProperties {
  const properties = new Map(given)
  const notices: string[] = []
  for (const [key, { notice, present }] of Object.entries(OLD_KEYS)) {
    const value = properties.get(key)
    if (value === undefined) continue
    properties.delete(key)
    notices.push(notice)
    const renamed = present(value.trim())
    if (renamed !== undefined && !given.has(renamed[0])) properties.set(...renamed)
  }
  checkAcks(properties.get('acks')?.trim())
  const classes = takeClasses(properties)
  const { values, unknown, errors } = PRODUCER_TABLE.parse(properties)
  const [error] = errors
  if (error !== undefined) throw new ClientConfigError(error.message)
  const known = Object.entries(values).filter(([key]) => properties.has(key))
  const options = Object.fromEntries(known.map(([key, value]) => [optionName(key), withinNumbers(value)]))
  return { options: { ...options, ...classes }, unknown, notices }
}

/** 9223372036854775807 means "no limit". */
function withinNumbers(value: unknown): unknown {
  return typeof value === 'number' ? Math.min(value, Number.MAX_SAFE_INTEGER) : value
}

function checkAcks(acks: string | undefined): void {
  if (acks === undefined || ['all', '-1', '0', '1'].includes(acks)) return
  throw new ClientConfigError(`acks=${acks}: must be 0 (nobody), 1 (the leader) or all (every in-sync replica)`)
}

interface Classes {
  keySerializer?: Serializer<never>
  valueSerializer?: Serializer<never>
  partitioner?: Partitioner
}

/** Removes the keys that name Java classes, and gives what stands in for them here. */
function takeClasses(properties: Map<string, string>): Classes {
  const classes: Classes = {}
  const take = <T>(key: string, find: (name: string) => T | undefined): T | undefined => {
    const name = properties.get(key)?.trim()
    properties.delete(key)
    if (name === undefined || name === '') return undefined
    const found = find(name)
    if (found === undefined) throw new ClientConfigError(`${key}=${name}: there is nothing in place of this class`)
    return found
  }
  const keySerializer = take('key.serializer', serializerOfClass)
  const valueSerializer = take('value.serializer', serializerOfClass)
  const partitioner = take('partitioner.class', partitionerOfClass)
  if (keySerializer !== undefined) classes.keySerializer = keySerializer
  if (valueSerializer !== undefined) classes.valueSerializer = valueSerializer
  if (partitioner !== undefined) classes.partitioner = partitioner
  return classes
}

function partitionerOfClass(name: string): Partitioner | undefined {
  return /^(org\.apache\.kafka\.clients\.producer\.)?RoundRobinPartitioner$/.test(name)
    ? new RoundRobinPartitioner()
    : undefined
}

function booleanOf(key: string, value: string): boolean {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  throw new ClientConfigError(`${key}=${value}: must be true or false`)
}

function isSync(value: string): boolean {
  if (value === 'sync' || value === 'async') return value === 'sync'
  throw new ClientConfigError(`producer.type=${value}: must be sync or async`)
}
