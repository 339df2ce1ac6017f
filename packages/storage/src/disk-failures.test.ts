import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import type { LogEvents } from './log-events.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, CONFIG, openTestLog, readBytes, T0, type TestWorld, testWorld } from './testing/fixtures.ts'
import { expectLogHolds, readAll } from './testing/log-model.ts'
import type { AppendResult } from './types.ts'

interface Told {
  readonly offline: unknown[]
}

async function opened(world: TestWorld, config = CONFIG): Promise<{ log: PartitionLog; told: Told }> {
  const told: Told = { offline: [] }
  const events: LogEvents = {
    onOffline: (_log, error) => void told.offline.push(error),
  }
  const log = await openTestLog(world, { config, events })
  await log.assignLeaderEpoch(0)
  return { log, told }
}

function appendAll(log: PartitionLog, batches: readonly Uint8Array[]): Promise<AppendResult[]> {
  return Promise.all(batches.map((records) => append(log, records)))
}

const idempotent = (baseSequence: number) =>
  batchOf(['v'.repeat(50)], { producerId: 7, producerEpoch: 0, baseSequence })

describe('a write that fails', () => {
  for (const deferred of [false, true]) {
    for (const code of ['ENOSPC', 'EIO'] as const) {
      for (const afterBytes of [0, 1, 100]) {
        test(`${code} after ${afterBytes} bytes, ${deferred ? 'in a later turn' : 'at once'}`, async () => {
          const world = testWorld()
          world.disk.deferWrites = deferred
          const { log, told } = await opened(world)
          await appendAll(log, [idempotent(0), idempotent(1)])
          const before = readAll(log)
          world.disk.failNext({ operation: 'write', path: /\.log$/, code, afterBytes })
          const results = await appendAll(log, [idempotent(2), idempotent(3)])
          for (const result of results) expect(result).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
          expect(world.logger.messages('error').filter((line) => line.includes('was cut off'))).toHaveLength(1)
          expect(log.logEndOffset).toBe(2)
          await expectLogHolds(log, before)
          // The producer tries again: its sequence is still the one that is next, and the offsets are dense.
          expect(await append(log, idempotent(2))).toMatchObject({ ok: true, firstOffset: 2, duplicate: false })
          expect(told.offline).toEqual([])
          const all = readAll(log)
          world.disk.crash('process')
          world.disk.deferWrites = false
          await expectLogHolds(await openTestLog(world), all)
        })
      }
    }
  }

  test('that goes on failing is one error line in ten seconds, with the number of those before it', async () => {
    const world = testWorld()
    const { log } = await opened(world)
    world.disk.failNext({ operation: 'write', path: /\.log$/, code: 'ENOSPC', times: 8 })
    const reports = () => world.logger.lines.filter(({ message }) => message === 'a write failed and was cut off')
    for (let count = 0; count < 7; count++) await append(log, batchOf(['v']))
    expect(reports()).toHaveLength(1)
    await world.clock.advance(10_000)
    await append(log, batchOf(['v']))
    expect(reports().map(({ fields }) => fields.heldBack)).toEqual([0, 6])
  })

  test('fails what was appended while it was under way, too, and keeps the order of answers', async () => {
    const world = testWorld()
    world.disk.deferWrites = true
    const { log } = await opened(world)
    world.disk.failNext({ operation: 'write', path: /\.log$/, code: 'EIO' })
    const answers: string[] = []
    const send = (name: string) =>
      log.append({ records: batchOf([name]), leaderEpoch: 0, origin: 'client' }, ({ ok }) =>
        answers.push(`${name} ${ok}`),
      )
    send('a')
    const flushed = log.assignLeaderEpoch(0)
    await flushed
    send('b')
    await log.assignLeaderEpoch(0)
    expect(answers).toEqual(['a false', 'b true'])
    expect(log.logEndOffset).toBe(1)
  })

  test('takes the log offline when it cannot be cut off', async () => {
    const world = testWorld()
    const { log, told } = await opened(world)
    await append(log, batchOf(['a']))
    world.disk.failNext({ operation: 'write', path: /\.log$/, code: 'EIO', afterBytes: 10 })
    world.disk.failNext({ operation: 'truncate', path: /\.log$/, code: 'EIO' })
    expect(await append(log, batchOf(['b']))).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
    expect(told.offline).toHaveLength(1)
    expect(await append(log, batchOf(['c']))).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
    expect(() => readBytes(log, { offset: 0 })).toThrow(/is offline/)
    await expect(log.flush()).rejects.toThrow(/is offline/)
    await log.close()
  })

  test('a segment that cannot be created fails the append and nothing else', async () => {
    const world = testWorld()
    const { log, told } = await opened(world, { ...CONFIG, segmentBytes: 200 })
    await append(log, batchOf(['a'.repeat(80)]))
    world.disk.failNext({ operation: 'open', path: /0001\.log$/, code: 'EMFILE' })
    expect(await append(log, batchOf(['b'.repeat(80)]))).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
    expect(await append(log, batchOf(['c'.repeat(80)]))).toMatchObject({ ok: true, firstOffset: 1 })
    expect(told).toMatchObject({ offline: [] })
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 1])
  })

  test('a segment that was half created is not in the way of what follows', async () => {
    const world = testWorld()
    const { log } = await opened(world, { ...CONFIG, segmentMs: 1000 })
    const at = (timestamp: number) => batchOf([], { records: [{ key: null, value: null, timestamp }] })
    await append(log, at(T0))
    world.disk.failNext({ operation: 'open', path: /0001\.timeindex$/, code: 'ENOSPC' })
    expect(await append(log, at(T0 + 5000))).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
    // Older records need no new segment.
    for (const timestamp of [T0 + 1, T0 + 2]) expect((await append(log, at(timestamp))).ok).toBe(true)
    const all = readAll(log)
    world.disk.crash('process')
    for (const recovery of ['fast', 'full'] as const) await expectLogHolds(await openTestLog(world, { recovery }), all)
  })

  test('an index that does not fit on the disk leaves the recovery point where it is, until there is room', async () => {
    const world = testWorld()
    const { log, told } = await opened(world, { ...CONFIG, segmentBytes: 400, indexIntervalBytes: 100 })
    world.disk.failNext({ operation: 'write', path: /index$/, code: 'ENOSPC', times: 10 })
    for (let index = 0; index < 12; index++) expect((await append(log, batchOf(['x'.repeat(90)]))).ok).toBe(true)
    await expect(log.flush()).rejects.toThrow(/ENOSPC/)
    expect([log.recoveryPoint, log.isOffline, told.offline]).toEqual([0, false, []])
    for (let round = 0; round < 10 && log.recoveryPoint < 12; round++) await log.flush().catch(() => {})
    expect([log.recoveryPoint, log.isOffline]).toEqual([12, false])
  })

  test('what a full disk keeps from being synced is one line in ten seconds for all the logs of a directory', async () => {
    const world = testWorld()
    const { log } = await opened(world)
    await append(log, batchOf(['a']))
    world.disk.failNext({ operation: 'write', path: /checkpoint/, code: 'ENOSPC', times: 9 })
    for (let count = 0; count < 8; count++) await expect(log.flush()).rejects.toThrow(/ENOSPC/)
    const lines = () => world.logger.lines.filter(({ message }) => message.startsWith('an index or the epochs'))
    expect(lines()).toHaveLength(1)
    await world.clock.advance(10_000)
    await expect(log.flush()).rejects.toThrow(/ENOSPC/)
    expect(lines().map(({ fields }) => fields.heldBack)).toEqual([0, 7])
  })

  test('an epoch that does not fit on the disk has not begun', async () => {
    const world = testWorld()
    const { log, told } = await opened(world)
    await append(log, batchOf(['a']))
    world.disk.failNext({ operation: 'write', path: /leader-epoch-checkpoint\.tmp$/, code: 'ENOSPC' })
    await expect(log.assignLeaderEpoch(1)).rejects.toThrow(/ENOSPC/)
    expect([log.latestLeaderEpoch, told.offline]).toEqual([0, []])
    await log.assignLeaderEpoch(2)
    expect(await append(log, batchOf(['b']))).toMatchObject({ ok: true, firstOffset: 1 })
    expect(log.leaderEpochAt(1)).toBe(2)
  })

  test('an index or a snapshot that cannot be written costs nothing but a warning', async () => {
    const world = testWorld()
    const { log, told } = await opened(world, { ...CONFIG, segmentBytes: 400, indexIntervalBytes: 100 })
    for (const path of [/index$/, /snapshot\.tmp$/])
      world.disk.failNext({ operation: 'write', path, code: 'ENOSPC', times: 2 })
    for (let index = 0; index < 12; index++) expect((await append(log, batchOf(['x'.repeat(90)]))).ok).toBe(true)
    expect([told.offline, world.logger.messages('error')]).toEqual([[], []])
    expect(world.logger.messages('warn').length).toBeGreaterThan(1)
    const all = readAll(log)
    await expectLogHolds(log, all)
    await log.flush()
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world), all)
  })
})

