/** What the broker's keys for coordinators come to: how long an answer waits for replicas, and how much is read at a time. */
import '@ottla/runtime/node'
import { expect, jest, test } from '@jest/globals'
import { ZERO_UUID } from '@ottla/protocol'
import { recordingLogger, testRuntime } from '@ottla/runtime/testing'
import { parseBrokerConfig } from '../config/broker-config.ts'
import { logConfigFrom } from '../partitions/log-config.ts'
import { Partition } from '../partitions/partition.ts'
import { batch, partitionImage } from '../partitions/testing/scripted-cluster.ts'
import { ScriptedLog } from '../partitions/testing/scripted-log.ts'
import { broker, contextOf, imageOf, partition as metadataOf } from '../testing/front.ts'
import { GroupCoordination, OFFSETS_TOPIC } from './group-coordinator.ts'
import { PartitionShardLog } from './partition-shard-log.ts'

const NO_VALUES = new Map<string, string>()
const COMMIT_API = 8

/** Broker 1 leads the only partition; broker 2 is in its ISR and never fetches. */
async function setUp(values: Readonly<Record<string, string>>) {
  const required = { 'broker.id': '1', 'log.dirs': '/logs', 'zookeeper.connect': 'localhost:2181' }
  const { config } = parseBrokerConfig(new Map(Object.entries({ ...required, ...values })))
  const runtime = testRuntime()
  const { clock } = runtime
  const logConfig = logConfigFrom({ topic: NO_VALUES, broker: NO_VALUES, cluster: NO_VALUES, file: NO_VALUES })
  const log = new ScriptedLog({ topic: OFFSETS_TOPIC, partition: 0, topicId: 'id' }, logConfig)
  const ignored = () => {}
  const partition = new Partition({
    ...{ brokerId: 1, log, clock, timers: clock, logger: recordingLogger(), lagTimeMaxMs: 30_000 },
    tellsHighWatermark: false,
    onLeadership: ignored,
    outlet: {
      ...{ propose: ignored, forget: ignored, resign: ignored },
      ...{ damaged: ignored, behind: ignored, isrChanged: ignored },
    },
  })
  const image = partitionImage(0, { leaderEpoch: 3, replicas: [1, 2], isr: [1, 2] })
  await partition.follow({ image, effectiveMinIsr: 1, eligible: new Map([[1, 101]]) })
  const session = { image: imageOf([broker(1), broker(2)], { [OFFSETS_TOPIC]: [metadataOf(0, [1])] }), onImage() {} }
  const groups = new GroupCoordination({ runtime, config, session })
  return { groups, partition, log, clock }
}

test('offsets.commit.timeout.ms: so long a commit waits for its replicas', async () => {
  const { groups, partition, clock } = await setUp({ 'offsets.commit.timeout.ms': '700' })
  groups.leadershipChanged(partition, true)
  await clock.settle()
  const partitions = [
    { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: '', commitTimestamp: -1 },
  ]
  const body = {
    ...{ groupId: 'g', generationIdOrMemberEpoch: -1, memberId: '', groupInstanceId: null, retentionTimeMs: -1 },
    topics: [{ name: 't', topicId: ZERO_UUID, partitions }],
  }
  let outcome = 'waits'
  groups.call('g', 'offset-commit', body, contextOf(COMMIT_API, 8)).then(
    () => (outcome = 'committed'),
    (error: { errorName: string }) => (outcome = error.errorName),
  )
  await clock.advance(699)
  expect(outcome).toBe('waits')
  await clock.advance(1)
  expect(outcome).toBe('COORDINATOR_NOT_AVAILABLE')
})

test('offsets.load.buffer.size: so much of a partition is read at a time', async () => {
  const { groups, partition, log, clock } = await setUp({ 'offsets.load.buffer.size': '300' })
  new PartitionShardLog(partition).append(batch(['a']), () => {})
  const read = jest.spyOn(log, 'read')
  groups.leadershipChanged(partition, true)
  await clock.settle()
  expect(read.mock.calls.map(([{ bytesMax }]) => bytesMax)).toEqual([300])
})

test('a log that is cut while a coordinator reads it is not taken for what it was', async () => {
  const { partition, log } = await setUp({})
  const shardLog = new PartitionShardLog(partition)
  shardLog.append(batch(['a']), () => {})
  const read = log.read.bind(log)
  jest.spyOn(log, 'read').mockImplementation(async (request) => {
    const result = await read(request)
    return result.kind === 'region' ? { ...result, region: { ...result.region, isCut: true } } : result
  })
  await expect(shardLog.read(0, 1000)).rejects.toThrow('cut while it was read')
})
