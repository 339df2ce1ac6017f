/**
 * Cold start: milliseconds from spawning a process to the first record that it acknowledged with acks=all, and its resident
 * memory afterwards, idle. Each run has a new, empty directory.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { freePorts } from '../compat/harness/cluster.ts'
import { root, Server } from '../compat/harness/process.ts'
import { createTopic, produceText } from '../compat/harness/records.ts'

interface Sample {
  readonly readyMs: number
  readonly firstAckMs: number
  readonly residentMiB: number
}

async function sample(): Promise<Sample> {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-bench-start-'))
  const [port, controllerPort] = await freePorts(2)
  const options = ['--dir', directory, '--port', String(port), '--controller-port', String(controllerPort)]
  const bin = join(root, 'packages/embedded/bin/ottla.js')
  const begin = performance.now()
  await using cluster = new Server(process.execPath, [bin, 'start', ...options])
  try {
    await cluster.waitFor(/is ready/)
    const readyMs = performance.now() - begin
    const broker = `127.0.0.1:${port}`
    await createTopic(broker, 'first')
    await produceText({ broker, topic: 'first', partition: 0 }, ['light'])
    const firstAckMs = performance.now() - begin
    await new Promise((resolve) => setTimeout(resolve, 2000))
    return { readyMs, firstAckMs, residentMiB: residentMiB(cluster.pid) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

export async function start([count = '9']: readonly string[]): Promise<void> {
  await sample() // fills the compile cache and the page cache
  const samples: Sample[] = []
  for (let run = 0; run < Number(count); run++) samples.push(await sample())
  const row = (name: string, value: (sample: Sample) => number) => {
    const values = samples.map(value)
    return [name, ...[Math.min(...values), median(values), Math.max(...values)].map((number) => number.toFixed(0))]
  }
  const table = new Table({
    head: [`ottla start, ${count} runs`, 'least', 'median', 'most'],
    style: { head: [], border: [] },
  })
  table.push(
    row('ready (ms)', (s) => s.readyMs),
    row('first acknowledged record (ms)', (s) => s.firstAckMs),
  )
  table.push(row('resident memory, idle (MiB)', (s) => s.residentMiB))
  console.log(table.toString())
}