describe('a sync that fails', () => {
  test('takes the log offline and is not tried again', async () => {
    const world = testWorld()
    const { log, told } = await opened(world)
    await append(log, batchOf(['a']))
    world.disk.failNext({ operation: 'sync', path: /\.log$/, code: 'EIO' })
    await expect(log.flush()).rejects.toThrow(/cannot sync/)
    expect(told.offline).toHaveLength(1)
    expect(log.recoveryPoint).toBe(0)
    await expect(log.flush()).rejects.toThrow(/offline/)
    await expect(log.closeDurably()).resolves.toBeUndefined()
  })

  test('is not tried again by those that were waiting for their turn', async () => {
    const world = testWorld()
    const { log } = await opened(world)
    await append(log, batchOf(['a']))
    world.disk.failNext({ operation: 'sync', path: /\.log$/, code: 'EIO' })
    const flushes = await Promise.allSettled([log.flush(), log.flush(), log.flush()])
    expect(flushes[0]!.status).toBe('rejected')
    expect(log.recoveryPoint).toBe(0)
  })

  test('with flush.messages=1 nothing is acknowledged that was not synced', async () => {
    const world = testWorld()
    const { log, told } = await opened(world, { ...CONFIG, flushMessages: 1 })
    expect(await append(log, batchOf(['a']))).toMatchObject({ ok: true })
    expect(log.recoveryPoint).toBe(1)
    world.disk.failNext({ operation: 'sync', path: /\.log$/, code: 'EIO' })
    expect(await append(log, batchOf(['b']))).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
    expect([log.logEndOffset, told.offline.length]).toEqual([1, 1])
  })

  test('flush.ms calls it in the background', async () => {
    const world = testWorld()
    const { log } = await opened(world, { ...CONFIG, flushMs: 1000 })
    await append(log, batchOf(['a']))
    await world.clock.advance(999)
    expect(log.recoveryPoint).toBe(0)
    await world.clock.advance(1)
    expect(log.recoveryPoint).toBe(1)
    await append(log, batchOf(['b']))
    await world.clock.advance(1000)
    expect(log.recoveryPoint).toBe(2)
    await log.close()
    expect(world.clock.pendingTimers).toBe(0)
  })
})

describe('a read that fails', () => {
  test('is an error of Kafka, and the log goes on', async () => {
    const world = testWorld()
    const { log } = await opened(world, { ...CONFIG, indexIntervalBytes: 100 })
    for (let index = 0; index < 100; index++) await append(log, batchOf(['x'.repeat(50)]))
    world.disk.failNext({ operation: 'read', path: /\.log$/, code: 'EIO' })
    expect(() => readBytes(log, { offset: 3 })).toThrow(expect.objectContaining({ errorName: 'KAFKA_STORAGE_ERROR' }))
    const file = world.disk.open(`${log.directory}/00000000000000000000.log`, 'write')
    await file.write([new Uint8Array(61)], 0)
    expect(() => readBytes(log, { offset: 0 })).toThrow(expect.objectContaining({ errorName: 'CORRUPT_MESSAGE' }))
    await expect(log.offsetForTimestamp(0, 100)).rejects.toMatchObject({ errorName: 'CORRUPT_MESSAGE' })
    expect(await append(log, batchOf(['y']))).toMatchObject({ ok: true, firstOffset: 100 })
    expect(readBytes(log, { offset: 99 })).toBeDefined()
  })
})
