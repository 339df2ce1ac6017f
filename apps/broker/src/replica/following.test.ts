import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ErrorCode, RecordBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import fc from 'fast-check'
import { Following, type FollowingOwner } from './following.ts'
import {
  answer,
  bytesOf,
  lead,
  leaderAnswer,
  openReplica,
  type ReplicaLogs,
  replicaLogs,
} from './testing/replica-logs.ts'

/** Does at once what the broker around a `Following` would do after a while. */
class Owner implements FollowingOwner {
  readonly rests: number[] = []
  bytes = 0
  lost = 0
  asked = 0

  changed(): void {}

  rest(_: Following, failures: number): void {
    this.rests.push(failures)
  }

  askLeaderStart(): void {
    this.asked += 1
  }

  appended(bytes: number): void {
    this.bytes += bytes
  }

  lostCommitted(records: number): void {
    this.lost += records
  }
}

let replicas: ReplicaLogs
let owner: Owner
let advances: number
let behinds: number

beforeEach(async () => {
  replicas = await replicaLogs(3)
  owner = new Owner()
  advances = 0
  behinds = 0
})

afterEach(() => replicas.close())

function follow(log = replicas.logs[1]!, leaderEpoch = 1): Following {
  const { logger } = replicas.runtime
  const following = new Following({
    log,
    leader: 1,
    leaderEpoch,
    logger,
    onAdvanced: () => advances++,
    onBehind: () => behinds++,
  })
  following.attach(owner)
  return following
}

/** Fetches until the leader has nothing more, and no step changes anything. */
async function catchUp(following: Following, leader = replicas.logs[0]!): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    const before = following.log.logEndOffset
    const from = following.fetchFrom
    following.take(leaderAnswer(leader, from), from.fetchOffset)
    await replicas.runtime.clock.settle()
    if (following.phase === 'asking') following.leaderStartsAt(leader.logStartOffset)
    if (following.phase === 'resting') following.rested()
    await replicas.runtime.clock.settle()
    if (following.phase === 'fetching' && before === following.log.logEndOffset) return
  }
  throw new Error('does not catch up')
}

