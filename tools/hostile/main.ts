/**
 * `pnpm hostile [--seconds N] [--seed S] [--scale F] [--only NAME]`: attacks a broker process with everything that a stranger on the network
 * may send, prints what became of it, and ends with 1 when something happened that must not (docs/hostile.md).
 */
import { parseArgs } from 'node:util'
import '@ottla/runtime/node'
import Table from 'cli-table3'
import { type AttackReport, besiege } from './siege.ts'

/** A healthy client's produce and fetch together. */
const HEALTHY_P99_MS_MAX = 500
/** The idle process (130 MiB), queued.max.request.bytes (256), a frame beyond it (100), one that is being put together (100), members of groups (64), garbage. */
const RESIDENT_BYTES_MAX = 768 * 1024 * 1024
const MIB = 1024 * 1024

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const onReport = ({ name }: AttackReport) => process.stderr.write(`done: ${name}\n`)
const { seconds, seed, scale, only } = values
const options = { only, seconds: Number(seconds), seed: Number(seed), scale: Number(scale), onReport }
const { reports, idleBytes, restBytes, violations } = await besiege(options)

const table = new Table({
  style: { head: [], border: [] },
  head: ['attack', 'connections', 'answered', 'closed', 'rounds', 'healthy p99', 'RSS peak'],
})
for (const report of reports) {
  const { name, connections, answered, closed, healthyRounds, healthyP99Ms, peakBytes } = report
  const p99 = healthyRounds === 0 ? '-' : `${healthyP99Ms.toFixed(1)} ms`
  table.push([name, connections, answered, closed, healthyRounds, p99, mib(peakBytes)])
}
console.log(table.toString())
console.log(
  `RSS idle before ${mib(idleBytes)}, after ${mib(restBytes)}; bound ${mib(RESIDENT_BYTES_MAX)}; seed ${seed}`,
)

const all = [
  ...reports.flatMap((report) => [...report.violations, ...tooMuch(report)].map((text) => `${report.name}: ${text}`)),
  ...violations,
]
for (const text of all) console.log(`VIOLATION ${text}`)
process.exitCode = all.length === 0 ? 0 : 1

function tooMuch({ healthyRounds, healthyP99Ms, peakBytes }: AttackReport): string[] {
  const found: string[] = []
  if (healthyRounds > 0 && healthyP99Ms > HEALTHY_P99_MS_MAX)
    found.push(`the healthy client's p99 was ${healthyP99Ms.toFixed(0)} ms`)
  if (peakBytes > RESIDENT_BYTES_MAX) found.push(`${mib(peakBytes)} of memory`)
  return found
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`
}
