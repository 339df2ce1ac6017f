import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import { readOffsetIndex } from './offset-index.ts'
import {
  append,
  batchOf,
  CONFIG,
  DIRECTORY,
  openTestLog,
  readBytes,
  type TestWorld,
  testWorld,
} from './testing/fixtures.ts'
import { readAll } from './testing/log-model.ts'
import { readTimeIndex } from './time-index.ts'

/** A partition's directory that Apache Kafka wrote: one segment of five batches, offsets 100 to 113. */
const FILES = [
  '00000000000000000100.index',
  '00000000000000000100.log',
  '00000000000000000100.timeindex',
  '00000000000000000100.txnindex',
  '00000000000000000114.snapshot',
  'leader-epoch-checkpoint',
  'partition.metadata',
]
const T = 1_700_000_000_000

function vector(directory: string, name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./vectors/${directory}/${name}`, import.meta.url)))
}

function worldWith(names: readonly string[] = FILES, directory = 'topic-0'): TestWorld {
  const disk = new MemoryDisk()
  disk.makeDirectory(DIRECTORY)
  for (const name of names) {
    const file = disk.open(disk.join(DIRECTORY, name), 'write')
    void file.write([vector(directory, name)], 0)
    file.close()
  }
  return testWorld(disk)
}

describe('a partition that Apache Kafka wrote', () => {
  test('its indexes', () => {
    expect([...readOffsetIndex(vector('topic-0', FILES[0]!), 100)]).toEqual([
      { offset: 107, position: 121 },
      { offset: 108, position: 261 },
      { offset: 113, position: 460 },
    ])
    expect([...readTimeIndex(vector('topic-0', FILES[2]!), 100)]).toEqual([
      { timestampMs: T + 1000, offset: 103 },
      { timestampMs: T + 2000, offset: 108 },
      { timestampMs: T + 3000, offset: 113 },
    ])
  })

  test('zeros that it preallocated are no entries', () => {
    const index = Uint8Array.from([...vector('topic-0', FILES[0]!), ...new Uint8Array(80)])
    expect([...readOffsetIndex(index, 100)]).toHaveLength(3)
    const timeIndex = Uint8Array.from([...vector('topic-0', FILES[2]!), ...new Uint8Array(120)])
    expect([...readTimeIndex(timeIndex, 100)]).toHaveLength(3)
  })

  for (const recovery of ['clean', 'fast', 'full'] as const) {
    test(`opened, ${recovery}`, async () => {
      const world = worldWith()
      const log = await openTestLog(world, { recovery, recoveryPoint: recovery === 'clean' ? 114 : 0 })
      expect([log.logStartOffset, log.logEndOffset, log.latestLeaderEpoch]).toEqual([100, 114, 7])
      expect(readAll(log).map(({ baseOffset, bytes }) => [baseOffset, bytes.length])).toEqual([
        [100, 121],
        [104, 140],
        [108, 78],
        [109, 121],
        [113, 78],
      ])
      expect(await log.offsetForTimestamp(T + 1001, 114)).toEqual({
        offset: 108,
        timestampMs: T + 2000,
        leaderEpoch: 7,
      })
      expect(await log.offsetForTimestamp(T + 3, 114)).toEqual({ offset: 101, timestampMs: T + 5, leaderEpoch: 7 })
      expect(await log.offsetOfMaxTimestamp()).toEqual({ offset: 113, timestampMs: T + 3000, leaderEpoch: 7 })
      expect(readBytes(log, { offset: 106, bytesMax: 1 })).toHaveLength(140)
      await log.close()
    })
  }

  test('its snapshot and its batches tell the same of the producer', async () => {
    const seen: unknown[] = []
    for (const names of [FILES, FILES.filter((name) => !name.endsWith('.snapshot'))]) {
      const log = await openTestLog(worldWith(names))
      await log.assignLeaderEpoch(8)
      const facts = { producerId: 4000, producerEpoch: 3, isTransactional: true }
      seen.push([
        await append(log, batchOf(['a', 'b', 'c', 'd'], { ...facts, baseSequence: 4 })),
        await append(log, batchOf(['a'], { ...facts, baseSequence: 9 })),
        await append(log, batchOf(['a'], { ...facts, baseSequence: 8 })),
      ])
    }
    const expected = [
      { ok: true, duplicate: true, firstOffset: 109, lastOffset: 112 },
      { ok: false, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' },
      { ok: true, duplicate: false, firstOffset: 114 },
    ]
    expect(seen).toMatchObject([expected, expected])
  })

  test('the open transaction in its snapshot holds the last stable offset', async () => {
    const log = await openTestLog(worldWith(), { highWatermark: 114 })
    expect([log.highWatermark, log.lastStableOffset]).toEqual([114, 110])
  })

  test('what is appended goes on where it ended', async () => {
    const world = worldWith()
    const config = { ...CONFIG, indexIntervalBytes: 100 }
    const log = await openTestLog(world, { config, recovery: 'clean', recoveryPoint: 114 })
    await log.assignLeaderEpoch(8)
    expect(await append(log, batchOf(['x'.repeat(100)]))).toMatchObject({ ok: true, firstOffset: 114 })
    await log.closeDurably()
    const index = world.disk.readFile(`${DIRECTORY}/${FILES[0]}`)
    expect([...readOffsetIndex(index, 100)].at(-1)).toEqual({ offset: 113, position: 460 })
    const again = await openTestLog(world, { config, recovery: 'clean', recoveryPoint: 115 })
    expect([again.logEndOffset, again.leaderEpochAt(113), again.leaderEpochAt(114)]).toEqual([115, 7, 8])
  })

  test('a log of magic 0 and 1 is refused, and nothing is cut', async () => {
    const names = ['00000000000000000000.index', '00000000000000000000.log', '00000000000000000000.timeindex']
    for (const recovery of ['clean', 'fast', 'full'] as const) {
      const world = worldWith(names, 'legacy-0')
      await expect(openTestLog(world, { recovery })).rejects.toThrow(/magic [01]/)
      expect(world.disk.stat(`${DIRECTORY}/${names[1]}`).bytes).toBe(333)
    }
  })
})
