/** The CSV of `--export`, which `--from-file` reads back: `topic,partition,offset`, or the same behind a group. */
import { ToolError } from '../tool/failure.ts'

export interface CsvOffset {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Apache's tool puts longer names into quotes, whatever is in them. */
const BARE_CHARS_MAX = 24
/** Commas, quotes, blanks and all else in front of the hyphen. */
const NEEDS_QUOTES = /[\0-,]/

/** One line per offset; with `group` the group comes first. */
export function csvLine(
  { groupId, topic, partition, offset }: CsvOffset,
  { group }: { readonly group: boolean },
): string {
  return [...(group ? [csvText(groupId)] : []), csvText(topic), partition, offset].join(',')
}

function csvText(text: string): string {
  const needsQuotes = text.length > BARE_CHARS_MAX || NEEDS_QUOTES.test(text)
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * `groupId`: the one group that lines without a group are for. Of several lines for one partition the last counts, as in Apache's tool. Throws a
 * `ToolError` that names the line.
 */
export function parseOffsetCsv(text: string, groupId: string | undefined): CsvOffset[] {
  const offsets = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    const fields = csvFields(line)
    const found = fields && offsetOf(fields, groupId)
    if (found !== undefined) return [found]
    const expected =
      groupId === undefined ? 'group,topic,partition,offset' : 'topic,partition,offset, or a group in front of them'
    throw new ToolError(`line ${index + 1} is '${line}': expected ${expected}`)
  })
  return [...new Map(offsets.map((offset) => [partitionKey(offset), offset])).values()]
}

function partitionKey({ groupId, topic, partition }: CsvOffset): string {
  return JSON.stringify([groupId, topic, partition])
}

function offsetOf(fields: readonly string[], groupId: string | undefined): CsvOffset | undefined {
  const [topic, partitionText, offsetText] = fields.slice(-3)
  const group = fields.length === 4 ? fields[0] : fields.length === 3 ? groupId : undefined
  if (group === undefined || topic === undefined || topic === '') return undefined
  const partition = wholeNumber(partitionText)
  const offset = wholeNumber(offsetText)
  if (partition === undefined || partition < 0 || offset === undefined) return undefined
  return { groupId: group, topic, partition, offset }
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text)
  return text !== undefined && /^\s*-?\d+\s*$/.test(text) && Number.isSafeInteger(number) ? number : undefined
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y

/** undefined for quotes that do not close. */
function csvFields(line: string): string[] | undefined {
  const fields: string[] = []
  FIELD.lastIndex = 0
  for (;;) {
    const match = FIELD.exec(line)
    if (match === null) return undefined
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!)
    if (match[3] === '') return fields
  }
}
