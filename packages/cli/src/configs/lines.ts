import type { ConfigEntry } from '@ottla/client'
import type { EntityKind } from './entity.ts'

/** An entity with the entries that are to be shown, sorted by key. */
export interface DescribedEntity {
  readonly kind: EntityKind
  /** Empty: the defaults of all brokers. */
  readonly name: string
  readonly entries: readonly ConfigEntry[]
}

/** The lines of Apache Kafka's kafka-configs --describe. */

export function headLine({ kind, name }: DescribedEntity, all: boolean): string {
  if (name === '') return `Default configs for ${kind.plural} in the cluster are:`
  return `${all ? 'All' : 'Dynamic'} configs for ${kind.singular} ${name} are:`
}

export function entryLine({ name, value, isSensitive, synonyms }: ConfigEntry): string {
  const layers = synonyms.map((layer) => `${layer.source}:${layer.name}=${layer.value}`).join(', ')
  return `  ${name}=${value} sensitive=${isSensitive} synonyms={${layers}}`
}

/** What `--output json` prints: one element per entity. */
export function entitiesJson(entities: readonly DescribedEntity[]) {
  return entities.map(({ kind, name, entries }) => ({
    type: kind.singular,
    name: name === '' ? null : name,
    configs: entries.map(({ name, value, source, isReadOnly, isSensitive, synonyms, type }) => ({
      name,
      value,
      type,
      source,
      readOnly: isReadOnly,
      sensitive: isSensitive,
      synonyms,
    })),
  }))
}
