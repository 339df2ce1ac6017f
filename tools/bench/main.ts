/** `pnpm bench NAME`: measurements, printed as a table. Never a test: nothing here passes or fails. */
import { broker } from './broker/broker.ts'
import { codec } from './codec.ts'
import { start } from './start.ts'

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { broker, codec, start }

const [name = '', ...args] = process.argv.slice(2)
const bench = benches[name]
if (bench === undefined) {
  console.error(`bench: want one of ${Object.keys(benches).join(', ')}`)
  process.exitCode = 1
} else await bench(args)
