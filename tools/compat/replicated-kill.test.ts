/**
 * `kill -9` of one of three brokers after the other, of the leader above all, under acks=all loads of our Producer and of kafkajs: every acknowledged
 * record is there once and in order, and the replicas are the same bytes. `pnpm torture` does more of it, for longer.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { lanesOf } from '../torture/lanes.ts'
import { readBack } from '../torture/read-back.ts'
import { compareReplicas } from '../torture/replicas.ts'
import { Verdict } from '../torture/verdict.ts'
import { Writer } from '../torture/writer.ts'
import { ProcessCluster } from './harness/cluster.ts'
import { createReplicated, leaderOf, untilInSync } from './harness/in-sync.ts'

const PARTITIONS = 2
/** With two replicas left a partition of the first goes on, with one left only the second does. */
const TOPICS = { two: '2', one: '1' }
const LONG_MS = 300_000

let cluster: ProcessCluster

beforeEach(async () => {
  cluster = await ProcessCluster.start({ brokers: 3 })
  for (const [name, minIsr] of Object.entries(TOPICS)) {
    await createReplicated(cluster.bootstrap, {
      name,
      partitions: PARTITIONS,
      configs: { 'min.insync.replicas': minIsr },
    })
  }
}, LONG_MS)

afterEach(() => cluster?.[Symbol.asyncDispose]())

async function restart(id: number): Promise<void> {
  await cluster.kill(id)
  await cluster.startBroker(id)
}

/** The load has gone on in between, on the replicas that are left. */
async function leaveDead(id: number, progress: () => Promise<void>): Promise<void> {
  await cluster.kill(id)
  await progress()
  await cluster.startBroker(id)
}

test(
  'nothing acknowledged is lost, doubled or reordered',
  async () => {
    const topics = Object.keys(TOPICS)
    const load = { bootstrap: cluster.bootstrap, topics, partitions: PARTITIONS, recordsPerSecond: 300 }
    await using ours = new Writer('ottla', { ...load, patience: 'patient' })
    await using theirs = new Writer('kafkajs', { ...load, patience: 'patient' })
    const progress = async () => void (await Promise.all([ours.progress(), theirs.progress()]))
    const leader = (index: number) => leaderOf(cluster.bootstrap, topics[index % 2]!, index % PARTITIONS)
    await progress()
    for (let kill = 0; kill < 3; kill++) {
      await leaveDead(await leader(kill), progress)
      await progress()
      await restart(await leader(kill + 1))
    }
    await Promise.all(cluster.brokerIds.map((id) => cluster.kill(id)))
    await Promise.all(cluster.brokerIds.map((id) => cluster.startBroker(id)))
    await progress()
    await Promise.all([ours.end(), theirs.end()])
    await untilInSync(cluster.bootstrap, topics)

    const lanes = lanesOf(topics, PARTITIONS)
    const verdict = new Verdict(lanes, [ours.history, theirs.history])
    await readBack(cluster.bootstrap, lanes, verdict)
    verdict.end()
    expect(verdict.examples).toEqual([])
    expect(ours.history.failures.size).toBe(0)
    expect(verdict.recordCount).toBeGreaterThanOrEqual(
      ours.history.acknowledgedCount + theirs.history.acknowledgedCount,
    )
    await cluster.stopAll()
    for (const { topic, partition } of lanes) {
      const name = `${topic}-${partition}`
      const { findings, ends, highWatermark } = compareReplicas(
        name,
        cluster.brokerIds.map((id) => cluster.logDirectory(id)),
      )
      expect({ name, findings, ends }).toEqual({
        name,
        findings: [],
        ends: [highWatermark, highWatermark, highWatermark],
      })
    }
  },
  LONG_MS,
)
