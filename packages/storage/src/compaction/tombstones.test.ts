import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { appendSegment, appendSegments, COMPACTED, HOUR, opened } from '../testing/compacted-log.ts'
import { T0 } from '../testing/fixtures.ts'
import { compactAll, keyed, linesOf, type Pair, readBatchesOf, readRecords } from '../testing/keyed.ts'

describe('tombstones', () => {
  const config = { ...COMPACTED, deleteRetentionMs: HOUR }

  test('stay for delete.retention.ms after the run that first met them, then go', async () => {
    const { log, world } = await opened(config)
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [
        ['a', null],
        ['c', '1'],
      ],
      [['z', '']],
    ])
    await compactAll(log)
    expect(linesOf(log)).toEqual(['1 b=1', '2 a=null', '3 c=1', '4 z='])
    const [, withTombstone] = readBatchesOf(log)
    expect(withTombstone).toMatchObject({
      hasDeleteHorizon: true,
      baseTimestamp: world.clock.now() + HOUR,
      maxTimestamp: T0 + 1,
    })
    expect(readRecords(log).map(({ timestampMs }) => timestampMs - T0)).toEqual([1, 0, 1, 0])

    await world.clock.advance(HOUR - 1)
    await appendSegments(log, [[['y', '']]])
    await compactAll(log)
    expect(linesOf(log)).toContain('2 a=null')
    expect(withTombstone!.baseTimestamp).toBe(T0 + HOUR)

    await world.clock.advance(1)
    await appendSegments(log, [[['x', '']]])
    await compactAll(log)
    expect(linesOf(log)).toEqual(['1 b=1', '3 c=1', '4 z=', '5 y=', '6 x='])
  })

  test('a key that is written again lives', async () => {
    const { log, world } = await opened(config)
    await appendSegments(log, [[['a', null]], [['z', '']]])
    await compactAll(log)
    await appendSegments(log, [[['a', '2']], [['y', '']]])
    await world.clock.advance(2 * HOUR)
    await compactAll(log)
    expect(linesOf(log)).toEqual(['1 z=', '2 a=2', '3 y='])
  })

  test('in compressed batches, with times before and after the horizon', async () => {
    const { log, world } = await opened(config)
    const times = { codec: 'lz4', timestamp: T0 + 40 * 24 * HOUR } as const
    await appendSegment(
      log,
      keyed(
        [
          ['a', null],
          ['b', '1'],
        ],
        times,
      ),
    )
    await appendSegment(
      log,
      keyed(
        [
          ['c', null],
          ['d', '1'],
        ],
        { codec: 'zstd', timestamp: 5 },
      ),
    )
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    expect(
      readRecords(log)
        .slice(0, 4)
        .map(({ timestampMs }) => timestampMs),
    ).toEqual([times.timestamp, times.timestamp + 1, 5, 6])
    await world.clock.advance(HOUR)
    await appendSegments(log, [[['y', '']]])
    await compactAll(log)
    expect(linesOf(log)).toEqual(['1 b=1', '3 d=1', '4 z=', '5 y='])
    expect(
      readRecords(log)
        .map(({ timestampMs }) => timestampMs)
        .slice(0, 2),
    ).toEqual([times.timestamp + 1, 6])
  })

  test('times that a horizon cannot be told from stay, and the tombstone with them', async () => {
    const { log, world } = await opened(config)
    await appendSegment(log, keyed([['a', null]], { timestamp: 2 ** 52 + 2 ** 51 }))
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    await world.clock.advance(2 * HOUR)
    await appendSegments(log, [[['y', '']]])
    await compactAll(log)
    expect(linesOf(log)).toEqual(['0 a=null', '1 z=', '2 y='])
  })
})

describe('a map that is full before a tombstone', () => {
  test('gives the tombstone no horizon before a run has come to it: who reads what it deletes now must see it later', async () => {
    const { log, world } = await opened({ ...COMPACTED, deleteRetentionMs: HOUR })
    const others = Array.from({ length: 20 }, (_, index): Pair => [`k${index}`, ''])
    await appendSegments(log, [[['x', 'old']], [...others, ['x', null]], [['z', '']]])
    expect(await compactAll(log, { mapBytesMax: 16 * 24, mapLoadFactor: 1 })).toMatchObject({ cleanedTo: 15 })
    expect(linesOf(log)).toEqual(expect.arrayContaining(['0 x=old', '21 x=null']))
    await world.clock.advance(2 * HOUR)
    await compactAll(log)
    expect(readRecords(log).filter(({ key }) => key === 'x')).toMatchObject([{ offset: 21, value: null }])
    await world.clock.advance(HOUR)
    await appendSegments(log, [[['y', '']]])
    await compactAll(log)
    expect(readRecords(log).filter(({ key }) => key === 'x')).toEqual([])
  })

  test('leaves the tombstone for as long as what it deletes is there, and for its time after that', async () => {
    const { log, world } = await opened({ ...COMPACTED, deleteRetentionMs: HOUR })
    const others = Array.from({ length: 40 }, (_, index): Pair => [`k${index}`, ''])
    await appendSegments(log, [[['x', 'old']], [...others, ['x', null]], [['z', '']]])
    const small = { mapBytesMax: 16 * 24, mapLoadFactor: 1 }
    for (const cleanedTo of [15, 30]) {
      expect(await compactAll(log, small)).toMatchObject({ cleanedTo })
      expect(linesOf(log)).toContain('41 x=null')
      await world.clock.advance(2 * HOUR)
    }
    expect(await compactAll(log, small)).toMatchObject({ cleanedTo: 42 })
    expect(readRecords(log).filter(({ key }) => key === 'x')).toMatchObject([{ offset: 41, value: null }])
    await world.clock.advance(HOUR)
    await appendSegments(log, [[['y', '']]])
    await compactAll(log)
    expect(readRecords(log).filter(({ key }) => key === 'x')).toEqual([])
  })
})
