/** The lists of librdkafka's tests that must pass: `tests.txt` beside this file, and one for each further variant. */

export interface ListedTest {
  /** Such as 0012_produce_consume. */
  readonly name: string
  /** Four digits: tests of one number run in one process. */
  readonly number: string
  /** Seconds after which its process is ended. */
  readonly limitSeconds: number
  /** Multiplies the test's own time limits (`-m`). */
  readonly slower: number
  /** Keys of server.properties for the broker that it runs against. */
  readonly config: Readonly<Record<string, string>>
}

const LIMIT_SECONDS = 240

/** Lines `NAME [limit=SECONDS] [slower=FACTOR] [key=value …]`; empty lines and what follows `#` mean nothing. */
export function parseTestList(text: string): ListedTest[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map(parseLine)
}

function parseLine(line: string): ListedTest {
  const [name = '', ...settings] = line.split(/\s+/)
  if (!/^\d{4}_\w+$/.test(name)) throw new Error(`list of tests: ${name} is no name of a test`)
  const { limit, slower, ...config } = Object.fromEntries(settings.map(parseSetting))
  return {
    name,
    number: name.slice(0, 4),
    limitSeconds: Number(limit ?? LIMIT_SECONDS),
    slower: Number(slower ?? 1),
    config,
  }
}

function parseSetting(setting: string): [string, string] {
  const equals = setting.indexOf('=')
  if (equals <= 0) throw new Error(`list of tests: ${setting} is not key=value`)
  return [setting.slice(0, equals), setting.slice(equals + 1)]
}

/** Those whose name begins with one of the words; all of them without words. */
export function selectTests(tests: readonly ListedTest[], words: readonly string[]): ListedTest[] {
  return words.length === 0 ? [...tests] : tests.filter(({ name }) => words.some((word) => name.startsWith(word)))
}
