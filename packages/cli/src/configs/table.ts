import type { ConfigEntry } from '@ottla/client'
import { colours } from '../tool/colours.ts'
import { tableText } from '../tool/output.ts'
import { type DescribedEntity, headLine } from './lines.ts'

const HEADINGS = ['Key', 'Value', 'Set by', 'Otherwise']

/** What `--describe` shows a person at a terminal: a table per entity; values that differ from the default stand out. */
export async function entitiesTable(
  entities: readonly DescribedEntity[],
  all: boolean,
  /** Of the terminal. */
  columns: number | undefined,
): Promise<string> {
  const blocks: string[] = []
  for (const entity of entities) {
    const head = colours.bold(headLine(entity, all))
    const rows = entity.entries.map(entryRow)
    const body = rows.length === 0 ? ` ${colours.dim('none')}` : `\n${await tableText(HEADINGS, rows, columns)}`
    blocks.push(head + body)
  }
  return blocks.join('\n\n')
}

function entryRow({ name, value, isSensitive, source, synonyms }: ConfigEntry): string[] {
  const shown = isSensitive ? colours.dim('hidden') : (value ?? colours.dim('none'))
  const next = synonyms[1]
  return [
    name,
    source === 'DEFAULT_CONFIG' ? shown : colours.cyan(shown),
    SOURCES[source] ?? source,
    next === undefined ? '' : colours.dim(`${next.value} (${SOURCES[next.source] ?? next.source})`),
  ]
}

/** In a person's words. */
const SOURCES: Readonly<Record<string, string>> = {
  DYNAMIC_TOPIC_CONFIG: 'topic',
  DYNAMIC_GROUP_CONFIG: 'group',
  DYNAMIC_BROKER_CONFIG: 'broker',
  DYNAMIC_DEFAULT_BROKER_CONFIG: 'all brokers',
  STATIC_BROKER_CONFIG: 'server.properties',
  DEFAULT_CONFIG: 'default',
  DYNAMIC_BROKER_LOGGER_CONFIG: 'logger',
}
