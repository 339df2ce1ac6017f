/**
 * `pnpm bench broker [--runs N] [--records N] [--only ottla|apache]`: records of 1 KB through one broker with rdkafka_performance,
 * acks=all, three partitions, batches of 128 KiB and of 16 KiB; then reading them back. Ours and Apache Kafka take turns on the
 * same machine; the table has the medians. Both run broker and controller in one process. A first round, which warms them up,
 * does not count.
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { touchFreeMemory } from './free-memory.ts'
import { consume, type Load, PARTITIONS, produce, rdkafkaPerformance, type Sample, type Watched } from './load.ts'
import { type System, startApache, startOttla } from './systems.ts'
import { createTopic, deleteTopic } from './topics.ts'

const RECORD_BYTES = 1024
const BATCH_BYTES = [128 * 1024, 16 * 1024]

const STARTS = { ottla: startOttla, apache: startApache }

/** Samples by row, then by system. */
type Results = Map<string, Map<string, Sample[]>>

export async function broker(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' },
      records: { type: 'string', default: '800000' },
      only: { type: 'string' },
    },
  })
  const program = await rdkafkaPerformance()
  const names = Object.keys(STARTS).filter((name) => values.only === undefined || values.only === name)
  await using stack = new AsyncDisposableStack()
  const systems: System[] = []
  for (const name of names) systems.push(stack.use(await STARTS[name as keyof typeof STARTS]()))
  const results: Results = new Map()
  for (let round = 0; round <= Number(values.runs); round++) {
    for (const batchBytes of BATCH_BYTES) {
      for (const system of systems) {
        const load = { topic: `load-${round}-${batchBytes}`, records: Number(values.records) }
        await measure({ system, program, load, batchBytes, results: round === 0 ? new Map() : results })
      }
    }
  }
  print(results)
}

interface Measurement {
  readonly system: System
  readonly program: string
  readonly load: Pick<Load, 'topic' | 'records'>
  readonly batchBytes: number
  readonly results: Results
}

async function measure({ system, program, load: some, batchBytes, results }: Measurement): Promise<void> {
  const load: Load = { ...some, bootstrap: system.bootstrap, recordBytes: RECORD_BYTES }
  const watched: Watched = { program, pids: [system.pid] }
  const batches = `batches of ${batchBytes / 1024} KiB`
  await createTopic(load.bootstrap, load.topic, PARTITIONS)
  touchFreeMemory(load.records * load.recordBytes * 1.2)
  note(results, `produce, ${batches}`, system.name, await produce(load, batchBytes, watched))
  note(results, `consume, ${batches}`, system.name, await consume(load, watched))
  await deleteTopic(load.bootstrap, load.topic)
}

function note(results: Results, row: string, system: string, sample: Sample): void {
  const bySystem = results.get(row) ?? new Map<string, Sample[]>()
  results.set(row, bySystem)
  bySystem.set(system, [...(bySystem.get(system) ?? []), sample])
}

function print(results: Results): void {
  const head = ['1 KB records, acks=all', 'broker', 'MB/s', 'broker CPU s/GB', 'other CPU %', 'runs']
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const [row, bySystem] of results) {
    for (const [system, samples] of bySystem) {
      const middle = (value: (sample: Sample) => number, digits: number) => median(samples.map(value)).toFixed(digits)
      table.push([
        row,
        system,
        middle((sample) => sample.megabytesPerSecond, 0),
        middle((sample) => sample.cpuSecondsPerGB, 2),
        middle((sample) => sample.otherCpuPercent, 0),
        samples.length,
      ])
    }
  }
  console.log(table.toString())
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
