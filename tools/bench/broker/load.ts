/** rdkafka_performance, the load generator of librdkafka: one run, and what it cost whom. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root, run } from '../../compat/harness/process.ts'
import { machineCpuSeconds, processCpuSeconds } from './cpu.ts'

const BUILD = join(root, 'tools/bench/broker/rdkafka-performance-build')
const BUILD_DEADLINE_MS = 1_800_000

/** The path of the program, which is built where that has not been done yet. */
export async function rdkafkaPerformance(): Promise<string> {
  const { stdout, stderr } = await run(BUILD, [], { deadlineMs: BUILD_DEADLINE_MS })
  if (stdout.trim() === '') throw new Error(`rdkafka_performance could not be built: ${stderr}`)
  return stdout.trim()
}

export interface Load {
  readonly bootstrap: string
  readonly topic: string
  readonly records: number
  readonly recordBytes: number
}

export interface Sample {
  /** 10^6 bytes of record values per second. */
  readonly megabytesPerSecond: number
  /** Of all processes of the system, per 10^9 bytes of record values. */
  readonly cpuSecondsPerGB: number
  /** CPU use of everything but these and the load generator, in percent of one core. */
  readonly otherCpuPercent: number
}

/** What is measured besides the load generator's own figures. */
export interface Watched {
  readonly program: string
  readonly pids: readonly number[]
}

export const PARTITIONS = 3

export function produce(load: Load, batchBytes: number, watched: Watched): Promise<Sample> {
  const settings = [`batch.size=${batchBytes}`, 'linger.ms=5', 'queue.buffering.max.messages=500000']
  const args = ['-P', '-s', String(load.recordBytes), '-a', 'all', ...settings.flatMap((setting) => ['-X', setting])]
  return measure(load, args, watched)
}

export function consume(load: Load, watched: Watched): Promise<Sample> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ['-p', String(partition)]).flat()
  return measure(load, ['-C', '-o', 'beginning', ...partitions, '-X', 'check.crcs=true'], watched)
}

async function measure(load: Load, args: readonly string[], watched: Watched): Promise<Sample> {
  const cpuBefore = cpuSecondsOf(watched.pids)
  const machineBefore = machineCpuSeconds()
  const startMs = performance.now()
  const common = ['-b', load.bootstrap, '-t', load.topic, '-c', String(load.records), '-q']
  const { output, cpuSeconds } = await runMeasured(watched.program, [...args, ...common])
  const wallSeconds = (performance.now() - startMs) / 1000
  const brokerSeconds = cpuSecondsOf(watched.pids) - cpuBefore
  const otherSeconds = machineCpuSeconds() - machineBefore - brokerSeconds - cpuSeconds
  return {
    megabytesPerSecond: rateIn(output),
    cpuSecondsPerGB: brokerSeconds / ((load.records * load.recordBytes) / 1e9),
    otherCpuPercent: (100 * otherSeconds) / wallSeconds,
  }
}

function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processCpuSeconds(pid), 0)
}

/** The last rate that it prints is that of the whole run. */
function rateIn(output: string): number {
  const rates = [...output.matchAll(/(\d+(?:\.\d+)?) MB\/s/g)]
  const last = rates.at(-1)
  if (last === undefined) throw new Error(`rdkafka_performance told no rate:\n${output}`)
  return Number(last[1])
}

/** `bash -c time` tells what a child used, which Node does not. */
function runMeasured(program: string, args: readonly string[]): Promise<{ output: string; cpuSeconds: number }> {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$0" "$@"'
  const child = spawn('bash', ['-c', script, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(output) ?? []
      // Its own counters race at the end: it may end with 1 after everything was delivered.
      const isDone = code === 0 || /delivered \(offset \d+, 0 failed\)/.test(output)
      if (isDone && user !== undefined) resolve({ output, cpuSeconds: Number(user) + Number(system) })
      else reject(new Error(`rdkafka_performance ended with ${code}:\n${output.slice(-2000)}`))
    })
  })
}
