/**
 * `pnpm vectors [FILE …]`: checks files of golden vectors (those of the protocol package when none is named) both ways, with the
 * compiled codec and with the interpreter. `pnpm vectors definitions DIR`: compares our definitions with Kafka's JSON files under DIR, and
 * with `--write FILE` keeps them as the table that the tests read.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { messages, parseKafkaJson, printDefinitions } from '@ottla/protocol/testing'
import { checkDefinitions } from './check-definitions.ts'
import { checkVectors } from './check-vectors.ts'

const OWN = join(import.meta.dirname, '../../packages/protocol/src/vectors')
const [command, ...args] = process.argv.slice(2)

try {
  process.exitCode = command === 'definitions' ? definitions(args) : vectors(process.argv.slice(2))
} catch (error) {
  console.error(`vectors: ${(error as Error).message}`)
  process.exitCode = 1
}

function vectors(files: readonly string[]): number {
  const records = new Uint8Array(readFileSync(join(OWN, 'records/v2_none.bin')))
  let [passed, failed] = [0, 0]
  for (const file of files.length > 0 ? files : [join(OWN, 'messages.ndjson.gz')]) {
    const content = readFileSync(file)
    const report = checkVectors((file.endsWith('.gz') ? gunzipSync(content) : content).toString(), records)
    for (const line of report.lines) console.log(`${file} ${line}`)
    passed += report.passed
    failed += report.failed
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}

function definitions([directory, option, table]: readonly string[]): number {
  if (directory === undefined) throw new Error('definitions: want a directory with JSON files of Kafka')
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  const theirs = files.map((file) => parseKafkaJson(readFileSync(join(directory, file), 'utf8')))
  const differences = checkDefinitions(theirs)
  for (const line of differences) console.log(line)
  if (option === '--write' && table !== undefined) {
    const known = theirs.filter(({ name }) => messages.has(name)).sort((one, other) => (one.name < other.name ? -1 : 1))
    writeFileSync(table, printDefinitions(known))
  }
  console.log(`${theirs.length} definitions compared, ${differences.length} differences`)
  return differences.length === 0 ? 0 : 1
}
