/** Inputs that no call brings: timers, results of effects, changes of the metadata. */
import '@ottla/runtime/node'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { encodeBatch } from '@ottla/protocol'
import { ScriptedShardLog } from './testing/scripted-shard-log.ts'
import { NO_DELTA, NOBODY, type Toy, toy, watched } from './testing/toy-runtime.ts'
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

describe('timers', () => {
  test('of soft changes start at once, others when their records are committed', async () => {
    await lead()
    log.uncommitted = true
    call({ kind: 'set', timer: { key: 'soft', afterMs: 100 }, puts: 'x' })
    call({ kind: 'set', timer: { key: 'hard', afterMs: 100, onceCommitted: true }, puts: 'y' })
    await parts.world.clock.advance(150)
    expect(parts.shards[0]!.heard).toEqual(['loaded', 'expired soft'])
    log.commit()
    await parts.world.clock.advance(99)
    expect(parts.shards[0]!.heard).toHaveLength(2)
    await parts.world.clock.advance(1)
    expect(parts.shards[0]!.heard).toEqual(['loaded', 'expired soft', 'expired hard'])
  })

  test.each([
    ['ended', { key: 'k', afterMs: undefined }, []],
    ['set anew', { key: 'k', afterMs: 10 }, ['expired k']],
  ])('that wait for a commit and are %s meanwhile do not start then', async (_, timer, expected) => {
    await lead()
    log.uncommitted = true
    call({ kind: 'set', timer: { key: 'k', afterMs: 100, onceCommitted: true }, puts: 'x' })
    call({ kind: 'set', timer })
    await parts.world.clock.advance(50)
    log.commit()
    await parts.world.clock.advance(500)
    expect(parts.shards[0]!.heard.slice(1)).toEqual(expected)
  })

  test('of a load start with it, and those of the life before are gone', async () => {
    await lead()
    call({ kind: 'set', timer: { key: 'old', afterMs: 50 } })
    await settle()
    parts.runtime.lead(log.nextEpoch())
    await settle()
    await parts.world.clock.advance(1000)
    expect(parts.shards.map(({ heard }) => heard)).toEqual([['loaded'], ['loaded', 'expired session']])
  })

  test('bring forth records like calls do', async () => {
    await lead()
    call({ kind: 'set', timer: { key: 'k', afterMs: 100 } })
    await parts.world.clock.advance(100)
    const read = get('k')
    await settle()
    expect(read.end).toBe('0')
    expect(log.logEndOffset).toBe(1)
  })
})

describe('with too few replicas in sync', () => {
  test('what brings forth no records is served, and what does is refused', async () => {
    await lead()
    log.refused = 'NOT_ENOUGH_REPLICAS'
    const ends = [get('a'), put('a'), call({ kind: 'set', timer: { key: 'session', afterMs: 5000 } })]
    await parts.world.clock.advance(4000)
    expect(ends.map(({ end }) => end)).toEqual(['-1', 'COORDINATOR_NOT_AVAILABLE', '0'])
    expect(parts.shards.map(({ heard }) => heard)).toEqual([['loaded']])
  })

  test('what comes after an input that waits comes after it, though there are enough by then', async () => {
    await lead()
    call({ kind: 'work', name: 'dig' })
    await settle()
    log.refused = 'NOT_ENOUGH_REPLICAS'
    parts.effects[0]!.finish('dug')
    await settle()
    log.refused = undefined
    parts.runtime.imageChanged(NO_DELTA)
    await parts.world.clock.advance(500)
    expect(parts.shards[0]!.heard).toEqual(['loaded', 'finished dug', 'finished dug', 'image'])
  })

  test('timers and results of effects wait, and come afresh', async () => {
    await lead()
    call({ kind: 'set', timer: { key: 'k', afterMs: 100 } })
    call({ kind: 'set', timer: { key: 'gone', afterMs: 100 } })
    call({ kind: 'work', name: 'dig' })
    await settle()
    log.refused = 'NOT_ENOUGH_REPLICAS'
    parts.effects[0]!.finish('dug')
    await parts.world.clock.advance(2000)
    expect([log.logEndOffset, parts.shards.length]).toEqual([0, 1])
    call({ kind: 'set', timer: { key: 'gone', afterMs: undefined } })
    log.refused = undefined
    await parts.world.clock.advance(500)
    const values = ['k', 'gone', 'dug'].map(get)
    await settle()
    expect(values.map(({ end }) => end)).toEqual(['0', '-1', '2'])
  })
})

test('what no call asked for and is too large waits until it fits, and is complained about once', async () => {
  await lead()
  call({ kind: 'set', timer: { key: 'k', afterMs: 100 } })
  call({ kind: 'work', name: 'dig' })
  await settle()
  const { batchBytesMax } = log
  log.batchBytesMax = 50
  parts.effects[0]!.finish('dug')
  await parts.world.clock.advance(3000)
  expect([log.logEndOffset, parts.shards.length]).toEqual([0, 1])
  expect(parts.world.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  log.batchBytesMax = batchBytesMax
  await parts.world.clock.advance(500)
  const values = ['k', 'dug'].map(get)
  await settle()
  expect(values.map(({ end }) => end)).toEqual(['0', '2'])
})

describe('effects', () => {
  test('begin when their records are committed, and their result is an input', async () => {
    await lead()
    log.uncommitted = true
    call({ kind: 'work', name: 'dig', puts: 'x' })
    await settle()
    expect(parts.effects).toHaveLength(0)
    log.commit()
    await settle()
    parts.effects[0]!.finish('dug')
    await settle()
    expect(parts.shards[0]!.heard).toEqual(['loaded', 'finished dug'])
    expect(log.logEndOffset).toBe(2)
  })

  test('that fail leave a line, and the shard goes on', async () => {
    await lead()
    call({ kind: 'work', name: 'dig' })
    await settle()
    parts.effects[0]!.fail()
    const next = put('a')
    await settle()
    expect(next.end).toBe('1')
    expect(parts.world.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})

test('a change of the metadata reaches shards that are loaded', async () => {
  await lead()
  parts.runtime.imageChanged(NO_DELTA)
  expect(parts.shards[0]!.heard).toEqual(['loaded', 'image'])
})

test('a change of the metadata during a load, or before the next one, is told after it', async () => {
  const removed = (id: string) => ({ ...NO_DELTA, topicsRemoved: new Map([[id, { name: 't', id, partitions: [] }]]) })
  log.put(encodeBatch({ records: [], lastOffsetDelta: 0 }))
  log.heldReads = true
  parts.runtime.lead(log)
  await settle()
  parts.runtime.imageChanged(removed('first'))
  parts.runtime.imageChanged(removed('second'))
  log.releaseReads()
  await settle()
  log.nextFailure = 'KAFKA_STORAGE_ERROR'
  put('a')
  await settle()
  parts.runtime.imageChanged(removed('third'))
  await parts.world.clock.advance(100)
  expect(parts.shards.map(({ heard }) => heard)).toEqual([
    ['loaded', 'image first second'],
    ['loaded', 'image third'],
  ])
})
