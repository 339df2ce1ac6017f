/** Offset commits: a hundred groups of which each commits twelve partitions again and again, one commit after the other. */
import { API, type Connection } from '@ottla/client/internal'
import { Latencies, type LatencySummary } from './latencies.ts'
import { refused, untilReady } from './member.ts'
import type { Cost, Site } from './site.ts'

const GROUPS = 100
const PARTITIONS = 12
const TOPIC = 'committed'
const WARM_MS = 3000
const MEASURED_MS = 6000
/** The newest that tells topics by name. */
const VERSIONS = { max: 9 }

export const COMMITS = `${GROUPS} groups x ${PARTITIONS} partitions`

export interface CommitRow {
  readonly perSecond: number
  readonly latency: LatencySummary
  readonly cost: Cost
}

export async function measureCommits(site: Site): Promise<CommitRow> {
  site.tell(`commits of ${COMMITS}`)
  await site.createTopic(TOPIC, PARTITIONS)
  const connections = await site.connect(GROUPS)
  const latencies = new Latencies()
  const all = (ms: number) => {
    return Promise.all(
      connections.map((connection, index) => commitFor(ms, { connection, groupId: `commits-${index}`, latencies })),
    )
  }
  await all(WARM_MS)
  latencies.clear()
  const [, cost] = await site.measure(() => all(MEASURED_MS))
  for (const connection of connections) connection.close()
  const latency = latencies.summary
  return { perSecond: (latency.count * 1000) / MEASURED_MS, latency, cost }
}

interface Committer {
  readonly connection: Connection
  readonly groupId: string
  readonly latencies: Latencies
}

async function commitFor(ms: number, { connection, groupId, latencies }: Committer): Promise<void> {
  const endMs = performance.now() + ms
  for (let offset = 0; performance.now() < endMs; offset++) {
    const partitions = Array.from({ length: PARTITIONS }, (_, partitionIndex) => {
      return { partitionIndex, committedOffset: offset, committedLeaderEpoch: 0, committedMetadata: '' }
    })
    const body = { groupId, memberId: '', topics: [{ name: TOPIC, partitions }] }
    const beginMs = performance.now()
    const { errorCode } = await untilReady(async () => {
      const answer = await connection.send(API.offsetCommit, body, { versions: VERSIONS })
      return answer.topics[0]!.partitions[0]!
    })
    if (errorCode !== 0) throw refused('a commit', errorCode)
    latencies.note(performance.now() - beginMs)
  }
}
