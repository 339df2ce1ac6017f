/**
 * `pnpm bench failover [--runs 10] [--only ottla|apache]`: three broker processes, a topic with three replicas, an idempotent acks=all producer
 * (librdkafka with its defaults, 200 records per second). `kill -9` of the partition's leader; the time until a record that was sent after the kill is
 * acknowledged. Brokers have their defaults. Between two runs the killed broker comes back into the ISR.
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { BrokerProcesses } from '../compat/harness/broker-processes.ts'
import { createReplicated, leaderOf, untilInSync } from '../compat/harness/in-sync.ts'
import { installConfluent } from '../compat/pairs/confluent.ts'
import { Writer, wallMs } from '../torture/writer.ts'
import { STARTS, systemNames } from './three-brokers.ts'

const TOPIC = 'failover'
const RECORDS_PER_SECOND = 200
const DEADLINE_MS = 120_000

export async function failover(args: readonly string[]): Promise<void> {
  const options = { runs: { type: 'string', default: '10' }, only: { type: 'string' } } as const
  const { values } = parseArgs({ args: [...args], options })
  await installConfluent()
  const head = ['kill -9 of the leader', 'median ms', 'fastest', 'worst', 'runs', 'failed records']
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const name of systemNames(values.only)) {
    await using brokers = await STARTS[name]()
    const { samples, failedCount } = await measure(brokers, Number(values.runs))
    const sorted = samples.toSorted((a, b) => a - b).map(Math.round)
    const [first, middle, last] = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!]
    table.push([brokers.name, middle, first, last, samples.length, failedCount])
  }
  console.log(table.toString())
}

async function measure(brokers: BrokerProcesses, runs: number) {
  const { bootstrap } = brokers
  await createReplicated(bootstrap, { name: TOPIC, configs: { 'min.insync.replicas': '2' } })
  const load = { bootstrap, topics: [TOPIC], partitions: 1, recordsPerSecond: RECORDS_PER_SECOND }
  await using writer = new Writer('librdkafka', { ...load, patience: 'default' })
  const samples: number[] = []
  for (let run = 0; run < runs; run++) {
    await untilInSync(bootstrap, [TOPIC])
    await writer.progress()
    const leader = await leaderOf(bootstrap, TOPIC)
    const killedAtMs = wallMs()
    process.kill(brokers.pid(leader), 'SIGKILL')
    const { toldAtMs } = await writer.acknowledgedAfter(killedAtMs, DEADLINE_MS)
    samples.push(toldAtMs - killedAtMs)
    await brokers.kill(leader) // waits for its end
    await brokers.launch(leader)
  }
  await writer.end()
  return { samples, failedCount: writer.history.failures.size }
}
