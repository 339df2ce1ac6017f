import '@ottla/runtime/node'
import { expect, test } from '@jest/globals'
import type { ShardAppendResult } from '@ottla/coordinator'
import { batchesIn } from '@ottla/protocol'
import { FakeClock, recordingLogger } from '@ottla/runtime/testing'
import { logConfigFrom } from '../partitions/log-config.ts'
import { Partition } from '../partitions/partition.ts'
import type { PartitionView } from '../partitions/partition-types.ts'
import { batch, partitionImage } from '../partitions/testing/scripted-cluster.ts'
import { ScriptedLog } from '../partitions/testing/scripted-log.ts'
import { PartitionShardLog } from './partition-shard-log.ts'

const NO_VALUES = new Map<string, string>()
const CONFIG = logConfigFrom({ topic: NO_VALUES, broker: NO_VALUES, cluster: NO_VALUES, file: NO_VALUES })

function view(changes: Parameters<typeof partitionImage>[1] = {}, effectiveMinIsr = 1): PartitionView {
  return { image: partitionImage(0, changes), effectiveMinIsr, eligible: new Map([[1, 101]]) }
}

function setUp() {
  const log = new ScriptedLog({ topic: '__consumer_offsets', partition: 0, topicId: 'id' }, CONFIG)
  const clock = new FakeClock()
  const told: string[] = []
  const partition: Partition = new Partition({
    brokerId: 1,
    log,
    clock,
    timers: clock,
    logger: recordingLogger(),
    lagTimeMaxMs: 30_000,
    tellsHighWatermark: false,
    onLeadership: (led, leads) => void told.push(`${leads ? 'leads' : 'leads no longer'} in ${led.leaderEpoch}`),
    outlet: {
      propose() {},
      forget() {},
      resign: (_, reason) => void told.push(`resigns: ${reason}`),
      damaged() {},
      behind() {},
      isrChanged() {},
    },
  })
  const append = (to: PartitionShardLog) => {
    const results: ShardAppendResult[] = []
    to.append(batch(['a', 'b']), (result) => results.push(result))
    return results
  }
  return { log, partition, told, append }
}

test('whoever follows the leadership hears of it in the step in which it begins and ends', async () => {
  const { log, partition, told } = setUp()
  const release = log.holdEpochs()
  const starting = partition.follow(view({ leaderEpoch: 3 }))
  expect(told).toEqual([])
  release()
  await starting
  expect(told).toEqual(['leads in 3'])
  partition.follow(view({ leader: 2, leaderEpoch: 4, partitionEpoch: 1 }))
  expect(told).toEqual(['leads in 3', 'leads no longer in 4'])
  await partition.follow(view({ leaderEpoch: 5, partitionEpoch: 2 }))
  partition.close()
  partition.close()
  expect(told.slice(2)).toEqual(['leads in 5', 'leads no longer in 5'])
})

test('what a coordinator writes is appended, committed and read back', async () => {
  const { partition, append } = setUp()
  await partition.follow(view({ leaderEpoch: 3 }))
  const shardLog = new PartitionShardLog(partition)
  expect(shardLog.refusal()).toBeUndefined()
  expect(append(shardLog)).toMatchObject([{ ok: true, firstOffset: 0, lastOffset: 1 }])
  const told: string[] = []
  shardLog.whenCommitted(2, { committed: () => void told.push('committed'), lost: () => void told.push('lost') })
  expect(told).toEqual(['committed'])
  const { logStartOffset, logEndOffset, highWatermark, leaderEpoch } = shardLog
  expect([logStartOffset, logEndOffset, highWatermark, leaderEpoch]).toEqual([0, 2, 2, 3])
  expect([...batchesIn(await shardLog.read(0, 1))].map(({ recordCount }) => recordCount)).toEqual([2])
  expect(await shardLog.read(2, 1)).toHaveLength(0)
  await expect(shardLog.read(3, 1)).rejects.toThrow('offset 3 is not in the log')
})

test('nothing is appended below the effective min ISR, on a failed disk, or by the coordinator of another epoch', async () => {
  const { log, partition, append } = setUp()
  await partition.follow(view({ replicas: [1, 2], isr: [1] }, 2))
  const first = new PartitionShardLog(partition)
  expect([first.refusal(), append(first)]).toMatchObject([
    'NOT_ENOUGH_REPLICAS',
    [{ ok: false, error: 'NOT_ENOUGH_REPLICAS' }],
  ])
  await partition.follow(view({ leaderEpoch: 7, partitionEpoch: 1 }))
  expect([first.refusal(), append(first)]).toMatchObject(['NOT_LEADER_OR_FOLLOWER', [{ ok: false }]])
  const second = new PartitionShardLog(partition)
  log.isOffline = true
  expect([second.refusal(), append(second)]).toMatchObject(['KAFKA_STORAGE_ERROR', [{ ok: false }]])
  expect(log.logEndOffset).toBe(0)
})

test('a leader whose coordinator cannot write resigns', async () => {
  const { log, partition, told, append } = setUp()
  await partition.follow(view())
  log.nextFailure = { error: 'KAFKA_STORAGE_ERROR', message: 'EIO' }
  expect(append(new PartitionShardLog(partition))).toMatchObject([{ ok: false, error: 'KAFKA_STORAGE_ERROR' }])
  expect(told).toEqual(['leads in 0', 'resigns: write-failed'])
})
