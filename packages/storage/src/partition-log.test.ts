import { describe, expect, test } from '@jest/globals'
import { batchesIn, RecordBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import { seededRandom } from '@ottla/runtime/testing'
import {
  append,
  appendAsFollower,
  batchOf,
  CONFIG,
  DIRECTORY,
  openTestLog,
  readBytes,
  T0,
  testWorld,
} from './testing/fixtures.ts'
import { expectLogHolds, readAll } from './testing/log-model.ts'
import type { AppendResult, ReadRequest } from './types.ts'

const SMALL = { ...CONFIG, segmentBytes: 500, indexIntervalBytes: 100 }

async function leaderLog(config = CONFIG, leaderEpoch = 0) {
  const world = testWorld()
  const log = await openTestLog(world, { config })
  await log.assignLeaderEpoch(leaderEpoch)
  return { world, log }
}

const offsetsIn = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? [] : [...batchesIn(bytes)].map(({ baseOffset, lastOffset }) => `${baseOffset}-${lastOffset}`)

test('with flush.messages=1 what a killed process has not synced is synced before anybody sees it', async () => {
  const { world, log } = await leaderLog()
  for (const value of ['a', 'b', 'c']) await append(log, batchOf([value]))
  world.disk.crash('process')
  const opened = await openTestLog(world, { recovery: 'fast', config: { ...CONFIG, flushMessages: 1 } })
  expect([opened.logEndOffset, opened.recoveryPoint]).toEqual([3, 3])
  const all = readAll(opened)
  world.disk.crash('power', seededRandom(1))
  await expectLogHolds(await openTestLog(world, { recovery: 'full', recoveryPoint: 3 }), all)
})

describe('append', () => {
  test('assigns offsets and the epoch, and leaves the checksum alone', async () => {
    const { log } = await leaderLog(CONFIG, 3)
    const records = batchOf(['a', 'b', 'c'])
    const { crc } = new RecordBatch(records)
    expect(await append(log, records)).toEqual({
      ok: true,
      firstOffset: 0,
      lastOffset: 2,
      logAppendTimeMs: -1,
      logStartOffset: 0,
      duplicate: false,
    })
    expect(await append(log, batchOf(['d'], { codec: 'zstd' }))).toMatchObject({ firstOffset: 3, lastOffset: 3 })
    const batches = [...batchesIn(readBytes(log, { offset: 0 })!)]
    expect(batches.map((batch) => [batch.baseOffset, batch.partitionLeaderEpoch, batch.isCrcValid()])).toEqual([
      [0, 3, true],
      [3, 3, true],
    ])
    expect(batches[0]!.crc).toBe(crc)
  })

  test('all of one turn goes out in one write, answers come in order and never from inside append', async () => {
    const { world, log } = await leaderLog()
    let writes = 0
    const file = world.disk.open(`${DIRECTORY}/00000000000000000000.log`, 'read')
    const answers: string[] = []
    const note = (name: string) => (result: AppendResult) => {
      if (answers.length === 0) writes = file.size()
      answers.push(`${name} ${result.ok ? result.firstOffset : result.error}`)
    }
    log.append({ records: batchOf(['a']), leaderEpoch: 0, origin: 'client' }, note('a'))
    log.append({ records: new Uint8Array(3), leaderEpoch: 0, origin: 'client' }, note('bad'))
    log.append({ records: batchOf(['b', 'c']), leaderEpoch: 0, origin: 'client' }, note('b'))
    expect([answers, log.logEndOffset, file.size()]).toEqual([[], 0, 0])
    await world.clock.settle()
    expect(answers).toEqual(['a 0', 'bad INVALID_RECORD', 'b 1'])
    expect([log.logEndOffset, writes]).toEqual([3, log.sizeBytes])
  })

  test('what is written but not published is not visible', async () => {
    const { world, log } = await leaderLog()
    world.disk.deferWrites = true
    const result = append(log, batchOf(['a'], { producerId: 9, producerEpoch: 0, baseSequence: 0 }))
    const repeated = append(log, batchOf(['a'], { producerId: 9, producerEpoch: 0, baseSequence: 0 }))
    expect(log.logEndOffset).toBe(0)
    expect(log.read({ offset: 0, limitOffset: 10, bytesMax: 100, atLeastOneBatch: true }).kind).toBe('empty')
    expect(await result).toMatchObject({ ok: true, firstOffset: 0, duplicate: false })
    // A repetition of what was pending is answered behind it.
    expect(await repeated).toMatchObject({ ok: true, firstOffset: 0, duplicate: true })
    expect(log.logEndOffset).toBe(1)
  })

  test('a repetition is answered with the largest timestamp of the first one, whatever the kind of timestamp', async () => {
    const { log } = await leaderLog(CONFIG)
    const send = () => append(log, batchOf(['a', 'b'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }))
    expect(await send()).toMatchObject({ logAppendTimeMs: -1, duplicate: false })
    const [batch] = [...batchesIn(readBytes(log, { offset: 0 })!)]
    expect(batch!.maxTimestamp).toBeGreaterThan(0)
    expect(await send()).toMatchObject({ logAppendTimeMs: batch!.maxTimestamp, duplicate: true, firstOffset: 0 })
  })

  test('stamps the time with LogAppendTime, and answers a repetition with the first one', async () => {
    const { world, log } = await leaderLog({ ...CONFIG, timestampType: 'LogAppendTime' })
    const send = () => append(log, batchOf(['a', 'b'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }))
    await world.clock.advance(1234)
    expect(await send()).toMatchObject({ logAppendTimeMs: T0 + 1234, duplicate: false })
    await world.clock.advance(1000)
    expect(await send()).toMatchObject({ logAppendTimeMs: T0 + 1234, duplicate: true, firstOffset: 0, lastOffset: 1 })
    const [batch] = [...batchesIn(readBytes(log, { offset: 0 })!)]
    expect([batch!.timestampType, batch!.maxTimestamp, batch!.isCrcValid()]).toEqual(['LogAppendTime', T0 + 1234, true])
  })

  test('an old leader epoch is refused, one that was not assigned is a defect', async () => {
    const { log } = await leaderLog(CONFIG, 5)
    expect(await append(log, batchOf(['a']), { leaderEpoch: 4 })).toMatchObject({ error: 'NOT_LEADER_OR_FOLLOWER' })
    expect(() => log.append({ records: batchOf(['a']), leaderEpoch: 6, origin: 'client' }, () => {})).toThrow(
      /assigned/,
    )
  })

  test('a new epoch waits for what is pending; appends in between are refused', async () => {
    const { world, log } = await leaderLog()
    world.disk.deferWrites = true
    const pending = append(log, batchOf(['a']))
    const assigned = log.assignLeaderEpoch(1)
    const between = append(log, batchOf(['b']), { leaderEpoch: 0 })
    await assigned
    expect(await pending).toMatchObject({ ok: true, firstOffset: 0 })
    expect(await between).toMatchObject({ ok: false, error: 'NOT_LEADER_OR_FOLLOWER' })
    expect(await append(log, batchOf(['c']))).toMatchObject({ ok: true, firstOffset: 1 })
    expect([log.leaderEpochAt(0), log.leaderEpochAt(1)]).toEqual([0, 1])
    expect(log.endOffsetForEpoch(0)).toEqual({ leaderEpoch: 0, endOffset: 1 })
  })

  test('a coordinator is not judged, and holds the last stable offset with its transaction', async () => {
    const { log } = await leaderLog()
    const identity = { producerId: 4000, producerEpoch: 3, isTransactional: true }
    await append(log, batchOf(['x'], { ...identity, baseSequence: 0 }))
    const key = Uint8Array.of(0, 0, 0, 1)
    const value = Uint8Array.of(0, 0, 0, 0, 0, 5)
    log.updateHighWatermark(1)
    expect(log.lastStableOffset).toBe(0)
    const marker = batchOf([], { ...identity, isControl: true, records: [{ key, value, timestamp: T0 }] })
    expect(await append(log, marker, { origin: 'coordinator' })).toMatchObject({ ok: true, firstOffset: 1 })
    expect(log.lastStableOffset).toBe(0)
    log.updateHighWatermark(2)
    expect(log.lastStableOffset).toBe(2)
  })

  test('close answers what is pending, and later calls are refused', async () => {
    const { log } = await leaderLog()
    const pending = append(log, batchOf(['a']))
    await log.close()
    expect(await pending).toMatchObject({ ok: true })
    expect(await append(log, batchOf(['b']))).toMatchObject({ error: 'KAFKA_STORAGE_ERROR' })
    expect(() => log.read({ offset: 0, limitOffset: 1, bytesMax: 1, atLeastOneBatch: true })).toThrow(/closed/)
    await expect(log.assignLeaderEpoch(9)).rejects.toThrow(/closed/)
    await log.close()
  })
})

describe('rolling', () => {
  const sizes = (log: Awaited<ReturnType<typeof leaderLog>>['log']) => log.segments.map(({ baseOffset }) => baseOffset)

  test('by size, also in the middle of a turn', async () => {
    const { world, log } = await leaderLog({ ...CONFIG, segmentBytes: 200 })
    const results = await Promise.all(Array.from({ length: 5 }, () => append(log, batchOf(['x'.repeat(20)]))))
    expect(results.map((result) => result.ok && result.firstOffset)).toEqual([0, 1, 2, 3, 4])
    expect(sizes(log)).toEqual([0, 2, 4])
    expect(world.disk.list(DIRECTORY)).toContain('00000000000000000002.snapshot')
    await expectLogHolds(log, readAll(log))
  })

  test('by the time that its records span', async () => {
    const { log } = await leaderLog({ ...CONFIG, segmentMs: 1000 })
    const at = (timestamp: number) => batchOf([], { records: [{ key: null, value: null, timestamp }] })
    for (const timestamp of [T0, T0 + 1000, T0 + 1001, T0 + 500, T0 + 2002]) await append(log, at(timestamp))
    expect(sizes(log)).toEqual([0, 2, 4])
  })

  test('by the time that has passed, when records have none', async () => {
    const { world, log } = await leaderLog({ ...CONFIG, segmentMs: 1000 })
    const timeless = () => batchOf([], { records: [{ key: null, value: null, timestamp: -1 }] })
    await append(log, timeless())
    await world.clock.advance(1000)
    await append(log, timeless())
    await world.clock.advance(1)
    await append(log, timeless())
    expect(sizes(log)).toEqual([0, 2])
  })

  test('when an index is full', async () => {
    const { log } = await leaderLog({ ...CONFIG, indexIntervalBytes: 0, indexBytesMax: 24 })
    for (let index = 0; index < 8; index++) await append(log, batchOf(['x']))
    expect(sizes(log).length).toBeGreaterThan(1)
    await expectLogHolds(log, readAll(log))
  })

  test('when an offset is too far for an int32', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    const far = 2 ** 31
    for (const baseOffset of [0, far - 1, far, 3 * far]) {
      await appendAsFollower(log, batchOf(['x'], { baseOffset, partitionLeaderEpoch: 0 }))
    }
    expect(sizes(log)).toEqual([0, far, 3 * far])
    const all = readAll(log)
    expect(all.map(({ baseOffset }) => baseOffset)).toEqual([0, far - 1, far, 3 * far])
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world), all)
  })
})

