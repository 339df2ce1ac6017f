import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import { append, appendAsFollower, batchOf, CONFIG, openTestLog, readBytes, testWorld } from './testing/fixtures.ts'
import { expectLogHolds, readAll } from './testing/log-model.ts'

describe('a leader that wrote nothing in its epoch', () => {
  test('forgets it when it is told to cut at its own end, and follows an older one', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    await log.assignLeaderEpoch(3)
    await append(log, batchOf(['a']))
    await log.assignLeaderEpoch(5)
    await log.truncateTo(1)
    expect(log.latestLeaderEpoch).toBe(3)
    await appendAsFollower(log, batchOf(['b'], { baseOffset: 1, partitionLeaderEpoch: 4 }))
    const all = readAll(log)
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world, { recovery: 'full' }), all)
  })

  test('follows an older one without being told, too', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    await log.assignLeaderEpoch(3)
    await append(log, batchOf(['a']))
    await log.assignLeaderEpoch(5)
    await appendAsFollower(log, batchOf(['b'], { baseOffset: 1, partitionLeaderEpoch: 3 }))
    await appendAsFollower(log, batchOf(['c'], { baseOffset: 2, partitionLeaderEpoch: 6 }))
    expect([log.endOffsetForEpoch(3), log.endOffsetForEpoch(5)]).toEqual([
      { leaderEpoch: 3, endOffset: 2 },
      { leaderEpoch: 3, endOffset: 2 },
    ])
    const all = readAll(log)
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world, { recovery: 'full' }), all)
  })
})

describe('a cut', () => {
  test('of the epochs of a log without records holds, whatever lies below its start', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    await log.assignLeaderEpoch(1)
    await append(log, batchOf(['a']))
    log.updateHighWatermark(1)
    await log.deleteRecordsBefore(1)
    await log.truncateTo(1)
    await appendAsFollower(log, batchOf(['b'], { baseOffset: 1, partitionLeaderEpoch: 0 }))
    await log.flush()
    world.disk.crash('process')
    const again = await openTestLog(world, { recovery: 'full', logStartOffset: 1 })
    expect([again.leaderEpochAt(1), again.latestLeaderEpoch]).toEqual([0, 0])
  })

  test('into the batch that holds the log start takes the start along', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    await log.assignLeaderEpoch(0)
    await append(log, batchOf(['a', 'b', 'c', 'd']))
    await log.closeDurably()
    const again = await openTestLog(world, { recovery: 'clean', logStartOffset: 2 })
    await again.truncateTo(3)
    expect([again.logStartOffset, again.highWatermark, again.logEndOffset]).toEqual([0, 0, 0])
    again.updateHighWatermark(0)
    expect(await append(again, batchOf(['e']), { leaderEpoch: again.latestLeaderEpoch })).toMatchObject({
      firstOffset: 0,
    })
  })

  test('gives no region behind the end to reads that come while it waits for an index', async () => {
    const held: (() => void)[] = []
    let isHolding = false
    const disk = new MemoryDisk({ later: (complete) => (isHolding ? held.push(complete) : queueMicrotask(complete)) })
    const log = await openTestLog(testWorld(disk), {
      config: { ...CONFIG, indexIntervalBytes: 100, batchBytesMax: 1 << 21 },
    })
    await log.assignLeaderEpoch(0)
    for (const value of ['a', 'b', 'c']) await append(log, batchOf([value]))
    const endOfFile = () => disk.stat(`${log.directory}/00000000000000000000.log`).bytes
    // More than a mebibyte: an index is being written when the cut begins.
    isHolding = true
    disk.deferWrites = true
    const large = append(log, batchOf(['y'.repeat(1_100_000)]))
    await turns()
    for (const complete of held.splice(0)) complete()
    await large
    expect(held).toHaveLength(1)
    const truncated = log.truncateTo(2)
    await turns()
    const read = log.read({ offset: 1, limitOffset: log.logEndOffset, bytesMax: 1 << 30, atLeastOneBatch: true })
    const region = read.kind === 'region' ? read.region : undefined
    expect(region!.position + region!.byteLength).toBe(endOfFile())
    isHolding = false
    for (const complete of held.splice(0)) complete()
    await truncated
    expect([region!.isCut, region!.position + region!.byteLength > endOfFile()]).toEqual([true, true])
    region!.release()
    expect([log.logEndOffset, readBytes(log, { offset: 1 })?.length]).toEqual([2, endOfFile() / 2])
  })
})

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
