import '@ottla/runtime/node'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { encodeBatch } from '@ottla/protocol'
import { ScriptedShardLog } from './testing/scripted-shard-log.ts'
import { NOBODY, type Toy, toy, watched } from './testing/toy-runtime.ts'
import type { ToyRequest } from './testing/toy-shard.ts'

let log: ScriptedShardLog
let parts: Toy

beforeEach(() => {
  parts = toy()
  log = new ScriptedShardLog()
})

const settle = () => parts.world.clock.settle()
const call = (request: ToyRequest, partition = 0) => watched(parts.runtime.call(partition, request, NOBODY))
const put = (name: string, value = 1) => call({ kind: 'put', name, value })
const get = (name: string) => call({ kind: 'get', name })

async function lead(): Promise<void> {
  parts.runtime.lead(log)
  await settle()
}

describe('calls', () => {
  test('are refused where the partition is not led, not loaded, or takes no records, and change nothing', async () => {
    const nobody = get('a')
    log.heldReads = true
    log.put(encodeBatch({ records: [], lastOffsetDelta: 0 }))
    parts.runtime.lead(log)
    const early = get('a')
    await settle()
    log.releaseReads()
    await settle()
    log.refused = 'NOT_ENOUGH_REPLICAS'
    const without = put('a')
    log.refused = 'KAFKA_STORAGE_ERROR'
    const offline = put('a')
    log.refused = undefined
    const after = get('a')
    await settle()
    expect([nobody, early, without, offline, after].map(({ end }) => end)).toEqual([
      'NOT_COORDINATOR',
      'COORDINATOR_LOAD_IN_PROGRESS',
      'COORDINATOR_NOT_AVAILABLE',
      'NOT_COORDINATOR',
      '-1',
    ])
    expect(log.batches).toHaveLength(1)
  })

  test('of one turn go into one batch, and are replayed at the offsets that the log then gives', async () => {
    await lead()
    const replies = [put('a'), put('b'), get('b')]
    expect(parts.shards[0]!.replayed).toEqual(['0 a=1', '1 b=1'])
    expect(log.batches).toHaveLength(0)
    await settle()
    expect(replies.map(({ end }) => end)).toEqual(['1', '1', '1'])
    expect(log.batches.map((batch) => batch.recordCount)).toEqual([2])
    put('c')
    await settle()
    expect(log.batches.map((batch) => [batch.baseOffset, batch.recordCount])).toEqual([
      [0, 2],
      [2, 1],
    ])
  })

  test('of one turn are split between requests where a batch is full', async () => {
    await lead()
    log.batchBytesMax = 400
    call({ kind: 'put-all', names: ['a', 'b', 'c'] })
    call({ kind: 'put-all', names: ['d', 'e', 'f'] })
    await settle()
    expect(log.batches.map((batch) => batch.recordCount)).toEqual([3, 3])
  })

  test('that bring forth more than a batch are refused whole, but where they may be divided', async () => {
    await lead()
    log.batchBytesMax = 400
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const whole = call({ kind: 'put-all', names })
    const parted = call({ kind: 'put-all', names, divisible: true })
    const huge = call({ kind: 'put-all', names: ['h'], note: 'x'.repeat(400), divisible: true })
    await settle()
    expect([whole.end, parted.end, huge.end]).toEqual(['RECORD_LIST_TOO_LARGE', '7', 'RECORD_LIST_TOO_LARGE'])
    expect(parts.shards[0]!.replayed).toHaveLength(7)
    expect(log.batches.length).toBeGreaterThan(1)
    expect(log.logEndOffset).toBe(7)
  })

  test('that may be divided stay whole where they fit a batch of their own', async () => {
    await lead()
    log.batchBytesMax = 400
    call({ kind: 'put-all', names: ['a', 'b', 'c'] })
    call({ kind: 'put-all', names: ['d', 'e', 'f'], divisible: true })
    await settle()
    expect(log.batches.map((batch) => batch.recordCount)).toEqual([3, 3])
  })

  test('that wait for an outcome which is too large fail with it', async () => {
    await lead()
    log.batchBytesMax = 400
    const parked = call({ kind: 'park' })
    const waking = call({ kind: 'wake', value: 1, note: 'x'.repeat(400) })
    await settle()
    expect([parked.end, waking.end]).toEqual(['RECORD_LIST_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
    expect(parts.shards[0]!.replayed).toEqual([])
    const again = call({ kind: 'wake', value: 1 })
    await settle()
    expect(again.end).toBe('1')
    expect(parts.world.logger.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('that meet a defect have changed nothing, and the next ones are served', async () => {
    await lead()
    const failed = call({ kind: 'fail', in: 'handle' })
    const next = put('a')
    await settle()
    expect([failed.end, next.end]).toEqual(['UNKNOWN_SERVER_ERROR', '1'])
    expect(parts.shards).toHaveLength(1)
  })

  test('and timers that meet one come again: a session must end some day', async () => {
    await lead()
    call({ kind: 'set', timer: { key: 'defect', afterMs: 100 } })
    await parts.world.clock.advance(60_000)
    const expiries = () => parts.shards[0]!.heard.filter((what) => what === 'expired defect').length
    expect(expiries()).toBe(1)
    await parts.world.clock.advance(60_000)
    expect(expiries()).toBe(2)
  })

  test('without a reply stay open until another call brings it', async () => {
    await lead()
    const parked = [call({ kind: 'park' }), call({ kind: 'park' })]
    await settle()
    expect(parked.map(({ end }) => end)).toEqual(['open', 'open'])
    call({ kind: 'wake', value: 9 })
    await settle()
    expect(parked.map(({ end }) => end)).toEqual(['9', '9'])
  })

  test('of all shards are joined; one that loads refuses them', async () => {
    await lead()
    const other = new ScriptedShardLog({ partition: 1 })
    other.put(encodeBatch({ records: [], lastOffsetDelta: 0 }))
    other.heldReads = true
    parts.runtime.lead(other)
    const all = () => parts.runtime.callAll({ kind: 'get', name: 'a' }, NOBODY)
    await settle()
    await expect(all()).rejects.toMatchObject({ errorName: 'COORDINATOR_LOAD_IN_PROGRESS' })
    other.releaseReads()
    await settle()
    put('a', 7)
    expect(await all()).toEqual([7, -1])
    expect(parts.runtime.states()).toEqual({ loading: 0, running: 2, failed: 0 })
  })
})

describe('replies', () => {
  test('wait until what they could have seen is committed, reads too; those that show nothing do not', async () => {
    await lead()
    log.uncommitted = true
    const before = get('a')
    const written = put('a')
    const read = get('a')
    const free = call({ kind: 'get', name: 'a', waits: false })
    await settle()
    expect([before, written, read, free].map(({ end }) => end)).toEqual(['-1', 'open', 'open', '1'])
    log.commit()
    await settle()
    expect([written.end, read.end]).toEqual(['1', '1'])
  })

  test('of a new leader wait for what its predecessor wrote', async () => {
    await lead()
    log.uncommitted = true
    put('a')
    await settle()
    const next = log.nextEpoch()
    next.highWatermark = 0
    parts.runtime.lead(next)
    await settle()
    const read = get('a')
    await settle()
    expect(read.end).toBe('open')
    next.commit()
    await settle()
    expect(read.end).toBe('1')
  })

  test('are committed one after the other as the high watermark moves', async () => {
    await lead()
    log.uncommitted = true
    const first = put('a')
    await settle()
    const second = put('b')
    await settle()
    log.commit(1)
    await settle()
    expect([first.end, second.end]).toEqual(['1', 'open'])
    log.commit(2)
    await settle()
    expect(second.end).toBe('1')
  })

  test('that take too long are told so, while the state stays', async () => {
    await lead()
    log.uncommitted = true
    const first = put('a')
    await parts.world.clock.advance(3000)
    const second = put('b')
    await parts.world.clock.advance(2000)
    expect([first.end, second.end]).toEqual(['COORDINATOR_NOT_AVAILABLE', 'open'])
    log.commit()
    await settle()
    expect(second.end).toBe('1')
    expect(parts.shards).toHaveLength(1)
    const read = get('a')
    await settle()
    expect(read.end).toBe('1')
  })

  test('of parked calls have no deadline before they are there', async () => {
    await lead()
    const parked = call({ kind: 'park' })
    await parts.world.clock.advance(60_000)
    expect(parked.end).toBe('open')
  })
})

describe('a failure behind the replay', () => {
  test('of an append ends this life: all that is open fails, and the log is loaded anew', async () => {
    await lead()
    put('a')
    const parked = call({ kind: 'park' })
    await settle()
    log.nextFailure = 'KAFKA_STORAGE_ERROR'
    const lost = put('b')
    const read = get('b')
    await settle()
    expect([parked.end, lost.end, read.end]).toEqual(Array(3).fill('COORDINATOR_NOT_AVAILABLE'))
    const meanwhile = get('a')
    await parts.world.clock.advance(100)
    const after = [get('a'), get('b')]
    await settle()
    expect([meanwhile.end, ...after.map(({ end }) => end)]).toEqual(['COORDINATOR_LOAD_IN_PROGRESS', '1', '-1'])
    expect(parts.shards).toHaveLength(2)
  })

  test('of the first of several batches keeps the others from being written', async () => {
    await lead()
    log.batchBytesMax = 200
    log.nextFailure = 'NOT_ENOUGH_REPLICAS'
    const calls = [put('a'), put('b'), put('c')]
    await settle()
    expect(calls.map(({ end }) => end)).toEqual(Array(3).fill('COORDINATOR_NOT_AVAILABLE'))
    expect(log.batches).toHaveLength(0)
  })

  test('waits for the appends that are still out, so that what it reads to is the end', async () => {
    await lead()
    log.held = true
    put('a')
    await settle()
    call({ kind: 'put-all', names: ['b'] })
    await settle()
    log.nextFailure = 'KAFKA_STORAGE_ERROR'
    log.write(1)
    await parts.world.clock.advance(60_000)
    expect([log.pendingAppends, parts.shards.length]).toEqual([1, 1])
    log.held = false
    log.write()
    await settle()
    await parts.world.clock.advance(100)
    const read = [get('a'), get('b')]
    await settle()
    expect(read.map(({ end }) => end)).toEqual(['-1', '1'])
  })

  test('a high watermark that is ahead of the word of an append shows nothing of it', async () => {
    await lead()
    log.held = true
    const written = put('a')
    await settle()
    log.highWatermark = 1
    const read = get('a')
    await settle()
    expect([written.end, read.end]).toEqual(['open', 'open'])
    log.nextGap = 3
    log.write()
    await settle()
    expect([written.end, read.end]).toEqual(['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_NOT_AVAILABLE'])
  })

  test('that repeats is waited for longer and longer, until a life has been a sound one', async () => {
    await lead()
    const failAfter = async (ms: number) => {
      const before = parts.shards.length
      log.nextFailure = 'KAFKA_STORAGE_ERROR'
      put('a')
      await settle()
      await parts.world.clock.advance(ms - 1)
      expect(parts.shards).toHaveLength(before)
      await parts.world.clock.advance(1)
      expect(parts.shards).toHaveLength(before + 1)
    }
    for (const ms of [100, 200, 400, 800]) await failAfter(ms)
    await parts.world.clock.advance(30_000)
    await failAfter(100)
  })

  test('an append that lands elsewhere shows nothing', async () => {
    await lead()
    log.nextGap = 3
    const lost = put('a')
    await settle()
    expect(lost.end).toBe('COORDINATOR_NOT_AVAILABLE')
  })

  test('a defect in replay', async () => {
    await lead()
    parts.shards[0]!.heard.push('poisonous')
    const failed = call({ kind: 'fail', in: 'replay' })
    await parts.world.clock.advance(100)
    expect(failed.end).toBe('COORDINATOR_NOT_AVAILABLE')
    expect(log.batches).toHaveLength(0)
    const after = put('a')
    await settle()
    expect(after.end).toBe('1')
  })
})

describe('losing the leadership', () => {
  test('tells everybody who waits, at once, and writes nothing more', async () => {
    await lead()
    const parked = call({ kind: 'park' })
    await settle()
    const buffered = put('a')
    parts.runtime.lost(0)
    const after = get('a')
    await settle()
    expect([parked.end, buffered.end, after.end]).toEqual(Array(3).fill('NOT_COORDINATOR'))
    expect(log.batches).toHaveLength(0)
    expect(parts.world.clock.pendingTimers).toBe(0)
  })

  test('in the middle of an append: its end changes nothing', async () => {
    await lead()
    log.held = true
    const writing = put('a')
    await settle()
    parts.runtime.lost(0)
    log.write()
    await settle()
    expect(writing.end).toBe('NOT_COORDINATOR')
  })

  test('is heard of from the log too, when a reply waits for it', async () => {
    await lead()
    log.uncommitted = true
    const waiting = put('a')
    await settle()
    log.lose()
    await settle()
    const after = get('a')
    await settle()
    expect([waiting.end, after.end]).toEqual(['NOT_COORDINATOR', 'NOT_COORDINATOR'])
  })

  test('in the middle of a load: the next epoch loads afresh', async () => {
    log.put(encodeBatch({ records: [], lastOffsetDelta: 0 }))
    log.heldReads = true
    parts.runtime.lead(log)
    await settle()
    const next = log.nextEpoch()
    parts.runtime.lead(next)
    await settle()
    log.releaseReads()
    await settle()
    expect(parts.shards.map(({ heard }) => heard)).toEqual([[], ['loaded']])
    expect(parts.loads).toEqual([true])
  })

  test('while it waits to be loaded anew', async () => {
    await lead()
    log.nextFailure = 'KAFKA_STORAGE_ERROR'
    put('a')
    await settle()
    parts.runtime.lost(0)
    await parts.world.clock.advance(60_000)
    expect(parts.shards).toHaveLength(1)
  })

  test('in the middle of an effect: its result is dropped', async () => {
    await lead()
    call({ kind: 'work', name: 'dig' })
    await settle()
    parts.runtime.lost(0)
    parts.effects[0]!.finish('dug')
    await settle()
    expect(parts.shards[0]!.heard).toEqual(['loaded'])
  })
})

test('closing leaves nothing behind', async () => {
  await lead()
  log.uncommitted = true
  const waiting = put('a')
  await settle()
  parts.runtime.close()
  await settle()
  expect(waiting.end).toBe('NOT_COORDINATOR')
  expect(parts.world.clock.pendingTimers).toBe(0)
})
