/**
 * `pnpm fuzz [--frames N] [--seed S]`: damaged frames of every API and version, and damaged record batches of every magic and codec.
 * Each must be a value or a typed error, quickly and in bounded memory. Without a seed a new one is chosen and told.
 */
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import '@ottla/runtime/node'
import { bombSeeds, messageSeeds, recordSeeds } from './corpus.ts'
import { type FuzzReport, fuzz } from './fuzz.ts'
import { DECOMPRESSED_BYTES_MAX, readSeed } from './read-seed.ts'

const MIB = 1024 * 1024
const FRAME_MS_MAX = 2000
const RESIDENT_BYTES_MAX = 512 * MIB
/** A 4 MiB limit must hold against sixteen times as much. */
const BOMB_BYTES = 16 * DECOMPRESSED_BYTES_MAX

const { values } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } })
const frames = Number(values.frames ?? 1_000_000)
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
if (!Number.isInteger(frames) || frames < 1 || !Number.isInteger(seed)) {
  console.error('fuzz: --frames and --seed want whole numbers, frames from 1 on')
  process.exit(1)
}

const start = performance.now()
const report = await fuzz({
  frames,
  seed,
  // One time in eight or so: a batch is rarer than a message among the seeds, and no less worth damaging.
  corpus: [...messageSeeds(), ...Array.from({ length: 10 }, recordSeeds).flat()],
  bombs: bombSeeds(BOMB_BYTES),
  read: readSeed,
  frameMsMax: FRAME_MS_MAX,
  residentBytesMax: RESIDENT_BYTES_MAX,
  now: processorMs,
  residentBytes: () => process.memoryUsage.rss(),
  turn: () => setImmediate(),
  onProgress: (soFar) => console.log(line(soFar)),
})
for (const failure of report.failures) {
  console.log(`frame ${failure.frame} (${failure.name}): ${failure.reason}\n  ${failure.hex}`)
}
console.log(line(report))
console.log(`seed ${seed}; slowest frame ${report.slowestMs.toFixed(1)} ms (${report.slowest})`)
process.exitCode = report.failures.length === 0 ? 0 : 1

/** Time of this process only: what else the machine does must not count as a slow frame. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function line({ frames, values, errors, failures, residentBytesPeak }: FuzzReport): string {
  const rate = frames / ((performance.now() - start) / 1000)
  return (
    `${frames} frames: ${values} values, ${errors} typed errors, ${failures.length} failures; ` +
    `${rate.toFixed(0)} frames/s, at most ${(residentBytesPeak / MIB).toFixed(0)} MiB resident`
  )
}
