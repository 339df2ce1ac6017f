import { describe, expect, test } from '@jest/globals'
import type { MetadataImage, MetadataRecord, PartitionImage } from '@ottla/replication'
import '@ottla/runtime/node'
import { testRuntime } from '@ottla/runtime/testing'
import { PeriodicElections } from './periodic-elections.ts'
import { Resignations } from './sessions/resignations.ts'
import { LossyElections } from './state/lossy-elections.ts'
import { MetadataState } from './state/metadata-state.ts'
import { openLocalStore } from './store/local-store.ts'
import { brokerRecord } from './testing/images.ts'

const CONFIG = {
  'auto.leader.rebalance.enable': true,
  'leader.imbalance.check.interval.seconds': 300,
  'leader.imbalance.per.broker.percentage': 10,
  'unclean.leader.election.interval.ms': 60_000,
}

const QUIET_MS = 400_000

async function setUp(partition: Partial<PartitionImage>, config: Partial<typeof CONFIG> = {}) {
  const runtime = testRuntime()
  const store = await openLocalStore({ disk: runtime.disk, logger: runtime.logger, directory: 'data' })
  const lossy = new LossyElections(runtime.logger, store.recovered)
  const started: PeriodicElections[] = []
  const state = new MetadataState(store, 1, {
    onDurable: (batches) => {
      lossy.observe(batches)
      started[0]?.observe(batches)
    },
    onFailure: () => {},
  })
  const records: MetadataRecord[] = [
    { type: 'clusterCreated', clusterId: 'cluster' },
    brokerRecord(1),
    brokerRecord(2),
    brokerRecord(3, { fenced: true }),
    { type: 'topic', name: 't', id: 'id-of-t' },
    {
      type: 'partition',
      topicId: 'id-of-t',
      partition: 0,
      replicas: [1, 2],
      isr: [1, 2],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 0,
      elr: [],
      lastKnownElr: [],
      addingReplicas: [],
      removingReplicas: [],
      leaderRecoveryState: 0,
      ...partition,
    },
  ]
  const write = (...written: MetadataRecord[]) => state.submit(() => ({ batches: [written], reply: undefined }))
  await write(...records)
  const resignations = new Resignations({ quietMs: QUIET_MS, lateMs: 0 })
  const elections = new PeriodicElections({ runtime, config: { ...CONFIG, ...config }, state, resignations })
  started.push(elections)
  return { ...runtime, state, write, elections, resignations }
}

const partitionOf = (image: MetadataImage) => image.topics.get('t')!.partitions[0]!

describe('preferred leaders', () => {
  test('are elected after a while', async () => {
    const { clock, state, logger } = await setUp({ leader: 2 })
    await clock.advance(299_000)
    expect(partitionOf(state.durable).leader).toBe(2)
    await clock.advance(2000)
    expect(partitionOf(state.durable)).toMatchObject({ leader: 1, isr: [1, 2] })
    expect(logger.messages('info')).toContain('elected preferred leaders')
  })

  test('are not when that is turned off', async () => {
    const { clock, state } = await setUp({ leader: 2 }, { 'auto.leader.rebalance.enable': false })
    await clock.advance(1_000_000)
    expect(partitionOf(state.durable).leader).toBe(2)
  })

  test('are not for a time after they have resigned', async () => {
    const { clock, state, resignations } = await setUp({ leader: 2 })
    resignations.add({ topic: 't', partition: 0, brokerId: 1 }, clock.monotonic())
    await clock.advance(301_000)
    expect(partitionOf(state.durable).leader).toBe(2)
    await clock.advance(300_000)
    expect(partitionOf(state.durable).leader).toBe(1)
  })

  test('nothing happens after the end', async () => {
    const { clock, state, elections } = await setUp({ leader: 2 })
    elections.close()
    await clock.advance(1_000_000)
    expect(partitionOf(state.durable).leader).toBe(2)
  })
})

describe('partitions without leader', () => {
  const waits = { replicas: [1, 3], isr: [3], leader: -1 }
  const allow = (resourceType: 'topic' | 'broker', value: string | null): MetadataRecord => ({
    type: 'config',
    resourceType,
    resourceName: resourceType === 'topic' ? 't' : '',
    name: 'unclean.leader.election.enable',
    value,
  })

  test.each(['topic', 'broker'] as const)(
    'get an unclean one when the %s allows it, at once and loudly',
    async (type) => {
      const { clock, state, write, logger } = await setUp(waits)
      await clock.advance(200_000)
      expect(partitionOf(state.durable).leader).toBe(-1)
      await write(allow(type, 'true'))
      await clock.settle()
      expect(partitionOf(state.durable)).toMatchObject({ leader: 1, isr: [1], leaderRecoveryState: 1 })
      expect(logger.messages('warn')).toContain(
        'broker 1 was elected uncleanly for t-0: committed records may be missing',
      )
    },
  )

  test('get one when the override that forbids it is taken away', async () => {
    const { clock, state, write } = await setUp(waits)
    await write(allow('topic', 'false'), allow('broker', 'true'))
    await clock.advance(1000)
    expect(partitionOf(state.durable).leader).toBe(-1)
    await write(allow('topic', null))
    await clock.settle()
    expect(partitionOf(state.durable).leader).toBe(1)
  })

  test('that a controller has left half done get theirs from the next one', async () => {
    const { clock, state, elections, logger } = await setUp({ leader: -1 })
    elections.electForLeaderless()
    await clock.settle()
    expect(partitionOf(state.durable)).toMatchObject({ leader: 1, isr: [1, 2], leaderRecoveryState: 0 })
    expect(logger.messages('warn')).toEqual([])
  })

  test('are looked at from time to time', async () => {
    const { clock, state } = await setUp({ leader: -1 })
    await clock.advance(59_000)
    expect(partitionOf(state.durable).leader).toBe(-1)
    await clock.advance(2000)
    expect(partitionOf(state.durable).leader).toBe(1)
  })

  test('the last known leader that leads again is named', async () => {
    const { clock, elections, logger } = await setUp({ isr: [], lastKnownElr: [2], leader: -1 })
    elections.electForLeaderless()
    await clock.settle()
    expect(logger.messages('warn')).toEqual([
      'the last known leader leads again without any in-sync replica: committed records may be missing',
    ])
  })
})
