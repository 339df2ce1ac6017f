import { describe, expect, test } from '@jest/globals'
import { batchesIn, sequenceAfter } from '@ottla/protocol'
import '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, CONFIG, DIRECTORY, openTestLog, testWorld } from './testing/fixtures.ts'
import { expectLogHolds, type ModelBatch, readAll } from './testing/log-model.ts'

const CONFIG_SMALL = { ...CONFIG, segmentBytes: 1300, indexIntervalBytes: 150 }
const PRODUCER = 4000

/** A log of two segments: three epochs, an idempotent producer, all codecs' worth of headers. */
async function twoSegments(): Promise<{ files: Map<string, Uint8Array>; batches: ModelBatch[]; lastLog: string }> {
  const world = testWorld()
  const log = await openTestLog(world, { config: CONFIG_SMALL })
  for (let index = 0; index < 12; index++) {
    if (index % 5 === 0) await log.assignLeaderEpoch(index / 5)
    const isProducers = index % 2 === 0
    await append(
      log,
      batchOf([`${index}:${'x'.repeat(60)}`, 'second'], {
        ...(isProducers ? { producerId: PRODUCER, producerEpoch: 1, baseSequence: index } : {}),
      }),
    )
  }
  const batches = readAll(log)
  await log.close()
  const files = filesOf(world.disk)
  const logs = [...files.keys()].filter((name) => name.endsWith('.log'))
  expect(logs).toHaveLength(2)
  return { files, batches, lastLog: logs[1]! }
}

function filesOf(disk: MemoryDisk): Map<string, Uint8Array> {
  return new Map(disk.list(DIRECTORY).map((name) => [name, disk.readFile(disk.join(DIRECTORY, name)).slice()]))
}

function diskWith(files: Map<string, Uint8Array>): MemoryDisk {
  const disk = new MemoryDisk()
  disk.makeDirectory(DIRECTORY)
  for (const [name, content] of files) {
    const file = disk.open(disk.join(DIRECTORY, name), 'write')
    void file.write([content], 0)
    file.close()
  }
  return disk
}