describe('read', () => {
  /** Batches 0-2, 3-3, 4-6, 7-7 … in segments of about three. */
  async function filled(deep = false) {
    const { world, log } = await leaderLog(SMALL)
    for (let index = 0; index < 10; index++) {
      await append(
        log,
        index % 2 === 0 ? batchOf(['a', 'b', 'c'].map((value) => value.repeat(20))) : batchOf(['d'.repeat(60)]),
      )
    }
    if (!deep) return { world, log }
    world.disk.crash('process')
    return { world, log: await openTestLog(world, { config: SMALL }) }
  }

  for (const deep of [false, true]) {
    test(`every offset gives the batch that holds it, from its start${deep ? ' (after reopening)' : ''}`, async () => {
      const { log } = await filled(deep)
      expect(log.segments.length).toBeGreaterThan(3)
      for (let offset = 0; offset < 20; offset++) {
        const start = offset % 4 === 3 ? offset : offset - (offset % 4)
        const [first] = [...batchesIn(readBytes(log, { offset })!)]
        expect(first!.baseOffset).toBe(start)
        expect(first!.lastOffset).toBe(offset % 4 === 3 ? offset : start + 2)
      }
    })

    test(`the limit is exact${deep ? ' (after reopening)' : ''}`, async () => {
      const { log } = await filled(deep)
      for (let offset = 0; offset < 20; offset++) {
        for (let limitOffset = 0; limitOffset <= 20; limitOffset++) {
          const batches = [...batchesIn(readBytes(log, { offset, limitOffset }) ?? new Uint8Array())]
          expect(batches.every((batch) => batch.lastOffset < limitOffset)).toBe(true)
          const end = offset % 4 === 3 ? offset : offset - (offset % 4) + 2
          expect(batches.length > 0).toBe(offset < limitOffset && end < limitOffset)
        }
      }
    })
  }

  test.each<[string, Partial<ReadRequest> & { offset: number }, string]>([
    ['below the start', { offset: -1 }, 'out-of-range'],
    ['above the end', { offset: 21 }, 'out-of-range'],
    ['at the end', { offset: 20 }, 'empty'],
    ['at the limit', { offset: 4, limitOffset: 4 }, 'empty'],
    ['a batch that crosses the limit', { offset: 4, limitOffset: 6 }, 'empty'],
    ['too small a limit of bytes', { offset: 4, bytesMax: 10, atLeastOneBatch: false }, 'empty'],
    ['no bytes at all', { offset: 4, bytesMax: 0, atLeastOneBatch: false }, 'empty'],
    ['too small a limit of bytes, but one batch at least', { offset: 4, bytesMax: 10 }, 'region'],
  ])('%s', async (_name, request, kind) => {
    const { log } = await filled()
    const result = log.read({ limitOffset: 20, bytesMax: 1000, atLeastOneBatch: true, ...request })
    expect(result.kind).toBe(kind)
    if (result.kind === 'out-of-range') expect(result).toMatchObject({ logStartOffset: 0, logEndOffset: 20 })
    if (result.kind === 'region') {
      expect([result.firstBatchOffset, result.region.byteLength]).toEqual([
        4,
        readBytes(log, { offset: 4, bytesMax: 1 })!.length,
      ])
    }
  })

  test('bytesMax may cut a later batch in two', async () => {
    const { log } = await leaderLog()
    for (let index = 0; index < 3; index++) await append(log, batchOf(['x'.repeat(50)]))
    const one = readBytes(log, { offset: 0, bytesMax: 1 })!.length
    const bytes = readBytes(log, { offset: 0, bytesMax: 2 * one + 7 })!
    expect([bytes.length, offsetsIn(bytes)]).toEqual([2 * one + 7, ['0-0', '1-1']])
  })

  test('a region outlives the log that it came from, and knows when it was cut', async () => {
    const { world, log } = await leaderLog()
    await append(log, batchOf(['first']))
    await append(log, batchOf(['second']))
    const take = (limitOffset: number) => {
      const result = log.read({ offset: 0, limitOffset, bytesMax: 1000, atLeastOneBatch: true })
      if (result.kind !== 'region') throw new Error(result.kind)
      return result.region
    }
    const [short, long] = [take(1), take(2)]
    await log.truncateTo(1)
    expect([short.isCut, long.isCut]).toEqual([false, true])
    await log.close()
    await world.disk.removeTree(DIRECTORY)
    const bytes = new Uint8Array(short.byteLength)
    expect(short.file.readSync(bytes, short.position)).toBe(short.byteLength)
    expect(offsetsIn(bytes)).toEqual(['0-0'])
    short.release()
    long.release()
    long.release()
    expect(() => short.file.readSync(bytes, 0)).toThrow(/EBADF/)
  })
})

