/** A log that loses its end while the disk is full, or that is killed meanwhile, at every operation on the disk and its files. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { type MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import { appendAsFollower, batchOf, CONFIG } from './testing/fixtures.ts'
import { expectLogHolds, type ModelBatch, readAll } from './testing/log-model.ts'
import { deadFrom, type Obstruct, obstructedDisk, withoutRoomFrom } from './testing/obstructed-disk.ts'
import type { AppendResult, LogConfig } from './types.ts'

const PATH = '/data'
const T = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
/** Two batches in a segment; every one but the first has an index entry. */
const SMALL: LogConfig = { ...CONFIG, segmentBytes: 400, indexIntervalBytes: 100 }
const OPERATIONS_MAX = 300

const EMPTY = new Uint8Array()

interface Opened {
  readonly directory: LogDirectory
  readonly log: PartitionLog
}

async function open(runtime: TestRuntime, obstruct: Obstruct = () => undefined): Promise<Opened> {
  const world = { ...runtime, disk: obstructedDisk(runtime.disk, obstruct) }
  const directory = await LogDirectory.open({ world, random: runtime.random, path: PATH, brokerId: 1 })
  return { directory, log: await directory.openLog({ ...T, config: SMALL }) }
}

function follow(log: PartitionLog, offset: number, leaderEpoch: number, letter = 'x'): Promise<AppendResult> {
  const producer = { producerId: 7, producerEpoch: leaderEpoch, baseSequence: offset }
  const batch = batchOf([letter.repeat(90)], { baseOffset: offset, partitionLeaderEpoch: leaderEpoch, ...producer })
  return appendAsFollower(log, batch)
}

/** Offsets 0..7 in four segments and two epochs, which change at 4; the last segment is not synced. */
async function filled(): Promise<{ disk: MemoryDisk; batches: readonly ModelBatch[] }> {
  const runtime = testRuntime()
  const { directory, log } = await open(runtime)
  await directory.markRunning(1)
  for (let offset = 0; offset < 6; offset++) await follow(log, offset, offset < 4 ? 1 : 2)
  log.updateHighWatermark(2)
  await log.flush()
  await directory.writeCheckpoints()
  for (let offset = 6; offset < 8; offset++) await follow(log, offset, 2)
  const batches = readAll(log)
  expect(log.segments).toHaveLength(4)
  runtime.disk.crash('process')
  return { disk: runtime.disk, batches }
}

interface Cut {
  readonly name: string
  cut(log: PartitionLog): Promise<void>
  /** Where the log ends afterwards. */
  readonly end: number
  readonly isRestart?: true
  /** How many of the old batches may be left when it was not carried out to its end. */
  readonly left: readonly number[]
}

const CUTS: readonly Cut[] = [
  { name: 'into a segment', cut: (log) => log.truncateTo(3), end: 3, left: [3, 4, 6, 8] },
  { name: 'between segments', cut: (log) => log.truncateTo(2), end: 2, left: [2, 4, 6, 8] },
  { name: 'in the last segment', cut: (log) => log.truncateTo(7), end: 7, left: [7, 8] },
  { name: 'of everything', cut: (log) => log.truncateTo(0), end: 0, left: [0, 2, 4, 6, 8] },
  {
    name: 'and a new beginning ahead',
    cut: (log) => log.truncateFullyAndStartAt(20),
    end: 20,
    isRestart: true,
    left: [0, 2, 4, 6, 8],
  },
  {
    name: 'and a new beginning at a segment',
    cut: (log) => log.truncateFullyAndStartAt(4),
    end: 4,
    isRestart: true,
    left: [0, 2, 4, 6, 8],
  },
]

/** The leader's history goes on in the older epoch, past where the newer one began here. */
async function goOn(log: PartitionLog): Promise<AppendResult[]> {
  const results: AppendResult[] = []
  const leaderEpoch = Math.max(1, log.leaderEpochAt(log.logEndOffset - 1))
  for (let count = 0; count < 5; count++) results.push(await follow(log, log.logEndOffset, leaderEpoch, 'y'))
  return results
}

