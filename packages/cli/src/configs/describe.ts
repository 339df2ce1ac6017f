import { type Admin, type ClientError, type ConfigEntry, unwrap } from '@ottla/client'
import { byName } from '../names/topic-filter.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson } from '../tool/output.ts'
import type { Entity, EntityKind } from './entity.ts'
import { type DescribedEntity, entitiesJson, entryLine, headLine } from './lines.ts'
import type { ConfigsOptions } from './options.ts'

export async function describeEntities(
  admin: Admin,
  { entity, options }: { readonly entity: Entity; readonly options: ConfigsOptions },
  io: Io,
): Promise<number> {
  const all = options.all === true
  if (!all && !(await exists(admin, entity))) {
    const { kind, name } = entity
    io.out.line(`The ${kind.singular} '${name}' doesn't exist and doesn't have dynamic config.`)
    return 0
  }
  const entities = await describe(admin, entity, all)
  const format = outputFormat(options, io)
  if (format === 'json') printJson(io, entitiesJson(entities))
  else if (format === 'table') {
    const { entitiesTable } = await import('./table.ts')
    io.out.line(await entitiesTable(entities, all, io.out.columns))
  } else for (const described of entities) await printLines(described, all, io)
  return 0
}

async function printLines(described: DescribedEntity, all: boolean, io: Io): Promise<void> {
  io.out.line(headLine(described, all))
  for (const entry of described.entries) io.out.line(entryLine(entry))
  if (io.out.full) await io.out.drained()
}

/** Whether the entity that is named is there; brokers that are away can still have settings of their own. */
async function exists(admin: Admin, { kind, name }: Entity): Promise<boolean> {
  if (name === undefined || name === '') return true
  return (await namesOf(admin, kind)).includes(name)
}

/** All that there are of a kind, sorted. */
async function namesOf(admin: Admin, kind: EntityKind): Promise<string[]> {
  if (kind.singular === 'topic') return (await admin.listTopics()).map(({ name }) => name).sort(byName)
  if (kind.singular === 'group') return groupNames(admin)
  const { brokers } = await admin.describeCluster()
  return brokers
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .map(String)
}

/** Groups that are there, and those that have a configuration only. */
async function groupNames(admin: Admin): Promise<string[]> {
  const [groups, configured] = await Promise.all([admin.listGroups(), admin.listConfigResources(['group'])])
  const names = new Set([...groups.map(({ groupId }) => groupId), ...configured.map(({ name }) => name)])
  return [...names].sort(byName)
}

async function describe(admin: Admin, { kind, name }: Entity, all: boolean): Promise<DescribedEntity[]> {
  const names = name === undefined ? await allNames(admin, kind) : [name]
  const resources = names.map((resource) => ({ type: kind.singular, name: resource }))
  const described = await admin.describeConfigs(resources, { includeSynonyms: true })
  // Of all that were listed, one may have been deleted since.
  const present = described.filter(({ outcome }) => name !== undefined || outcome.ok || !isGone(outcome.error))
  return present.map(({ resource, outcome }) => {
    const entries = unwrap(outcome).filter((entry) => all || isOwn(entry, { kind, name: resource.name }))
    return { kind, name: resource.name, entries: entries.sort((a, b) => byName(a.name, b.name)) }
  })
}

function isGone({ errorName }: ClientError): boolean {
  return errorName === 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** Of brokers, the defaults of all come last. */
async function allNames(admin: Admin, kind: EntityKind): Promise<string[]> {
  const names = await namesOf(admin, kind)
  return kind.singular === 'broker' ? [...names, ''] : names
}

function isOwn({ source }: ConfigEntry, { kind, name }: { readonly kind: EntityKind; readonly name: string }): boolean {
  if (kind.source === undefined) return true
  return source === (name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : kind.source)
}
