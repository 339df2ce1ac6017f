import { describe, expect, jest, test } from '@jest/globals'
import '@ottla/runtime/node'
import { DiskError } from '@ottla/runtime'
import { FakeClock, recordingLogger } from '@ottla/runtime/testing'
import type { AppendResult } from '@ottla/storage'
import { logConfigFrom } from './log-config.ts'
import { Partition, type PartitionView } from './partition.ts'
import { batch, partitionImage } from './testing/scripted-cluster.ts'
import { ScriptedLog } from './testing/scripted-log.ts'
import type { CommitWaiter } from './waiters.ts'

const NO_VALUES = new Map<string, string>()
const CONFIG = logConfigFrom({ topic: NO_VALUES, broker: NO_VALUES, cluster: NO_VALUES, file: NO_VALUES })

function view(changes: Parameters<typeof partitionImage>[1] = {}, effectiveMinIsr = 1): PartitionView {
  return { image: partitionImage(0, changes), effectiveMinIsr, eligible: new Map([[1, 101]]) }
}

function setUp() {
  const log = new ScriptedLog({ topic: 't', partition: 0, topicId: 'id' }, CONFIG)
  const logger = recordingLogger()
  const clock = new FakeClock()
  const partition = new Partition({ brokerId: 1, log, clock, timers: clock, logger, lagTimeMaxMs: 30_000 })
  const told: string[] = []
  const waiter = (): CommitWaiter => ({
    committed: () => void told.push('committed'),
    lost: () => void told.push('lost'),
  })
  const append = (records = batch(['a', 'b']), acks: 0 | 1 | -1 = -1) => {
    const results: AppendResult[] = []
    partition.append({ records: records }, acks, (result) => results.push(result))
    return results
  }
  return { log, logger, clock, partition, told, waiter, append }
}