/** What is left of the old batches, all of them sound; or nothing but what came after the cut. */
async function expectSound(log: PartitionLog, batches: readonly ModelBatch[], cut: Cut): Promise<void> {
  const found = readAll(log)
  const isOld = (batch: ModelBatch, index: number) => Buffer.compare(batch.bytes, batches[index]?.bytes ?? EMPTY) === 0
  const old = found.filter(isOld).length
  if (old === found.length && log.logStartOffset === 0) expect(cut.left).toContain(old)
  else expect(old).toBe(cut.isRestart ? 0 : cut.end)
  await expectLogHolds(log, found)
  if (found.length > 0) expect(log.latestLeaderEpoch).toBe(found.at(-1)!.leaderEpoch)
}

describe.each(CUTS)('a cut $name', (cut) => {
  test('that finds no room leaves the log usable, and is made up for', async () => {
    for (let operations = 0; operations < OPERATIONS_MAX; operations++) {
      const { disk, batches } = await filled()
      const runtime = testRuntime({ disk })
      const room = withoutRoomFrom(operations)
      let isBegun = false
      const { directory, log } = await open(runtime, (...what) => {
        if (isBegun) room.obstruct(...what)
      })
      await directory.markRunning(2)
      isBegun = true
      const isCut = await cut.cut(log).then(
        () => true,
        (error) => expect(error).toMatchObject({ code: 'ENOSPC' }),
      )
      expect([directory.isOffline, isCut === true && log.logEndOffset !== cut.end]).toEqual([false, false])
      if (log.logStartOffset === 0) await expectSound(log, batches, cut)
      if (room.met) expect((await follow(log, log.logEndOffset, 1)).ok).toBe(false)
      expect(log.isOffline).toBe(false)
      if (operations % 2 === 0) {
        disk.crash('process')
        const again = await open(testRuntime({ disk }))
        await cut.cut(again.log)
        expect(again.log.logEndOffset).toBe(cut.end)
        await expectGoesOn(again, disk, cut)
      } else {
        room.free()
        if (log.logEndOffset !== cut.end) await cut.cut(log)
        expect(log.logEndOffset).toBe(cut.end)
        await expectGoesOn({ directory, log }, disk, cut)
      }
      if (!room.met) {
        expect(operations).toBeGreaterThan(3)
        return
      }
    }
    throw new Error(`not through after ${OPERATIONS_MAX} operations`)
  })

  test.each(['process', 'power'] as const)('that a crash (%s) ends leaves a sound log', async (how) => {
    for (let operations = 0; operations < OPERATIONS_MAX; operations++) {
      const { disk, batches } = await filled()
      const process = deadFrom(Number.POSITIVE_INFINITY)
      let dying: ReturnType<typeof deadFrom> = process
      const { directory, log } = await open(testRuntime({ disk }), (...what) => dying.obstruct(...what))
      await directory.markRunning(2)
      dying = deadFrom(operations)
      await cut.cut(log).catch(() => undefined)
      if (!dying.isDead) await goOn(log)
      const isThrough = !dying.isDead
      dying.kill()
      disk.crash(how, seededRandom(operations))
      const again = await open(testRuntime({ disk }))
      if (how === 'process') await expectSound(again.log, batches, cut)
      else await expectLogHolds(again.log, readAll(again.log))
      if (cut.isRestart || again.log.logEndOffset > cut.end) await cut.cut(again.log)
      await expectGoesOn(again, disk, cut)
      if (isThrough) {
        expect(operations).toBeGreaterThan(10)
        return
      }
    }
    throw new Error(`not through after ${OPERATIONS_MAX} operations`)
  })
})

/** What comes behind the cut stays, whatever happens then. */
async function expectGoesOn({ log }: Opened, disk: MemoryDisk, cut: Cut): Promise<void> {
  expect(log.logEndOffset).toBeLessThanOrEqual(cut.end)
  for (const result of await goOn(log)) expect(result).toMatchObject({ ok: true })
  const all = readAll(log)
  await expectLogHolds(log, all)
  expect(log.latestLeaderEpoch).toBe(all.at(-1)!.leaderEpoch)
  await log.flush()
  disk.crash('power', seededRandom(cut.end))
  const again = await open(testRuntime({ disk }))
  await expectLogHolds(again.log, all)
  expect(again.log.latestLeaderEpoch).toBe(all.at(-1)!.leaderEpoch)
  expect(again.log.activeProducers()).toEqual(log.activeProducers())
}
