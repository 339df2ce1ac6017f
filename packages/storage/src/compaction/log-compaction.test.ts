import { describe, expect, test } from '@jest/globals'
import { encodeBatch, RecordBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import type { MemoryDisk } from '@ottla/runtime/testing'
import type { PartitionLog } from '../partition-log.ts'
import { appendSegment, appendSegments, COMPACTED, HOUR, opened, reopened } from '../testing/compacted-log.ts'
import { append, appendAsFollower, DIRECTORY, openTestLog, T0, testWorld } from '../testing/fixtures.ts'
import {
  COMPACTION_TOOLS,
  compactAll,
  keyed,
  linesOf,
  type Pair,
  readBatchesOf,
  readRecords,
} from '../testing/keyed.ts'
import { obstructedDisk } from '../testing/obstructed-disk.ts'
import type { ReadRequest } from '../types.ts'

describe('compaction of a log', () => {
  test('keeps the last record of each key with its offset and time, and the active segment as it is', async () => {
    const { log } = await opened()
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [
        ['a', '2'],
        ['c', '1'],
      ],
      [
        ['a', '3'],
        ['a', '4'],
      ],
    ])
    expect(await compactAll(log)).toMatchObject({ firstDirtyOffset: 0, cleanedTo: 4, keys: 3 })
    // What the active segment says of a key does not count yet.
    expect(linesOf(log)).toEqual(['1 b=1', '2 a=2', '3 c=1', '4 a=3', '5 a=4'])
    expect(readRecords(log)[0]).toMatchObject({ offset: 1, timestampMs: T0 + 1 })
    expect([log.logStartOffset, log.logEndOffset, log.segmentCount, log.cleanedTo]).toEqual([0, 6, 2, 4])
  })

  test('a batch that keeps all its records keeps its bytes, a partly kept one its codec, epoch, producer and range', async () => {
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const { log } = await opened()
      const producer = { codec, producerId: 9, producerEpoch: 3 }
      const whole = keyed(
        [
          ['w', '1'],
          ['v', '1'],
        ],
        { ...producer, baseSequence: 0 },
      )
      await appendSegment(log, whole)
      await appendSegment(
        log,
        keyed(
          [
            ['a', '1'],
            ['b', 'x'],
            ['a', '2'],
            ['c', '1'],
          ],
          { ...producer, baseSequence: 2 },
        ),
      )
      await appendSegments(log, [[['c', '2']], [['z', '']]])
      await compactAll(log)
      const [first, second] = readBatchesOf(log)
      expect(Buffer.compare(first!.bytes, whole)).toBe(0)
      expect(second).toMatchObject({
        ...producer,
        baseOffset: 2,
        lastOffset: 5,
        baseSequence: 2,
        lastSequence: 5,
        recordCount: 2,
        partitionLeaderEpoch: 0,
        maxTimestamp: T0 + 2,
      })
      expect(second!.isCrcValid()).toBe(true)
      expect(linesOf(log)).toEqual(['0 w=1', '1 v=1', '3 b=x', '4 a=2', '6 c=2', '7 z='])
    }
  })

  test('the records of an append time keep it', async () => {
    const { log } = await opened({ ...COMPACTED, timestampType: 'LogAppendTime' })
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [['a', '2']],
      [['z', '']],
    ])
    const { timestampMs } = readRecords(log)[0]!
    await compactAll(log)
    expect(readRecords(log).map((record) => record.timestampMs)).toEqual([timestampMs, timestampMs, timestampMs])
  })

  test('headers are copied byte by byte, whatever they hold', async () => {
    const { log } = await opened()
    const value = Uint8Array.of(0xff, 0, 0xc0)
    const record = {
      key: Uint8Array.of(0xff),
      value,
      headers: [
        { key: 'h', value },
        { key: '', value: null },
      ],
      timestamp: T0,
    }
    await appendSegment(log, encodeBatch({ records: [{ ...record, key: Uint8Array.of(1) }, record] }))
    await appendSegment(log, encodeBatch({ records: [{ ...record, key: Uint8Array.of(1) }] }))
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    const [kept] = [...readBatchesOf(log)[0]!.records()]
    expect(kept).toMatchObject({ offset: 1, key: record.key, headers: record.headers })
  })

  test('a second run begins where the first one ended, and joins small segments', async () => {
    const { log } = await opened()
    await appendSegments(log, [[['a', '1']], [['b', '1']], [['a', '2']], [['z', '']]])
    expect(await compactAll(log)).toMatchObject({ cleanedTo: 3 })
    await appendSegments(log, [[['b', '2']], [['y', '']]])
    expect(await compactAll(log)).toMatchObject({ firstDirtyOffset: 3, cleanedTo: 5, keys: 2 })
    expect(linesOf(log)).toEqual(['2 a=2', '3 z=', '4 b=2', '5 y='])
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 5])
    expect(await compactAll(log)).toBe('nothing to do')
  })

  test.each<[string, (log: PartitionLog) => Promise<void> | void]>([
    ['committed', (log) => log.flush()],
    ['synced', (log) => log.updateHighWatermark(log.logEndOffset)],
  ])('what is not %s stays', async (_, advance) => {
    const { log } = await opened()
    await appendSegments(log, [[['a', '1']], [['a', '2']]])
    log.updateHighWatermark(2)
    await log.flush()
    await appendSegments(log, [[['a', '3']], [['z', '']]])
    await advance(log)
    expect(await log.compact(COMPACTION_TOOLS)).toMatchObject({ cleanedTo: 2 })
    expect(linesOf(log)).toEqual(['1 a=2', '2 a=3', '3 z='])
  })

  test('what is too young stays, by its file where records have no timestamps', async () => {
    for (const timestamp of [T0, -1]) {
      const { log, world } = await opened({ ...COMPACTED, segmentBytes: 100, minCompactionLagMs: HOUR })
      for (const value of ['1', '2', '3']) await appendSegment(log, keyed([['a', value]], { timestamp }))
      expect(await compactAll(log)).toBe('nothing to do')
      await world.clock.advance(HOUR)
      expect(await compactAll(log)).toMatchObject({ cleanedTo: 2 })
      expect(linesOf(log)).toEqual(['1 a=2', '2 a=3'])
    }
  })

  test('records below the log start offset go', async () => {
    const { log } = await opened()
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
        ['c', '1'],
      ],
      [['d', '1']],
      [['z', '']],
    ])
    log.updateHighWatermark(5)
    await log.deleteRecordsBefore(2)
    await compactAll(log)
    const [first] = readBatchesOf(log)
    expect([first!.baseOffset, first!.recordCount, log.logStartOffset]).toEqual([0, 1, 2])
    expect(linesOf(log)).toEqual(['2 c=1', '3 d=1', '4 z='])
  })

  test('records without a key go, with a warning', async () => {
    const { log, world } = await opened()
    await appendSegments(log, [
      [
        ['a', '1'],
        [null, 'x'],
      ],
      [['z', '']],
    ])
    expect(await compactAll(log)).toMatchObject({ keylessRecords: 1 })
    expect(linesOf(log)).toEqual(['0 a=1', '2 z='])
    expect(world.logger.messages('warn')).toEqual(['records without a key were removed from a compacted log'])
  })

  test('a segment of which nothing is left keeps its end, so that a start finds no gap', async () => {
    for (const recovery of ['clean', 'fast', 'full'] as const) {
      const { log, world } = await opened()
      await appendSegments(log, [
        [['a', '1']],
        [
          ['a', '2'],
          ['b', '1'],
        ],
        [
          ['b', '2'],
          ['a', '3'],
        ],
        [['z', '']],
      ])
      await compactAll(log)
      expect(linesOf(log)).toEqual(['3 b=2', '4 a=3', '5 z='])
      await appendSegments(log, [
        [
          ['a', '4'],
          ['b', '3'],
        ],
        [['y', '']],
      ])
      await compactAll(log)
      const lines = linesOf(log)
      expect(lines).toEqual(['5 z=', '6 a=4', '7 b=3', '8 y='])
      const again = await reopened(world, log, recovery)
      expect([linesOf(again), again.logEndOffset, again.cleanedTo]).toEqual([lines, 9, 8])
    }
  })

  test('a batch that cannot be read stays as it is, and hides nothing', async () => {
    const { log, world } = await opened()
    const lying = keyed([
      ['a', '2'],
      ['b', '2'],
    ])
    // Says that its second record, of nine bytes, is longer than what there is.
    lying[lying.length - 9] = 0x7e
    new DataView(lying.buffer).setUint32(17, new RecordBatch(lying).computeCrc())
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
    ])
    await appendSegment(log, lying)
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    expect(readBatchesOf(log).map(({ baseOffset, recordCount }) => [baseOffset, recordCount])).toEqual([
      [0, 2],
      [2, 2],
      [4, 1],
    ])
    expect(world.logger.messages('warn')).toContain('a batch that cannot be read stays as it is')
  })

  test('damage that it meets takes the log offline', async () => {
    const damaged: unknown[] = []
    const world = testWorld()
    const log = await openTestLog(world, {
      config: COMPACTED,
      events: { onCorrupt: (_log, error) => void damaged.push(error) },
    })
    await log.assignLeaderEpoch(0)
    await appendSegments(log, [[['a', '1']], [['z', '']]])
    const file = world.disk.open(`${DIRECTORY}/${'0'.repeat(20)}.log`, 'write')
    void file.write([Uint8Array.of(0xff)], 65)
    await expect(compactAll(log)).rejects.toThrow(/damaged at position 0: the checksum/)
    expect([damaged.length, log.isOffline]).toEqual([1, true])
  })
})

