/**
 * Java's .properties format (java.util.Properties.load), in UTF-8: `key=value`, `key: value` or `key value`; lines that begin
 * with # or ! are comments; a backslash at the end of a line continues it; \t \n \r \f \uXXXX are escapes and any other
 * escaped character stands for itself. A key that is given twice has its last value. Nothing is an error, as in Java.
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of logicalLines(text)) {
    const { key, value } = splitLine(line)
    properties.set(unescaped(key), unescaped(value))
  }
  return properties
}

const BLANKS_AT_START = /^[ \t\f]+/

/** Lines without comments and empty ones, continued lines joined, blanks at the start removed. */
function* logicalLines(text: string): Generator<string> {
  let pending: string | undefined
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(BLANKS_AT_START, '')
    if (pending === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue
    const joined = (pending ?? '') + line
    pending = isContinued(joined) ? joined.slice(0, -1) : undefined
    if (pending === undefined) yield joined
  }
  if (pending !== undefined && pending !== '') yield pending
}

/** An odd number of backslashes at the end: the last one escapes the line break. */
function isContinued(line: string): boolean {
  return /\\*$/.exec(line)![0].length % 2 === 1
}

/** The key ends at the first unescaped blank, = or :, and one = or : between blanks belongs to neither side. */
function splitLine(line: string): { key: string; value: string } {
  let end = 0
  while (end < line.length && !' \t\f=:'.includes(line[end]!)) end += line[end] === '\\' ? 2 : 1
  const key = line.slice(0, end)
  const value = line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '')
  return { key, value }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gsu, (_all, hex?: string, character?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return character === undefined ? '' : (ESCAPES[character] ?? character)
  })
}
