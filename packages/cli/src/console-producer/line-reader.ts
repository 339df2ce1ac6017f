import type { HeaderInput } from '@ottla/client'
import { javaRegex } from '../names/java-regex.ts'

/** What a line says. */
export interface LineRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly HeaderInput[]
}

/** A line, or a property, that the reader cannot use; ends the tool. */
export class LineReaderError extends Error {
  override readonly name = 'LineReaderError'
}

export type LineReader = (line: Uint8Array, lineNumber: number) => LineRecord

const DEFAULTS = {
  'parse.key': 'false',
  'parse.headers': 'false',
  'ignore.error': 'false',
  'key.separator': '\t',
  'headers.delimiter': '\t',
  'headers.separator': ',',
  'headers.key.separator': ':',
} as const

type Key = keyof typeof DEFAULTS | 'null.marker'

/** The names of the properties. */
export const READER_PROPERTIES: readonly string[] = [...Object.keys(DEFAULTS), 'null.marker']

const NO_HEADERS: readonly HeaderInput[] = []
const utf8 = new TextEncoder()
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Kafka's LineMessageReader: `h1:v1,h2:v2<headers.delimiter>key<key.separator>value`, of which the value alone is there by default.
 * The bytes of a line that is not taken apart are sent as they are. Throws a `LineReaderError`.
 */
export function lineReader(properties: ReadonlyMap<string, string>): LineReader {
  const get = (key: Key) => properties.get(key) ?? (key === 'null.marker' ? undefined : DEFAULTS[key])
  const is = (key: Key) => get(key)?.trim().toLowerCase() === 'true'
  checkSeparators(get)
  const parts = new LineParts({
    parseKey: is('parse.key'),
    parseHeaders: is('parse.headers'),
    ignoreError: is('ignore.error'),
    keySeparator: get('key.separator')!,
    headersDelimiter: get('headers.delimiter')!,
    headersSeparator: splitter(get('headers.separator')!),
    headersKeySeparator: get('headers.key.separator')!,
    nullMarker: get('null.marker'),
  })
  const plain = !is('parse.key') && !is('parse.headers') && get('null.marker') === undefined
  return plain
    ? (line) => ({ key: null, value: line, headers: NO_HEADERS })
    : (line, number) => parts.read(line, number)
}

/** The expression for a place in a text; `javaRegex` makes one for a whole text. */
function splitter(source: string): RegExp {
  try {
    const { source: whole, flags } = javaRegex(source)
    return new RegExp(whole.slice('^(?:'.length, -')$'.length), flags)
  } catch (error) {
    throw new LineReaderError(`headers.separator=${source}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Parts that end alike could not be told apart. */
function checkSeparators(get: (key: Key) => string | undefined): void {
  const pairs: readonly (readonly [Key, Key])[] = [
    ['headers.delimiter', 'headers.separator'],
    ['headers.delimiter', 'headers.key.separator'],
    ['headers.separator', 'headers.key.separator'],
    ['null.marker', 'key.separator'],
    ['null.marker', 'headers.delimiter'],
    ['null.marker', 'headers.separator'],
    ['null.marker', 'headers.key.separator'],
  ]
  for (const [one, other] of pairs) {
    if (get(one) !== undefined && get(one) === get(other)) {
      throw new LineReaderError(`${one} and ${other} may not be equal`)
    }
  }
}

interface Layout {
  readonly parseKey: boolean
  readonly parseHeaders: boolean
  readonly ignoreError: boolean
  readonly keySeparator: string
  readonly headersDelimiter: string
  readonly headersSeparator: RegExp
  readonly headersKeySeparator: string
  readonly nullMarker: string | undefined
}

class LineParts {
  private readonly layout: Layout

  constructor(layout: Layout) {
    this.layout = layout
  }

  read(bytes: Uint8Array, lineNumber: number): LineRecord {
    const { parseKey, parseHeaders, keySeparator, headersDelimiter } = this.layout
    const line = utf8Decoder.decode(bytes)
    let rest = line
    const take = (separator: string, name: string): string | undefined => {
      const at = rest.indexOf(separator)
      if (at === -1) return this.missing(`No ${name} found on line number ${lineNumber}: '${line}'`)
      const part = rest.slice(0, at)
      rest = rest.slice(at + separator.length)
      return part
    }
    const headers = parseHeaders ? take(headersDelimiter, 'headers delimiter') : undefined
    const key = parseKey ? take(keySeparator, 'key separator') : undefined
    return {
      key: key === undefined ? null : this.bytesOf(key),
      value: this.bytesOf(rest),
      headers: headers === undefined ? NO_HEADERS : this.headers(headers, lineNumber),
    }
  }

  private missing(message: string): undefined {
    if (!this.layout.ignoreError) throw new LineReaderError(message)
  }

  private bytesOf(text: string): Uint8Array | null {
    return text === this.layout.nullMarker ? null : utf8.encode(text)
  }

  private headers(text: string, lineNumber: number): readonly HeaderInput[] {
    const { headersSeparator, nullMarker } = this.layout
    if (text === nullMarker) return NO_HEADERS
    // As String.split in Java: empty pieces at the end do not count.
    const pairs = text.split(headersSeparator)
    while (pairs.length > 1 && pairs.at(-1) === '') pairs.pop()
    return pairs.map((pair) => this.header(pair, lineNumber))
  }

  private header(pair: string, lineNumber: number): HeaderInput {
    const { headersKeySeparator, nullMarker } = this.layout
    const at = pair.indexOf(headersKeySeparator)
    if (at === -1) {
      this.missing(`No header key separator found in pair '${pair}' on line number ${lineNumber}`)
      return { key: pair, value: null }
    }
    const key = pair.slice(0, at)
    if (key === nullMarker) {
      throw new LineReaderError(
        `Header keys should not be equal to the null marker '${nullMarker}' as they can't be null`,
      )
    }
    return { key, value: this.bytesOf(pair.slice(at + headersKeySeparator.length)) }
  }
}
