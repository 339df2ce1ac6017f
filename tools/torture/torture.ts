/** One run: load, faults with a rest now and then, and the verdict. */
import { seededRandom } from '@ottla/runtime/testing'
import { createReplicated, untilInSync } from '../compat/harness/in-sync.ts'
import { installConfluent } from '../compat/pairs/confluent.ts'
import { Damage } from './damage.ts'
import { lanesOf } from './lanes.ts'
import { type Fault, type FaultKind, plan } from './plan.ts'
import { readBack } from './read-back.ts'
import { compareReplicas } from './replicas.ts'
import type { Site } from './site.ts'
import { Verdict } from './verdict.ts'
import { CLIENTS, type Client, Writer } from './writer.ts'

export interface TortureOptions {
  readonly site: Site
  readonly seed: number
  /** Of faults and rests; ending, reading back and comparing come on top. */
  readonly ms: number
  /** Of each writer. */
  readonly recordsPerSecond: number
  readonly clients?: readonly Client[]
  /** Only faults whose names contain this. */
  readonly only?: string
  onProgress(text: string): void
}

export interface TortureReport {
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly writers: readonly Writer[]
  readonly verdict: Verdict
  readonly replicas: { readonly partitions: number; readonly bytes: number; readonly batches: number }
  /** What the verdict on the records does not cover: processes that ended, replicas that differ, writers that stood still. */
  readonly problems: readonly string[]
}

/** One where a partition stops with a single replica left, one where it goes on: both lose nothing to kills. */
const TOPICS = { 'torture-two': '2', 'torture-one': '1' }
const PARTITIONS = 3
/** Small, so that logs roll. */
const SEGMENT_BYTES = '4194304'
const ROUND_MS = 25_000
/** With all faults over every writer must be acknowledged again within this time. */
const PROGRESS_MS_MAX = 120_000

export async function torture(options: TortureOptions): Promise<TortureReport> {
  const { site, onProgress } = options
  const topics = Object.keys(TOPICS)
  for (const [name, minIsr] of Object.entries(TOPICS)) {
    const configs = { 'min.insync.replicas': minIsr, 'segment.bytes': SEGMENT_BYTES }
    await createReplicated(site.bootstrap, { name, partitions: PARTITIONS, configs })
  }
  await installConfluent()
  await using stack = new AsyncDisposableStack()
  const load = { ...options, bootstrap: site.bootstrap, topics, partitions: PARTITIONS, patience: 'patient' as const }
  const writers = (options.clients ?? CLIENTS).map((client) => stack.use(new Writer(client, load)))
  using damage = new Damage(site)
  const problems: string[] = []
  await progress(writers)
  await hurt(options, damage, writers).catch((error) => void problems.push((error as Error).message))
  await damage.healAll()
  for (const writer of writers) await writer.end().catch((error) => void problems.push((error as Error).message))
  onProgress('the writers have ended; waiting for the replicas')
  await untilInSync(site.bootstrap, topics, PROGRESS_MS_MAX)
  onProgress('reading back')
  const lanes = lanesOf(topics, PARTITIONS)
  const verdict = new Verdict(
    lanes,
    writers.map(({ history }) => history),
  )
  await readBack(site.bootstrap, lanes, verdict)
  verdict.end()
  onProgress('comparing replicas')
  await Promise.all(site.brokers.brokerIds.map((id) => site.brokers.stop(id)))
  const replicas = compareAll(
    site,
    lanes.map(({ topic, partition }) => `${topic}-${partition}`),
  )
  return {
    faults: damage.counts,
    writers,
    verdict,
    replicas,
    problems: [...problems, ...damage.problems, ...replicas.findings],
  }
}

/** Rounds of faults, after each of which everything heals and every writer must go on. */
async function hurt(
  { site, seed, ms, only = '', onProgress }: TortureOptions,
  damage: Damage,
  writers: readonly Writer[],
): Promise<void> {
  const links = new Set(site.links.map(({ name }) => name.split(' ')[0] as 'clients' | 'replicas' | 'controller'))
  const abilities = { links: [...links], controller: site.controller !== undefined, disks: site.disks.size > 0, only }
  const faults = plan(seededRandom(seed), abilities, site.brokers.brokerIds)
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    const roundEndMs = Math.min(endMs, performance.now() + ROUND_MS)
    while (performance.now() < roundEndMs) await inflict(faults.next().value, damage, onProgress)
    await damage.healAll()
    const beginMs = performance.now()
    await progress(writers)
    await damage.look()
    onProgress(`healed; all writers go on after ${Math.round(performance.now() - beginMs)} ms`)
  }
}

async function inflict(fault: Fault, damage: Damage, onProgress: (text: string) => void): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, fault.afterMs))
  await damage.look()
  const isDone = await damage.begin(fault)
  if (isDone) onProgress(`${fault.kind}, broker ${fault.broker}, for ${fault.forMs} ms`)
}

const progress = (writers: readonly Writer[]) => Promise.all(writers.map((writer) => writer.progress(PROGRESS_MS_MAX)))

function compareAll(site: Site, names: readonly string[]) {
  const directories = site.brokers.brokerIds.map((id) => site.brokers.logDirectory(id))
  const reports = names.map((name) => ({ name, report: compareReplicas(name, directories) }))
  const total = (of: 'bytes' | 'batches') => reports.reduce((sum, { report }) => sum + report[of], 0)
  const findings = reports.flatMap(({ name, report: { findings, ends, highWatermark } }) => {
    // At rest everything is committed.
    const isAtRest = ends.every((end) => end === highWatermark)
    return isAtRest ? findings : [...findings, `${name} was at rest with ends ${ends}, high watermark ${highWatermark}`]
  })
  return { partitions: names.length, bytes: total('bytes'), batches: total('batches'), findings }
}
