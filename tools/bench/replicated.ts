/**
 * `pnpm bench replicated [--runs N] [--records N] [--only ottla|apache]`: records of 1 KB through three broker processes with rdkafka_performance,
 * replication factor 3, acks=all, three partitions (each broker leads one), batches of 128 KiB; then reading them back. One system runs at a time:
 * three brokers of each would not leave the machine alone. CPU is that of all processes of a system, controllers included. A first round, which
 * warms them up, does not count; after each production the replicas are waited for.
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { BrokerProcesses } from '../compat/harness/broker-processes.ts'
import { createReplicated, untilInSync } from '../compat/harness/in-sync.ts'
import { touchFreeMemory } from './broker/free-memory.ts'
import { consume, PARTITIONS, produce, rdkafkaPerformance, type Sample } from './broker/load.ts'
import { deleteTopic } from './broker/topics.ts'
import { STARTS, systemNames } from './three-brokers.ts'

const RECORD_BYTES = 1024
const BATCH_BYTES = 128 * 1024
const REPLICAS = 3
/** Topics that are deleted must not fill the disk for the default of a minute. */
const SETTINGS = ['log.segment.delete.delay.ms=1000']

interface Row {
  readonly work: string
  readonly system: string
  readonly samples: Sample[]
}

export async function replicated(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' },
      records: { type: 'string', default: '400000' },
      only: { type: 'string' },
    },
  })
  const program = await rdkafkaPerformance()
  const rows: Row[] = []
  for (const name of systemNames(values.only)) {
    await using brokers = await STARTS[name](SETTINGS)
    const produced: Row = { work: 'produce, acks=all', system: brokers.name, samples: [] }
    const consumed: Row = { work: 'consume', system: brokers.name, samples: [] }
    for (let round = 0; round <= Number(values.runs); round++) {
      const [first, second] = await measure(brokers, { program, records: Number(values.records), round })
      if (round === 0) continue
      produced.samples.push(first)
      consumed.samples.push(second)
    }
    rows.push(produced, consumed)
  }
  print(rows)
}

interface Round {
  readonly program: string
  readonly records: number
  readonly round: number
}

async function measure(brokers: BrokerProcesses, { program, records, round }: Round): Promise<[Sample, Sample]> {
  const { bootstrap, pids } = brokers
  const topic = `replicated-${round}`
  const watched = { program, pids }
  await createReplicated(bootstrap, { name: topic, partitions: PARTITIONS, configs: { 'min.insync.replicas': '2' } })
  touchFreeMemory(records * RECORD_BYTES * 1.2 * REPLICAS)
  const load = { bootstrap, topic, records, recordBytes: RECORD_BYTES }
  const first = await produce(load, BATCH_BYTES, watched)
  await untilInSync(bootstrap, [topic])
  const second = await consume(load, watched)
  await deleteTopic(bootstrap, topic)
  return [first, second]
}

function print(rows: readonly Row[]): void {
  const head = [
    '1 KB records, 3 replicas',
    'brokers',
    'MB/s',
    'worst',
    'CPU s/GB, all processes',
    'other CPU %',
    'runs',
  ]
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const { work, system, samples } of rows.toSorted((a, b) => b.work.localeCompare(a.work))) {
    const sorted = (value: (sample: Sample) => number) => samples.map(value).sort((a, b) => a - b)
    const middle = (value: (sample: Sample) => number) => sorted(value)[Math.floor(samples.length / 2)]!
    const rates = sorted((sample) => sample.megabytesPerSecond)
    const cpu = middle((sample) => sample.cpuSecondsPerGB).toFixed(2)
    const other = middle((sample) => sample.otherCpuPercent).toFixed(0)
    table.push([
      work,
      system,
      middle((sample) => sample.megabytesPerSecond).toFixed(0),
      rates[0]!.toFixed(0),
      cpu,
      other,
      samples.length,
    ])
  }
  console.log(table.toString())
}