/** The producer goes on where the batches that survived say, and its last one is a repetition. */
async function expectProducerAt(log: PartitionLog, survivors: readonly ModelBatch[]): Promise<void> {
  const last = survivors
    .map(({ bytes }) => [...batchesIn(bytes)][0]!)
    .filter((batch) => batch.producerId === PRODUCER)
    .at(-1)!
  await log.assignLeaderEpoch(99)
  const facts = { producerId: PRODUCER, producerEpoch: 1 }
  const repeated = await append(log, batchOf(['a', 'b'], { ...facts, baseSequence: last.baseSequence }))
  expect(repeated).toMatchObject({ ok: true, duplicate: true, firstOffset: last.baseOffset })
  const next = sequenceAfter(last.lastSequence, 1)
  const wrong = await append(log, batchOf(['a', 'b'], { ...facts, baseSequence: next + 1 }))
  expect(wrong).toMatchObject({ ok: false, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
  const right = await append(log, batchOf(['a', 'b'], { ...facts, baseSequence: next }))
  expect(right).toMatchObject({ ok: true, duplicate: false, firstOffset: survivors.at(-1)!.lastOffset + 1 })
}

describe('a log that was cut short at any byte', () => {
  for (const recovery of ['fast', 'full'] as const) {
    for (const keepsIndexes of [true, false]) {
      test(`${recovery} recovery, indexes ${keepsIndexes ? 'as they were' : 'missing'}`, async () => {
        const { files, batches, lastLog } = await twoSegments()
        const whole = files.get(lastLog)!
        for (let length = 0; length <= whole.length; length++) {
          const world = testWorld(diskWith(remaining(files, { lastLog, length, keepsIndexes })))
          const log = await openTestLog(world, { recovery, config: CONFIG_SMALL })
          const survivors = batches.slice(0, 12 - lostOf(whole, length))
          expect(log.logEndOffset).toBe(survivors.at(-1)!.lastOffset + 1)
          await expectLogHolds(log, survivors)
          expect(log.latestLeaderEpoch).toBe(survivors.at(-1)!.leaderEpoch)
          if (length % 16 === 0) await expectProducerAt(log, survivors)
          await log.close()
        }
      })
    }
  }
})

function remaining(
  files: Map<string, Uint8Array>,
  { lastLog, length, keepsIndexes }: { lastLog: string; length: number; keepsIndexes: boolean },
): Map<string, Uint8Array> {
  const rest = new Map(files)
  rest.set(lastLog, files.get(lastLog)!.subarray(0, length))
  if (!keepsIndexes) for (const name of rest.keys()) if (name.endsWith('index')) rest.delete(name)
  return rest
}

/** How many batches of the last segment are not whole within `length` bytes. */
function lostOf(segment: Uint8Array, length: number): number {
  return [...batchesIn(segment)].length - [...batchesIn(segment.subarray(0, length))].length
}

describe('bytes that are wrong in the middle', () => {
  async function damaged(batch: 'first' | 'last', damage: (bytes: Uint8Array) => void) {
    const { files, batches, lastLog } = await twoSegments()
    const segment = files.get(lastLog)!.slice()
    const all = [...batchesIn(segment)]
    const at = batch === 'first' ? 0 : segment.length - all.at(-1)!.sizeBytes
    damage(segment.subarray(at, at + all[0]!.sizeBytes))
    const world = testWorld(diskWith(new Map([...files, [lastLog, segment]])))
    const firstLost = batch === 'first' ? batches.length - all.length : batches.length - 1
    return { world, batches, survivors: batches.slice(0, firstLost), firstLost: batches[firstLost]! }
  }
  const hole = (bytes: Uint8Array) => bytes.fill(0, 70, 110)
  const zeros = (bytes: Uint8Array) => bytes.fill(0)
  const noHeader = (bytes: Uint8Array) => bytes.fill(0, 0, 30)

  for (const [name, damage] of [
    ['a hole in the records', hole],
    ['zeros', zeros],
    ['a hole in the header', noHeader],
  ] as const) {
    test(`${name}: the last batch is a torn end, in both recoveries`, async () => {
      for (const recovery of ['fast', 'full'] as const) {
        const { world, survivors } = await damaged('last', damage)
        const log = await openTestLog(world, { recovery, config: CONFIG_SMALL })
        await expectLogHolds(log, survivors)
        expect(world.logger.messages('warn')).toContain('a torn end is cut')
      }
    })

    test(`${name}: before a sound batch it is corruption when only the process died`, async () => {
      const { world } = await damaged('first', damage)
      const indexes = world.disk.list(DIRECTORY).filter((file) => file.endsWith('index'))
      for (const file of indexes) await world.disk.removeFile(world.disk.join(DIRECTORY, file))
      await expect(openTestLog(world, { recovery: 'fast', config: CONFIG_SMALL })).rejects.toThrow(
        /damaged at position 0: .*sound batch follows/,
      )
    })

    test(`${name}: behind the recovery point it is cut after a power loss, before it is corruption`, async () => {
      const { world, survivors, firstLost } = await damaged('first', damage)
      const options = { recovery: 'full', config: CONFIG_SMALL } as const
      const synced = openTestLog(world, { ...options, recoveryPoint: firstLost.lastOffset })
      await expect(synced).rejects.toThrow(/had been synced/)
      const log = await openTestLog(world, { ...options, recoveryPoint: firstLost.baseOffset })
      await expectLogHolds(log, survivors)
    })
  }

  test('a missing segment in the middle is noticed', async () => {
    const world = testWorld()
    const config = { ...CONFIG_SMALL, segmentBytes: 300 }
    const log = await openTestLog(world, { config })
    await log.assignLeaderEpoch(0)
    for (let index = 0; index < 8; index++) await append(log, batchOf(['x'.repeat(100)]))
    expect(log.segments.length).toBeGreaterThan(3)
    const [, lost] = log.segments
    await log.close()
    const name = `${String(lost!.baseOffset).padStart(20, '0')}.log`
    await world.disk.removeFile(world.disk.join(DIRECTORY, name))
    const again = await openTestLog(world, { config, recovery: 'full' })
    expect(again.logEndOffset).toBe(lost!.baseOffset)
    expect(again.logEndOffset).toBeGreaterThan(0)
  })
})
