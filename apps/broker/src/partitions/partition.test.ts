import { describe, expect, jest, test } from '@jest/globals'
import '@ottla/runtime/node'
import type { IsrProposal } from '@ottla/replication'
import { DiskError } from '@ottla/runtime'
import { FakeClock, recordingLogger } from '@ottla/runtime/testing'
import type { AppendResult } from '@ottla/storage'
import { logConfigFrom } from './log-config.ts'
import { Partition } from './partition.ts'
import type { PartitionView } from './partition-types.ts'
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
  const told: string[] = []
  const proposals: IsrProposal[] = []
  const partition = new Partition({
    brokerId: 1,
    log,
    clock,
    timers: clock,
    logger,
    lagTimeMaxMs: 30_000,
    tellsHighWatermark: false,
    outlet: {
      propose: (_, proposal) => void proposals.push(proposal),
      forget: () => void proposals.splice(0),
      resign: (_, reason) => void told.push(`resigns: ${reason}`),
      damaged: () => void told.push('damaged'),
      behind: () => void told.push('behind'),
      isrChanged: (change) => void told.push(`isr ${change}`),
    },
  })
  const waiter = (): CommitWaiter => ({
    committed: () => void told.push('committed'),
    lost: () => void told.push('lost'),
  })
  const append = (records = batch(['a', 'b']), acks: 0 | 1 | -1 = -1) => {
    const results: AppendResult[] = []
    partition.append({ records: records }, acks, (result) => results.push(result))
    return results
  }
  return { log, logger, clock, partition, told, proposals, waiter, append }
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
    expect(told).toEqual(['committed', 'isr shrunk'])
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
    expect(told).toEqual(['resigns: write-failed', 'lost'])
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

  test('another leader: this broker follows it, and has its role ended before the next one begins', async () => {
    const { partition } = setUp()
    const followed = { replicas: [1, 2], isr: [1, 2], leader: 2 }
    partition.follow(view({ ...followed, leaderEpoch: 1 }))
    const { following } = partition
    expect(following).toMatchObject({ leader: 2, leaderEpoch: 1, isEnded: false })
    expect([-1, 0, 1, 2].map((epoch) => partition.check(epoch, 'replica'))).toEqual([
      undefined,
      'FENCED_LEADER_EPOCH',
      undefined,
      'UNKNOWN_LEADER_EPOCH',
    ])
    expect(partition.check(-1)).toBe('NOT_LEADER_OR_FOLLOWER')
    partition.follow(view({ ...followed, leaderEpoch: 1, partitionEpoch: 5 }))
    expect(partition.following).toBe(following)
    partition.follow(view({ ...followed, leaderEpoch: 2 }))
    expect([following!.isEnded, partition.following === following]).toEqual([true, false])
    const next = partition.following!
    await partition.follow(view({ ...followed, leader: 1, leaderEpoch: 3 }))
    expect([next.isEnded, partition.following, partition.role]).toEqual([true, undefined, 'leading'])
    partition.follow(view({ ...followed, leader: -1, leaderEpoch: 4 }))
    expect([partition.role, partition.check(-1, 'replica')]).toEqual(['waiting', 'NOT_LEADER_OR_FOLLOWER'])
  })

  test('proposals go out, their answers count for the leadership that made them, and go with it', async () => {
    const { clock, partition, proposals, append } = setUp()
    const led = { replicas: [1, 2], isr: [1, 2] }
    await partition.follow(view(led))
    append()
    await clock.advance(30_001)
    partition.tick()
    expect(proposals).toMatchObject([{ leaderEpoch: 0, partitionEpoch: 0, isr: [{ brokerId: 1 }] }])
    const [proposal] = proposals.splice(0)
    partition.isrAnswered(proposal!, 'unknown')
    expect(proposals.splice(0)).toEqual([proposal])
    partition.isrAnswered({ ...proposal!, leaderEpoch: 7 }, 'refused')
    partition.isrAnswered({ ...proposal!, partitionEpoch: 7 }, 'refused')
    expect(partition.isr).toMatchObject({ kind: 'shrinking' })
    partition.isrAnswered(proposal!, 'refused')
    expect(partition.isr).toMatchObject({ kind: 'committed' })
    partition.tick()
    expect(proposals).toHaveLength(1)
    partition.follow(view({ ...led, leader: 2, leaderEpoch: 1, partitionEpoch: 1 }))
    expect(proposals).toEqual([])
  })

  test('a write that fails, a log that is corrupt, an epoch that cannot be written: the leader asks to be relieved, and leads on', async () => {
    const { log, partition, told, append } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
    log.nextFailure = { error: 'KAFKA_STORAGE_ERROR', message: 'ENOSPC' }
    append()
    log.nextFailure = { error: 'CORRUPT_MESSAGE', message: 'the client sent it' }
    append()
    partition.broke('corrupt')
    expect(told.splice(0)).toEqual(['resigns: write-failed', 'resigns: corrupt'])
    expect(append()).toMatchObject([{ ok: true }])
    log.failEpoch = true
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2], leaderEpoch: 1 }))
    partition.tick()
    expect(told).toEqual(['resigns: write-failed', 'resigns: write-failed'])
    partition.follow(view({ replicas: [1, 2], isr: [1, 2], leader: 2, leaderEpoch: 2 }))
    partition.broke('write-failed')
    partition.tick()
    expect(told.splice(0)).toHaveLength(2)
    partition.broke('corrupt')
    expect([told, partition.isDamaged]).toEqual([['damaged'], true])
  })

  test.each([
    ['sound', 1, undefined, []],
    ['damaged', 1, 1, ['resigns: corrupt']],
    ['damaged behind the first batch of what it is given', 0, 1, ['resigns: corrupt']],
  ] as const)(
    'records that a follower asks for again and again are looked at: %s',
    async (_, asked, damaged, expected) => {
      const { log, partition, told, append, clock } = setUp()
      await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
      append(batch(['a']))
      append(batch(['b']))
      if (damaged !== undefined) log.damage(damaged)
      const fetched = { replica: 2, brokerEpoch: 102, logStartOffset: 0, currentLeaderEpoch: 0 }
      for (const fetchOffset of [1 - asked, asked, asked, asked])
        partition.fetchedByReplica({ ...fetched, fetchOffset })
      await clock.settle()
      expect([told, log.openRegions]).toEqual([[], 0])
      partition.fetchedByReplica({ ...fetched, fetchOffset: asked })
      await clock.settle()
      expect(told).toEqual(expected)
      expect([partition.isDamaged, log.openRegions]).toEqual([damaged !== undefined, 0])
    },
  )

  test('a repeated batch is committed when its original is, not before', async () => {
    const { log, partition, told, waiter, append } = setUp()
    await partition.follow(view({ replicas: [1, 2], isr: [1, 2] }))
    const original = batch(['a'], { producerId: 7, producerEpoch: 0, baseSequence: 0 })
    append(original.slice())
    const [again] = append(original.slice())
    expect(again).toMatchObject({ ok: true, duplicate: true, lastOffset: 0 })
    partition.whenCommitted(1, 0, waiter())
    expect(told).toEqual([])
    const fetched = { replica: 2, brokerEpoch: 102, logStartOffset: 0, currentLeaderEpoch: 0 }
    expect(partition.fetchedByReplica({ ...fetched, fetchOffset: 1 })).toBeUndefined()
    expect([told, log.highWatermark]).toEqual([['committed'], 1])
  })
})

test('a consumer begins behind what compaction has emptied; a replica needs what that says of producers', () => {
  const { log, partition } = setUp()
  const read = jest.spyOn(log, 'read')
  for (const isolation of ['high-watermark', 'last-stable', 'log-end'] as const) {
    void partition.read({ offset: 0, isolation, bytesMax: 1, atLeastOneBatch: true })
  }
  expect(read.mock.calls.map(([{ skipsEmpty }]) => skipsEmpty)).toEqual([true, true, false])
})