describe('a partition that is followed', () => {
  test('takes what the leader has, byte by byte, and its high watermark', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a', 'b'])
    await lead(leader!, 1, ['c'])
    leader!.updateHighWatermark(3)
    const following = follow()
    await catchUp(following)
    expect(follower!.logEndOffset).toBe(3)
    expect(follower!.highWatermark).toBe(3)
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
    expect(advances).toBe(1)
    expect(owner.bytes).toBe(leader!.sizeBytes)
    expect(following.isCaughtUp).toBe(true)
  })

  test('says once that the leader has committed more than is here', async () => {
    const [leader] = replicas.logs
    await lead(leader!, 1, ['a'])
    await lead(leader!, 1, ['b'])
    await catchUp(follow())
    expect(behinds).toBe(0)
    leader!.updateHighWatermark(2)
    await catchUp(follow(replicas.logs[2]!))
    expect(behinds).toBe(1)
    await catchUp(follow(replicas.logs[1]!))
    expect(behinds).toBe(1)
  })

  test('an answer that ends in the middle of a batch gives the whole ones', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    await lead(leader!, 1, ['b'])
    const following = follow()
    const whole = leaderAnswer(leader!, following.fetchFrom)
    following.take({ ...whole, records: whole.records!.subarray(0, whole.records!.length - 3) }, 0)
    await replicas.runtime.clock.settle()
    expect(follower!.logEndOffset).toBe(1)
    await catchUp(following)
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
  })

  test('a corrupt answer is not appended; it rests and asks again', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['precious'])
    const following = follow()
    const good = leaderAnswer(leader!, following.fetchFrom)
    const records = good.records!.slice()
    records[records.length - 2]! ^= 1
    following.take({ ...good, records }, 0)
    await replicas.runtime.clock.settle()
    expect(follower!.logEndOffset).toBe(0)
    expect(following.phase).toBe('resting')
    expect(owner.rests).toEqual([1])
    following.rested()
    await catchUp(following)
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
  })

  test('a batch of an epoch that has not begun is not appended: its epoch would stay, and the checksum does not cover it', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    const following = follow()
    const good = leaderAnswer(leader!, following.fetchFrom)
    const records = good.records!.slice()
    new RecordBatch(records).partitionLeaderEpoch = 0x40000001
    following.take({ ...good, records }, 0)
    await replicas.runtime.clock.settle()
    expect([follower!.logEndOffset, follower!.latestLeaderEpoch, following.phase]).toEqual([0, -1, 'resting'])
    following.rested()
    await catchUp(following)
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
  })

  test('a full disk: it rests, nothing is lost, and it goes on when there is room', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    const following = follow()
    replicas.runtime.disk.failNext({ operation: 'write', path: /data\/2.*\.log/, code: 'ENOSPC', times: 2 })
    for (const failures of [1, 2]) {
      following.take(leaderAnswer(leader!, following.fetchFrom), 0)
      await replicas.runtime.clock.settle()
      expect(following.phase).toBe('resting')
      expect(owner.rests.at(-1)).toBe(failures)
      following.rested()
    }
    await catchUp(following)
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
  })

  test('a log that is offline makes it rest, and nothing else', async () => {
    await lead(replicas.logs[0]!, 1, ['a'])
    const following = follow()
    replicas.logs[1]!.goOffline(new Error('EIO'))
    following.take(leaderAnswer(replicas.logs[0]!, following.fetchFrom), 0)
    await replicas.runtime.clock.settle()
    expect(following.phase).toBe('resting')
  })

  test('a divergent tail is cut where the histories part, and replaced', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a', 'b'])
    await catchUp(follow())
    await lead(follower!, 2, ['lost 1', 'lost 2'])
    await lead(leader!, 3, ['kept'])
    leader!.updateHighWatermark(3)
    await catchUp(follow(follower!, 3))
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
    expect(follower!.leaderEpochAt(2)).toBe(3)
    expect(owner.lost).toBe(0)
  })

  test('committed records that its leader lacks are cut off too, but not silently', async () => {
    const [leader, follower] = replicas.logs
    await lead(follower!, 1, ['a'])
    await lead(follower!, 1, ['b'])
    follower!.updateHighWatermark(2)
    await lead(leader!, 2, ['c'])
    await catchUp(follow(follower!, 2))
    expect(bytesOf(follower!)).toEqual(bytesOf(leader!))
    expect(owner.lost).toBe(2)
    const lines = replicas.runtime.logger.messages('error')
    expect(lines.some((line) => /its leader does not have 2 records that were committed/.test(line))).toBe(true)
  })

  test('behind the start of the leader’s log it begins again there', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a', 'b'])
    await lead(leader!, 1, ['c'])
    leader!.updateHighWatermark(3)
    await leader!.deleteRecordsBefore(2)
    await catchUp(follow())
    expect(owner.asked).toBe(1)
    expect([follower!.logStartOffset, follower!.logEndOffset, follower!.highWatermark]).toEqual([2, 3, 3])
  })

  test('a start inside a batch: the batch comes whole, the log starts where the leader’s does', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    await lead(leader!, 1, ['b', 'c', 'd'])
    leader!.updateHighWatermark(4)
    await leader!.deleteRecordsBefore(2)
    await catchUp(follow())
    expect([follower!.logStartOffset, follower!.logEndOffset]).toEqual([2, 4])
  })

  test('the log start follows the leader’s', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a', 'b'])
    leader!.updateHighWatermark(2)
    const following = follow()
    await catchUp(following)
    await leader!.deleteRecordsBefore(1)
    following.take(leaderAnswer(leader!, following.fetchFrom), 2)
    // The leader counts on it: it is told what no crash undoes.
    expect([follower!.logStartOffset, following.fetchFrom.logStartOffset]).toEqual([1, 0])
    await replicas.runtime.clock.settle()
    expect([follower!.logStartOffset, following.fetchFrom.logStartOffset]).toEqual([1, 1])
  })

  test('after its end nothing moves, whatever comes', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    leader!.updateHighWatermark(1)
    const following = follow()
    following.end()
    following.take(leaderAnswer(leader!, following.fetchFrom), 0)
    following.take(answer(leader!, { divergingEpoch: { epoch: 0, endOffset: 0 } }), 0)
    following.leaderStartsAt(7)
    await replicas.runtime.clock.settle()
    expect([follower!.logEndOffset, follower!.highWatermark, follower!.logStartOffset]).toEqual([0, 0, 0])
  })

  test('what was begun before its end is in the log before the next role’s first step', async () => {
    const [leader, follower] = replicas.logs
    await lead(leader!, 1, ['a'])
    const following = follow()
    following.take(leaderAnswer(leader!, following.fetchFrom), 0)
    following.end()
    await follower!.assignLeaderEpoch(2)
    expect(follower!.logEndOffset).toBe(1)
    expect(follower!.endOffsetForEpoch(1)).toEqual({ leaderEpoch: 1, endOffset: 1 })
  })

  test('an answer with an error changes nothing in the log', async () => {
    const following = follow()
    following.take(answer(replicas.logs[0]!, { errorCode: ErrorCode.FENCED_LEADER_EPOCH, records: null }), 0)
    expect(owner.rests).toEqual([1])
    expect(replicas.logs[1]!.logEndOffset).toBe(0)
  })

  test('the high watermark outlives a kill, as of the last checkpoint', async () => {
    const [leader] = replicas.logs
    await lead(leader!, 1, ['a', 'b'])
    leader!.updateHighWatermark(2)
    await catchUp(follow())
    const [, directory] = replicas.directories
    await directory!.writeCheckpoints()
    await directory!.closeLog(replicas.logs[1]!)
    const again = await openReplica(directory!)
    expect(again.highWatermark).toBe(2)
    await catchUp(follow(again))
    expect(again.logEndOffset).toBe(2)
  })
})

