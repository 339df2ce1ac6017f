import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { offsetFileName } from './names.ts'
import { append, batchOf, CONFIG, DIRECTORY, openTestLog, T0, type TestWorld, testWorld } from './testing/fixtures.ts'
import { expectLogHolds, type ModelBatch, readAll } from './testing/log-model.ts'

const SMALL = { ...CONFIG, segmentBytes: 3000, indexIntervalBytes: 300 }
const BATCHES = 40
const ENTRY_BYTES = { '.index': 8, '.timeindex': 12 }

type Suffix = keyof typeof ENTRY_BYTES

/** What somebody, or a bad disk, made of an index file's bytes; undefined: the file is gone. */
const DAMAGES: readonly [string, (bytes: Uint8Array, entryBytes: number) => Uint8Array | undefined][] = [
  ['missing', () => undefined],
  ['empty', () => new Uint8Array(0)],
  ['half', (bytes, entryBytes) => bytes.slice(0, Math.ceil(bytes.length / entryBytes / 2) * entryBytes)],
  ['without its last entry', (bytes, entryBytes) => bytes.slice(0, -entryBytes)],
  ['cut inside an entry', (bytes) => bytes.slice(0, -1)],
  ['longer than the log', (bytes, entryBytes) => Uint8Array.from([...bytes, ...Array(5 * entryBytes).fill(7)])],
  ['zeros', (bytes) => new Uint8Array(bytes.length)],
  ['ones', (bytes) => new Uint8Array(bytes.length).fill(0xff)],
  ['garbage', (bytes) => bytes.map((_byte, at) => (at * 37 + 11) & 0xff)],
  [
    'garbage before its last entry',
    (bytes, entryBytes) => bytes.map((byte, at) => (at < bytes.length - entryBytes ? (at * 37 + 11) & 0x7f : byte)),
  ],
]

async function closedLog(world: TestWorld): Promise<{ all: ModelBatch[]; bases: number[] }> {
  const log = await openTestLog(world, { config: SMALL })
  await log.assignLeaderEpoch(0)
  for (let index = 0; index < BATCHES; index++) {
    await append(log, batchOf([], { records: [{ key: null, value: new Uint8Array(100), timestamp: T0 + index * 10 }] }))
  }
  const all = readAll(log)
  await log.closeDurably()
  return { all, bases: log.segments.map(({ baseOffset }) => baseOffset) }
}

async function damage(world: TestWorld, path: string, bytes: Uint8Array | undefined): Promise<void> {
  await world.disk.removeFile(path)
  if (bytes === undefined) return
  const file = world.disk.open(path, 'write')
  await file.write([bytes], 0)
  file.close()
}

describe('an index that is wrong on disk costs time, and no record', () => {
  for (const recovery of ['clean', 'fast', 'full'] as const) {
    for (const suffix of ['.index', '.timeindex'] as const satisfies Suffix[]) {
      test.each(DAMAGES)(`${recovery}, ${suffix} %s`, async (_name, damaged) => {
        const world = testWorld()
        const { all, bases } = await closedLog(world)
        expect(bases.length).toBeGreaterThan(2)
        for (const base of bases) {
          const path = `${DIRECTORY}/${offsetFileName(base, suffix)}`
          await damage(world, path, damaged(world.disk.readFile(path), ENTRY_BYTES[suffix]))
        }
        const again = await openTestLog(world, { recovery, recoveryPoint: BATCHES, config: SMALL })
        await expectLogHolds(again, all)
      })
    }
  }

  test('positions that lie beyond their offsets', async () => {
    const world = testWorld()
    const { all, bases } = await closedLog(world)
    for (const base of bases) {
      const path = `${DIRECTORY}/${offsetFileName(base, '.index')}`
      const bytes = world.disk.readFile(path)
      // Every entry but the last one names the position of the next one.
      const shifted = bytes.map((byte, at) => (at % 8 >= 4 && at + 8 < bytes.length ? bytes[at + 8]! : byte))
      await damage(world, path, shifted)
    }
    await expectLogHolds(await openTestLog(world, { recovery: 'clean', recoveryPoint: BATCHES, config: SMALL }), all)
  })
})