describe('a map that is full', () => {
  test('leaves what lies behind its end to the next run, records without a key too', async () => {
    const { log } = await opened()
    const keys = Array.from({ length: 16 }, (_, index): Pair => [`k${index}`, 'x'])
    await appendSegments(log, [[...keys, [null, 'x']], [['z', '']]])
    const small = { mapBytesMax: 16 * 24, mapLoadFactor: 1 }
    expect(await compactAll(log, small)).toMatchObject({ cleanedTo: 15, keylessRecords: 0 })
    expect(linesOf(log)).toContain('16 null=x')
    expect(await compactAll(log, small)).toMatchObject({ cleanedTo: 17, keylessRecords: 1 })
    expect(readRecords(log)).toHaveLength(17)
  })

  test('ends the reading, too', async () => {
    const world = testWorld()
    let readBytes = 0
    const disk = obstructedDisk(world.disk, (operation, path) => {
      if (operation === 'read' && path.endsWith('.log')) readBytes += 16 * 1024
    })
    const { log } = await opened({ ...COMPACTED, segmentBytes: 1 << 20 }, { ...world, disk: disk as MemoryDisk })
    const value = 'x'.repeat(16_000)
    for (let key = 0; key < 40; key++) await append(log, keyed([[`k${key}`, value]]), { origin: 'coordinator' })
    await appendSegments(log, [[['z', '']]])
    await compactAll(log, { mapBytesMax: 16 * 24, mapLoadFactor: 1 })
    // Once for the map, up to where it is full, once to be written anew.
    expect(readBytes).toBeLessThan(70 * 16 * 1024)
  })

  test('ends the run there, and the next one goes on', async () => {
    const { log } = await opened()
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`)
    const once = keys.map((key): Pair => [key, 'old'])
    for (let at = 0; at < 30; at += 5) await appendSegments(log, [once.slice(at, at + 5)])
    await appendSegments(log, [keys.slice(0, 20).map((key): Pair => [key, 'new']), [['z', '']]])
    // 16 slots, of which one stays free.
    const small = { mapBytesMax: 16 * 24, mapLoadFactor: 1 }
    const ends: number[] = []
    for (;;) {
      const outcome = await compactAll(log, small)
      if (typeof outcome === 'string') break
      ends.push(outcome.cleanedTo)
      // Nothing is lost on the way.
      const last = new Map(readRecords(log).map(({ key, value }) => [key, value]))
      expect(last.size).toBe(31)
      for (const [index, key] of keys.entries()) expect(last.get(key)).toBe(index < 20 ? 'new' : 'old')
    }
    expect(ends).toEqual([15, 30, 45, 50])
    expect(readRecords(log)).toHaveLength(31)
  })
})

describe('a segment of which nothing is left', () => {
  const config = { ...COMPACTED, segmentBytes: 100 }
  const lists: readonly (readonly Pair[])[] = [[['a', '1']], [['b', '1']], [['a', '2']], [['z', '']]]

  test('is not written again by the next run', async () => {
    const { log, world } = await opened(config)
    await appendSegments(log, lists)
    await compactAll(log)
    const path = `${DIRECTORY}/${'0'.repeat(20)}.log`
    const { modifiedMs } = world.disk.stat(path)
    await world.clock.advance(1000)
    await appendSegments(log, [[['y', '']]])
    expect(await compactAll(log)).toMatchObject({ cleanedTo: 4 })
    expect(world.disk.stat(path)).toEqual({ kind: 'file', bytes: 61, modifiedMs })
  })

  test('is as old as what it held: what lies behind it goes when its time has come', async () => {
    const { log, world } = await opened({ ...config, deletes: true, retentionMs: HOUR })
    await appendSegments(log, lists)
    await world.clock.advance(HOUR - 1000)
    await compactAll(log)
    expect(log.segments[0]).toEqual({ baseOffset: 0, sizeBytes: 61 })
    await world.clock.advance(2000)
    await log.enforceRetention()
    expect(log.logStartOffset).toBe(4)
  })
})

describe('a compacted log', () => {
  test('can be followed: a follower gets the same records at the same offsets', async () => {
    const { log } = await opened()
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [['a', '2']],
      [['b', '2']],
      [
        ['b', '3'],
        ['a', '3'],
      ],
      [['z', '']],
    ])
    await compactAll(log)
    const follower = await openTestLog(testWorld(), { config: COMPACTED })
    for (const batch of readBatchesOf(log)) {
      expect(await appendAsFollower(follower, batch.bytes.slice())).toMatchObject({ ok: true })
    }
    expect([linesOf(follower), follower.logEndOffset]).toEqual([linesOf(log), log.logEndOffset])
    expect(follower.endOffsetForEpoch(0)).toEqual(log.endOffsetForEpoch(0))
  })

  test('a reader that asks for it begins behind batches without records, where others follow', async () => {
    const { log } = await opened({ ...COMPACTED, segmentBytes: 100 })
    await appendSegments(log, [[['a', '1']], [['b', '1']], [['a', '2']]], {
      producerId: 1,
      producerEpoch: 0,
      baseSequence: 0,
    })
    await appendSegments(log, [[['a', '3']], [['b', '2']], [['z', '']]])
    await compactAll(log)
    expect(readBatchesOf(log).map(({ recordCount }) => recordCount)).toEqual([0, 0, 0, 1, 1, 1])
    const firstFrom = (offset: number, request: Partial<ReadRequest>) =>
      log.read({ offset, limitOffset: log.logEndOffset, bytesMax: 1, atLeastOneBatch: true, ...request })
    for (const [offset, request, firstBatchOffset] of [
      [0, {}, 0],
      [2, {}, 2],
      [0, { skipsEmpty: true }, 3],
      [2, { skipsEmpty: true }, 3],
      [4, { skipsEmpty: true }, 4],
      // Nothing else is to be read yet: what is there takes the reader further.
      [0, { skipsEmpty: true, limitOffset: 3 }, 0],
    ] as const) {
      const result = firstFrom(offset, request)
      expect(result).toMatchObject({ kind: 'region', firstBatchOffset })
      if (result.kind === 'region') result.region.release()
    }
  })

  test('is found by time: batches without records have none', async () => {
    const { log } = await opened()
    const producer = { producerId: 1, producerEpoch: 0, baseSequence: 0 }
    await appendSegment(log, keyed([['a', '1']], { ...producer, timestamp: T0 + 9000 }))
    await appendSegment(log, keyed([['b', '1']], { timestamp: T0 + 1000 }))
    await appendSegment(log, keyed([['a', '2']], { timestamp: T0 + 2000 }))
    await appendSegment(log, keyed([['z', '']], { timestamp: T0 }))
    await compactAll(log)
    expect(await log.offsetForTimestamp(T0 + 1001, log.logEndOffset)).toMatchObject({ offset: 2 })
    expect(await log.offsetForTimestamp(T0 + 2001, log.logEndOffset)).toBeUndefined()
    expect(await log.offsetOfMaxTimestamp()).toMatchObject({ offset: 2, timestampMs: T0 + 2000 })
  })

  test('is cut in a gap at the end of what lies before it, and so is what the next start finds', async () => {
    for (const offset of [3, 4]) {
      const { log, world } = await opened({ ...COMPACTED, segmentBytes: 3000 })
      await appendSegments(log, [
        [['a', '1']],
        [['b', '1']],
        [
          ['c', '1'],
          ['d', '1'],
          ['a', '2'],
        ],
        [
          ['c', '2'],
          ['d', '2'],
        ],
        [['z', '']],
      ])
      await compactAll(log)
      expect(linesOf(log)).toEqual(['1 b=1', '4 a=2', '5 c=2', '6 d=2', '7 z='])
      await log.truncateTo(offset)
      expect([log.logEndOffset, log.cleanedTo]).toEqual([2, 2])
      const again = await reopened(world, log)
      expect([again.logEndOffset, linesOf(again)]).toEqual([2, ['1 b=1']])
    }
  })
})