describe('a follower', () => {
  const from = (baseOffset: number, partitionLeaderEpoch: number, values = ['x']) =>
    batchOf(values, { baseOffset, partitionLeaderEpoch })
  const concat = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))

  test('takes offsets, epochs and gaps as the leader has them', async () => {
    const world = testWorld()
    const log = await openTestLog(world)
    const result = await appendAsFollower(log, concat(from(0, 1, ['a', 'b']), from(5, 1), from(6, 4)))
    expect(result).toMatchObject({ ok: true, firstOffset: 0, lastOffset: 6 })
    expect(await appendAsFollower(log, from(9, 4))).toMatchObject({ ok: true, firstOffset: 9 })
    expect([log.logEndOffset, log.latestLeaderEpoch]).toEqual([10, 4])
    expect(log.endOffsetForEpoch(1)).toEqual({ leaderEpoch: 1, endOffset: 6 })
    expect(offsetsIn(readBytes(log, { offset: 2 }))).toEqual(['5-5', '6-6', '9-9'])
    const all = readAll(log)
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world), all)
  })

  test('with flush.messages=1 an epoch is not lost from its checkpoint', async () => {
    const world = testWorld()
    const log = await openTestLog(world, { config: { ...CONFIG, flushMessages: 1 } })
    for (const [baseOffset, partitionLeaderEpoch] of [1, 2, 4].entries()) {
      await appendAsFollower(log, batchOf(['x'], { baseOffset, partitionLeaderEpoch }))
    }
    const all = readAll(log)
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world, { recoveryPoint: 3 }), all)
  })

  test('leaves a batch out that the answer cuts off', async () => {
    const log = await openTestLog(testWorld())
    const bytes = concat(from(0, 0), from(1, 0).subarray(0, 50))
    expect(await appendAsFollower(log, bytes)).toMatchObject({ ok: true, lastOffset: 0 })
    expect(await appendAsFollower(log, from(1, 0))).toMatchObject({ ok: true, firstOffset: 1 })
  })

  test.each([
    [
      'a wrong checksum',
      concat(from(1, 0), from(2, 0)).map((byte, at) => (at === 65 ? byte ^ 1 : byte)),
      'CORRUPT_MESSAGE',
    ],
    ['offsets that it has', from(0, 0), 'OFFSET_OUT_OF_RANGE'],
    ['offsets that fall', concat(from(5, 0), from(4, 0)), 'OFFSET_OUT_OF_RANGE'],
    ['nothing whole', from(1, 0).subarray(0, 40), 'CORRUPT_MESSAGE'],
    ['no batch at all', new Uint8Array(100).fill(7), 'CORRUPT_MESSAGE'],
  ])('refuses %s', async (_name, bytes, error) => {
    const log = await openTestLog(testWorld())
    await appendAsFollower(log, from(0, 0))
    expect(await appendAsFollower(log, bytes)).toMatchObject({ ok: false, error })
    expect(log.logEndOffset).toBe(1)
  })

  test('keeps producers up to date without judging them', async () => {
    const log = await openTestLog(testWorld())
    const identity = { producerId: 5, producerEpoch: 0, partitionLeaderEpoch: 0 }
    await appendAsFollower(log, batchOf(['a'], { ...identity, baseOffset: 0, baseSequence: 10 }))
    await appendAsFollower(log, batchOf(['b'], { ...identity, baseOffset: 1, baseSequence: 99 }))
    await log.assignLeaderEpoch(1)
    expect(await append(log, batchOf(['b'], { producerId: 5, producerEpoch: 0, baseSequence: 99 }))).toMatchObject({
      duplicate: true,
      firstOffset: 1,
    })
  })
})