describe('Partition', () => {
  test('accepts nothing before its leader epoch stands in the checkpoint', async () => {
    const { log, partition, append } = setUp()
    const release = log.holdEpochs()
    const starting = partition.follow(view({ leaderEpoch: 3 }))
    expect(append()).toMatchObject([{ ok: false, error: 'NOT_LEADER_OR_FOLLOWER' }])
    expect(partition.check(-1)).toBe('NOT_LEADER_OR_FOLLOWER')
    release()
    await starting
    expect(log.epochStarts).toEqual([{ epoch: 3, start: 0 }])
    expect(append()).toMatchObject([{ ok: true, firstOffset: 0, lastOffset: 1 }])
  })

  test('an ISR of one commits through the state machine what it has written', async () => {
    const { log, partition, told, waiter, append } = setUp()
    await partition.follow(view())
    log.held = true
    const results = append()
    expect(results).toEqual([])
    expect(log.highWatermark).toBe(0)
    log.publish()
    expect(results).toMatchObject([{ ok: true, lastOffset: 1 }])
    expect(log.highWatermark).toBe(2)
    partition.whenCommitted(2, 0, waiter())
    expect(told).toEqual(['committed'])
  })

  test('with others in the ISR the high watermark waits, and so do waiters', async () => {
    const { log, partition, told, waiter, append } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
    append()
    partition.whenCommitted(2, 0, waiter())
    expect(log.highWatermark).toBe(0)
    expect(told).toEqual([])
    partition.follow(view({ replicas: [1, 2], isr: [1], partitionEpoch: 1 }))
    expect(log.highWatermark).toBe(2)
    expect(told).toEqual(['committed'])
  })

  test('acks=all is refused below the effective min ISR, acks=1 is not, and neither is committed', async () => {
    const { log, partition, append } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1] }, 2))
    expect(append(batch(['a']), -1)).toMatchObject([{ ok: false, error: 'NOT_ENOUGH_REPLICAS' }])
    expect(append(batch(['a']), 1)).toMatchObject([{ ok: true }])
    expect(log.highWatermark).toBe(0)
  })

  test('losing leadership tells every waiter before `follow` returns', async () => {
    const { partition, told, waiter, append } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
    append()
    partition.whenCommitted(2, 0, waiter())
    partition.watchers.add({ advanced: () => undefined, lost: () => void told.push('watcher lost') })
    partition.follow(view({ replicas: [1, 2], isr: [1, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }))
    expect(told).toEqual(['lost', 'watcher lost'])
    expect(partition.commitWaiters).toBe(0)
    expect(append()).toMatchObject([{ ok: false, error: 'NOT_LEADER_OR_FOLLOWER' }])
  })

  test('an append that is published after the leadership ended commits nothing', async () => {
    const { log, partition, told, waiter, append } = setUp()
    await partition.follow(view())
    log.held = true
    const results = append()
    partition.follow(view({ leader: 2, leaderEpoch: 1, partitionEpoch: 1 }))
    log.publish()
    expect(results).toMatchObject([{ ok: true }])
    expect(log.highWatermark).toBe(0)
    partition.whenCommitted(2, 0, waiter())
    expect(told).toEqual(['lost'])
  })

  test('led again in a later epoch, a waiter of the earlier one is lost', async () => {
    const { partition, told, waiter, append } = setUp()
    await partition.follow(view())
    append()
    await partition.follow(view({ leaderEpoch: 1, partitionEpoch: 1 }))
    partition.whenCommitted(2, 0, waiter())
    partition.whenCommitted(2, 1, waiter())
    expect(told).toEqual(['lost', 'committed'])
  })

  test('a leadership that ended while it began never begins', async () => {
    const { log, partition } = setUp()
    const release = log.holdEpochs()
    const starting = partition.follow(view({ leaderEpoch: 1 }))
    partition.follow(view({ leader: 2, leaderEpoch: 2 }))
    release()
    await starting
    expect(partition.isLeader).toBe(false)
    expect(partition.leaderEpoch).toBe(2)
  })

  test('it begins with what the metadata says by then', async () => {
    const { log, partition, append } = setUp()
    const release = log.holdEpochs()
    const starting = partition.follow(view({ replicas: [1, 2], isr: [1, 2] }, 2))
    partition.follow(view({ replicas: [1, 2], isr: [1], partitionEpoch: 1 }, 2))
    release()
    await starting
    expect(append()).toMatchObject([{ error: 'NOT_ENOUGH_REPLICAS' }])
  })

  test('an older image changes nothing', async () => {
    const { partition } = setUp()
    await partition.follow(view({ leaderEpoch: 5 }))
    expect(partition.follow(view({ leader: 2, leaderEpoch: 4 }))).toBeUndefined()
    expect(partition.isLeader).toBe(true)
  })

  test('a log that does not take the epoch answers KAFKA_STORAGE_ERROR, loudly', async () => {
    const { log, logger, partition, append } = setUp()
    log.failEpoch = true
    await partition.follow(view())
    expect(partition.check(-1)).toBe('KAFKA_STORAGE_ERROR')
    expect(append()).toMatchObject([{ ok: false, error: 'KAFKA_STORAGE_ERROR' }])
    expect(logger.lines.map(({ level }) => level)).toContain('error')
  })

  test('a full disk is asked again, with growing pauses, until it takes the epoch', async () => {
    const { log, clock, partition, append } = setUp()
    const assigning = jest.spyOn(log, 'assignLeaderEpoch')
    log.failEpoch = new DiskError('write', '/logs/t-0', 'ENOSPC')
    await partition.follow(view({ leaderEpoch: 3 }))
    expect(partition.check(-1)).toBe('KAFKA_STORAGE_ERROR')
    for (const [passedMs, attempts] of [
      [999, 1],
      [1, 2],
      [1_999, 2],
      [1, 3],
    ] as const) {
      await clock.advance(passedMs)
      expect(assigning).toHaveBeenCalledTimes(attempts)
    }
    log.failEpoch = false
    await clock.advance(4_000)
    expect(append()).toMatchObject([{ ok: true, firstOffset: 0 }])
    expect(clock.pendingTimers).toBe(0)
  })

  test('the next leader epoch, or the end, takes the place of trying again', async () => {
    const { log, clock, partition } = setUp()
    log.failEpoch = new DiskError('write', '/logs/t-0', 'ENOSPC')
    await partition.follow(view({ leaderEpoch: 3 }))
    await partition.follow(view({ leader: 2, leaderEpoch: 4 }))
    expect(clock.pendingTimers).toBe(0)
    await partition.follow(view({ leaderEpoch: 5 }))
    expect(clock.pendingTimers).toBe(1)
    partition.close()
    expect(clock.pendingTimers).toBe(0)
  })

  test('a broken invariant ends the leadership and nothing else: the append is answered, waiters are told', async () => {
    const { log, logger, partition, told, waiter, append } = setUp()
    await partition.follow(view())
    append()
    log.held = true
    const results = append()
    log.logEndOffset = -100
    log.publish()
    expect(results).toMatchObject([{ ok: true }])
    expect(partition.check(-1)).toBe('KAFKA_STORAGE_ERROR')
    partition.whenCommitted(4, 0, waiter())
    expect(told).toEqual(['lost'])
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('requests with another leader epoch are fenced (KIP-320)', async () => {
    const { partition } = setUp()
    await partition.follow(view({ leaderEpoch: 5 }))
    expect([-1, 4, 5, 6].map((epoch) => partition.check(epoch))).toEqual([
      undefined,
      'FENCED_LEADER_EPOCH',
      undefined,
      'UNKNOWN_LEADER_EPOCH',
    ])
  })

  test('closed, it answers NOT_LEADER_OR_FOLLOWER for good', async () => {
    const { partition, told, waiter } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
    partition.whenCommitted(2, 0, waiter())
    partition.close()
    expect(told).toEqual(['lost'])
    await partition.follow(view({ leaderEpoch: 9 }))
    expect(partition.check(-1)).toBe('NOT_LEADER_OR_FOLLOWER')
  })
})
