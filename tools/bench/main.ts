/** `pnpm bench NAME`: measurements, printed as a table. Never a test: nothing here passes or fails. */
import { broker } from './broker/broker.ts'
import { codec } from './codec.ts'
import { failover } from './failover.ts'
import { groups } from './groups/groups.ts'
import { replicated } from './replicated.ts'
import { start } from './start.ts'

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  broker,
  codec,
  failover,
  groups,
  replicated,
  start,
}

const USAGE = `pnpm bench NAME [options]: measurements, as a table

broker      records through one broker [--runs N] [--records N] [--only ottla|apache]
codec       time and rate of the wire codec
failover    from the kill -9 of a leader to the next acknowledgement [--runs N] [--only ottla|apache]
groups      joins, heartbeats, rebalances, commits of consumer groups [--members N] [--only ottla|apache] [--parts joins,rebalance,commits,consume]
replicated  records through three brokers, three replicas, acks=all [--runs N] [--records N] [--only ottla|apache]
start       from a process's start to its first acknowledgement [RUNS] [--without-apache]`

const [name = '', ...args] = process.argv.slice(2)
const bench = benches[name]
const wantsHelp = process.argv.includes('--help')
if (wantsHelp || bench === undefined) {
  console[wantsHelp ? 'log' : 'error'](USAGE)
  process.exitCode = wantsHelp ? 0 : 1
} else await bench(args)