describe('truncation', () => {
  test('cuts everything that is derived, and what comes next takes its place', async () => {
    const { world, log } = await leaderLog(SMALL)
    for (let index = 0; index < 12; index++) {
      if (index === 6) await log.assignLeaderEpoch(1)
      await append(log, batchOf(['x'.repeat(70)], { producerId: 3, producerEpoch: 0, baseSequence: index }))
    }
    await log.flush()
    log.updateHighWatermark(9)
    const before = readAll(log)
    await log.truncateTo(5)
    expect([log.logEndOffset, log.highWatermark, log.recoveryPoint, log.latestLeaderEpoch]).toEqual([5, 5, 5, 0])
    expect(world.logger.messages('error')).toContain('a log was truncated below its high watermark')
    await expectLogHolds(log, before.slice(0, 5))
    await log.assignLeaderEpoch(2)
    const send = (baseSequence: number) =>
      append(log, batchOf(['x'.repeat(70)], { producerId: 3, producerEpoch: 0, baseSequence }))
    expect(await send(4)).toMatchObject({ duplicate: true, firstOffset: 4 })
    expect(await send(6)).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(await send(5)).toMatchObject({ duplicate: false, firstOffset: 5 })
    const after = readAll(log)
    world.disk.crash('process')
    await expectLogHolds(await openTestLog(world, { config: SMALL }), after)
  })

  test('in the middle of a batch takes the batch away', async () => {
    const { log } = await leaderLog()
    await append(log, batchOf(['a', 'b']))
    await append(log, batchOf(['c', 'd', 'e']))
    await log.truncateTo(4)
    expect(log.logEndOffset).toBe(2)
    await log.truncateTo(2)
    await log.truncateTo(100)
    expect(log.logEndOffset).toBe(2)
  })

  test('to nothing, and to another start', async () => {
    const { world, log } = await leaderLog(SMALL)
    for (let index = 0; index < 8; index++) await append(log, batchOf(['x'.repeat(90)]))
    await log.truncateTo(0)
    expect([log.logEndOffset, log.sizeBytes, log.segments.length]).toEqual([0, 0, 1])
    await log.assignLeaderEpoch(1)
    await append(log, batchOf(['y']))
    await log.truncateFullyAndStartAt(1000)
    expect([log.logStartOffset, log.logEndOffset, log.highWatermark, log.latestLeaderEpoch]).toEqual([
      1000, 1000, 1000, -1,
    ])
    await appendAsFollower(log, batchOf(['z'], { baseOffset: 1000, partitionLeaderEpoch: 7 }))
    world.disk.crash('process')
    const again = await openTestLog(world, { config: SMALL })
    expect([again.logStartOffset, again.logEndOffset, again.latestLeaderEpoch]).toEqual([1000, 1001, 7])
  })
})

