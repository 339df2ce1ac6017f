/**
 * `pnpm bench start [RUNS] [--without-apache]`: cold starts, from a process's first instruction to the first record that is
 * acknowledged with acks=all, and resident memory afterwards, idle. Each run is a new process in a new, empty directory.
 */
import Table from 'cli-table3'
import { apache, command, embedded, type Sample } from './start/samples.ts'

/** It takes seconds each, and its figures differ little. */
const APACHE_RUNS = 3

async function measure(runs: number, sample: () => Promise<Sample>): Promise<string[][]> {
  await sample() // fills the compile cache and the page cache
  const samples: Sample[] = []
  for (let run = 0; run < runs; run++) samples.push(await sample())
  return Object.keys(samples[0]!).map((name) =>
    row(
      name,
      samples.map((values) => values[name]!),
    ),
  )
}

function row(name: string, values: readonly number[]): string[] {
  const sorted = [...values].sort((a, b) => a - b)
  const figures = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!]
  return [name, String(values.length), ...figures.map((value) => value.toFixed(0))]
}

export async function start(args: readonly string[]): Promise<void> {
  const runs = Number(args.find((argument) => /^\d+$/.test(argument)) ?? 9)
  const table = new Table({ head: ['', 'runs', 'least', 'median', 'most'], style: { head: [], border: [] } })
  table.push(...(await measure(runs, command)), ...(await measure(runs, embedded)))
  if (!args.includes('--without-apache')) table.push(...(await measure(Math.min(runs, APACHE_RUNS), apache)))
  console.log(table.toString())
}
