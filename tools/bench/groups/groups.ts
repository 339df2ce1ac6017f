/**
 * `pnpm bench groups [--members 1000] [--only ottla|apache] [--parts joins,rebalance,commits,consume]`: what groups cost the broker, Apache Kafka
 * beside it. Members are connections that speak the protocol and do nothing else. One system runs at a time, broker and controller in one process;
 * joins, commits and reading have a first round, which warms it up and does not count. Resident memory before a join is that with the connections
 * already open. "Another client" asks for ApiVersions all the time, from a thread of its own. About seven minutes.
 */
import { parseArgs } from 'node:util'
import { measureCommits } from './commits.ts'
import { measureConsuming } from './consume.ts'
import type { Findings } from './findings.ts'
import { measureJoins } from './joins.ts'
import { measureRebalances, type Rebalance } from './rebalance.ts'
import { Site, SYSTEMS, type SystemName } from './site.ts'
import { print } from './tables.ts'

const PARTS = ['joins', 'rebalance', 'commits', 'consume']
const READING = { records: 400_000, runs: 3 }

/** Kafka's defaults, where a quick start has others. */
const DEFAULTS = [
  'group.initial.rebalance.delay.ms=3000',
  'group.consumer.heartbeat.interval.ms=5000',
  'group.consumer.min.heartbeat.interval.ms=5000',
  'group.consumer.assignment.interval.ms=1000',
]

interface Pace extends Rebalance {
  readonly settings: readonly string[]
}

const PACES: readonly Pace[] = [
  { pace: 'defaults', settings: [], boundMs: 11_000, runs: 2, apartMs: [0, 50], realRuns: 1 },
  {
    pace: 'heartbeats of 200 ms',
    settings: [
      'group.consumer.heartbeat.interval.ms=200',
      'group.consumer.min.heartbeat.interval.ms=200',
      'group.consumer.assignment.interval.ms=0',
    ],
    boundMs: 1000,
    runs: 5,
    apartMs: [0, 10],
    realRuns: 3,
  },
]

export async function groups(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '1000' },
      only: { type: 'string' },
      parts: { type: 'string', default: PARTS.join() },
    },
  })
  const names = SYSTEMS.filter((name) => values.only === undefined || values.only === name)
  const parts = new Set(values.parts.split(','))
  const findings: Findings[] = []
  try {
    for (const name of names) {
      const found = nothingYet(name)
      findings.push(found)
      await measureSystem(name, { parts, members: Number(values.members) }, found)
    }
  } finally {
    print(findings)
  }
}

function nothingYet(name: SystemName): Findings {
  const system = name === 'ottla' ? 'Ottla' : 'Apache Kafka'
  return { system, joins: [], heartbeats: [], rebalances: [], commits: [], consuming: [] }
}

interface Wish {
  readonly parts: ReadonlySet<string>
  readonly members: number
}

async function measureSystem(name: SystemName, { parts, members }: Wish, found: Findings): Promise<void> {
  if (parts.has('joins')) await atSite(name, [], (site) => measureJoins(site, members, found))
  for (const pace of parts.has('rebalance') ? PACES : []) {
    await atSite(name, pace.settings, (site) => measureRebalances(site, pace, found.rebalances))
  }
  if (!parts.has('commits') && !parts.has('consume')) return
  await atSite(name, [], async (site) => {
    if (parts.has('commits')) found.commits.push(await measureCommits(site))
    if (parts.has('consume')) await measureConsuming(site, READING, found.consuming)
  })
}

/** A broker that nothing has been measured at yet. */
async function atSite(
  name: SystemName,
  settings: readonly string[],
  work: (site: Site) => Promise<unknown>,
): Promise<void> {
  await using site = await Site.start(name, [...DEFAULTS, ...settings])
  await work(site)
}