/** Leaders change at random, some write what nobody copies; in the end all logs are as the last leader's. */
test('whatever the histories, every replica ends with its leader’s log', async () => {
  const terms = fc.array(
    fc.record({
      leader: fc.integer({ min: 0, max: 2 }),
      batches: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
      followers: fc.subarray([0, 1, 2]),
      bytesMax: fc.constantFrom(1, 120, 1 << 20),
    }),
    { minLength: 1, maxLength: 8 },
  )
  await fc.assert(
    fc.asyncProperty(terms, async (history) => {
      const world = await replicaLogs(3)
      replicas = world
      try {
        let leaderEpoch = 0
        for (const { leader, batches, followers, bytesMax } of history) {
          leaderEpoch += 1
          const log = world.logs[leader]!
          await lead(log, leaderEpoch, [])
          for (const [index, count] of batches.entries()) {
            await lead(
              log,
              leaderEpoch,
              Array.from({ length: count }, (_, at) => `${leaderEpoch}.${index}.${at}`),
            )
          }
          for (const follower of followers) {
            if (follower === leader) continue
            const following = follow(world.logs[follower]!, leaderEpoch)
            // Not to the end, at times: the next leader comes in between.
            const from = following.fetchFrom
            following.take(leaderAnswer(log, from, bytesMax), from.fetchOffset)
            await world.runtime.clock.settle()
            following.end()
          }
        }
        const last = world.logs[history.at(-1)!.leader]!
        for (const log of world.logs) {
          if (log === last) continue
          await catchUp(follow(log, leaderEpoch), last)
          expect(bytesOf(log)).toEqual(bytesOf(last))
          for (let offset = 0; offset < last.logEndOffset; offset++) {
            expect(log.leaderEpochAt(offset)).toBe(last.leaderEpochAt(offset))
          }
        }
      } finally {
        await world.close()
      }
    }),
    { numRuns: 150 },
  )
})