describe('look-ups by time', () => {
  const record = (timestamp: number) => ({ key: null, value: new Uint8Array(40), timestamp })

  test('find the first record at or after a time, however wrong the clocks are', async () => {
    const { log } = await leaderLog({ ...SMALL, timestampAfterMaxMs: Number.MAX_SAFE_INTEGER })
    const times = [50, 10, 90, 20, 900, 30, 31, 5, 100, 950, 940, 1, 2, 3, 2000, 60]
    for (let index = 0; index < times.length; index += 2) {
      await append(
        log,
        batchOf([], { codec: index % 4 === 0 ? 'lz4' : 'none', records: times.slice(index, index + 2).map(record) }),
      )
    }
    expect(log.segments.length).toBeGreaterThan(1)
    for (const target of [...times, 0, 51, 949, 1999, 2001]) {
      const offset = times.findIndex((time) => time >= target)
      const found = await log.offsetForTimestamp(target, log.logEndOffset)
      expect(found).toEqual(offset < 0 ? undefined : { offset, timestampMs: times[offset], leaderEpoch: 0 })
    }
    expect(await log.offsetForTimestamp(2000, 14)).toBeUndefined()
    expect(await log.offsetOfMaxTimestamp()).toEqual({ offset: 14, timestampMs: 2000, leaderEpoch: 0 })
  })

  test('pass over a batch that promises more than it holds', async () => {
    const { world, log } = await leaderLog()
    // Trusted, because it is compressed: its records are older than its header says.
    const liar = batchOf([], { codec: 'zstd', records: [record(T0)] })
    new DataView(liar.buffer, liar.byteOffset).setBigInt64(35, BigInt(T0 + 5000))
    new DataView(liar.buffer, liar.byteOffset).setUint32(17, new RecordBatch(liar).computeCrc())
    await append(log, liar)
    const broken = batchOf([], { codec: 'zstd', records: [record(T0 + 7000)] })
    broken.fill(0xee, 70)
    new DataView(broken.buffer, broken.byteOffset).setUint32(17, new RecordBatch(broken).computeCrc())
    await append(log, broken)
    await append(log, batchOf([], { records: [record(T0 + 6000)] }))
    expect(await log.offsetForTimestamp(T0 + 4000, 3)).toMatchObject({ offset: 2, timestampMs: T0 + 6000 })
    expect(world.logger.messages('warn')).toEqual(['a record batch contradicts itself'])
  })

  test('a time that its sender made up, over records that have none, is put right', async () => {
    const { log } = await leaderLog()
    for (const timestamp of [-1, T0]) {
      const liar = batchOf([], {
        records: [{ key: null, value: new Uint8Array(3), timestamp }],
        maxTimestamp: T0 + 5000,
      })
      expect(await append(log, liar)).toMatchObject({ ok: true })
    }
    expect(await log.offsetOfMaxTimestamp()).toMatchObject({ offset: 1, timestampMs: T0 })
  })

  test("a base time that no record has is nobody's time", async () => {
    const { log } = await leaderLog()
    const liar = batchOf([], { records: [record(T0), record(T0)] })
    // The zigzag timestamp deltas of both records: -3 and -2 milliseconds.
    const second = 61 + (liar.length - 61) / 2
    liar[61 + 2] = 5
    liar[second + 2] = 3
    new DataView(liar.buffer, liar.byteOffset).setUint32(17, new RecordBatch(liar).computeCrc())
    expect(await append(log, liar)).toMatchObject({ ok: true })
    expect(await log.offsetOfMaxTimestamp()).toMatchObject({ offset: 1, timestampMs: T0 - 2 })
  })

  test('an empty log, and one without timestamps, have nothing to find', async () => {
    const { log } = await leaderLog()
    expect([await log.offsetForTimestamp(0, 0), await log.offsetOfMaxTimestamp()]).toEqual([undefined, undefined])
    await append(log, batchOf([], { records: [record(-1)] }))
    expect([await log.offsetForTimestamp(0, 1), await log.offsetOfMaxTimestamp()]).toEqual([undefined, undefined])
  })
})
