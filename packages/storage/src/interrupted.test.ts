/** What a kill or a power loss leaves of steps that remove something, at every operation on the disk. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { type MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, CONFIG, T0 } from './testing/fixtures.ts'
import { killableDisk } from './testing/killable-disk.ts'
import { expectLogHolds, type ModelBatch, readAll } from './testing/log-model.ts'
import type { LogConfig, LogWorld } from './types.ts'

const PATH = '/data'
const T = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
const HOUR = 3_600_000
const SMALL: LogConfig = { ...CONFIG, segmentBytes: 400, indexIntervalBytes: 100 }
/** More than any of the steps below takes. */
const OPERATIONS_MAX = 200

interface Opened {
  readonly directory: LogDirectory
  readonly log: PartitionLog
}

async function openDirectory(runtime: TestRuntime, disk: LogWorld['disk'] = runtime.disk): Promise<LogDirectory> {
  return LogDirectory.open({ world: { ...runtime, disk }, random: runtime.random, path: PATH, brokerId: 1 })
}

/** Six old batches and two of now, in four segments, all of them synced and committed. */
async function filled(): Promise<{ disk: MemoryDisk; batches: readonly ModelBatch[] }> {
  const runtime = testRuntime()
  const directory = await openDirectory(runtime)
  const log = await directory.openLog({ ...T, config: SMALL })
  await directory.markRunning(1)
  await log.assignLeaderEpoch(0)
  for (let index = 0; index < 8; index++) {
    const timestamp = index < 6 ? T0 - 3 * HOUR : T0
    const records = [{ key: null, value: new TextEncoder().encode('x'.repeat(100)), timestamp }]
    await append(log, batchOf([], { records }))
  }
  log.updateHighWatermark(8)
  const batches = readAll(log)
  await directory.close({ clean: true })
  runtime.disk.syncAll()
  return { disk: runtime.disk, batches }
}

interface Interrupted {
  /** What the steps before the crash came to. */
  readonly done: readonly string[]
  readonly batches: readonly ModelBatch[]
  readonly runtime: TestRuntime
}

/** Runs steps in a process that dies at the n-th operation on the disk, for every n until it gets through alive. */
async function atEveryOperation(
  how: 'process' | 'power',
  steps: (opened: Opened & { runtime: TestRuntime }, done: string[]) => Promise<void>,
  afterwards: (interrupted: Interrupted) => Promise<void>,
): Promise<void> {
  for (let operations = 0; operations < OPERATIONS_MAX; operations++) {
    const { disk, batches } = await filled()
    const runtime = testRuntime({ disk })
    const killable = killableDisk(disk)
    const directory = await openDirectory(runtime, killable.disk)
    const log = await directory.openLog({ ...T, config: SMALL })
    await directory.markRunning(2)
    log.updateHighWatermark(8)
    killable.killAfter(operations)
    const done: string[] = []
    await steps({ directory, log, runtime }, done).catch(() => undefined)
    const isThrough = !killable.isDead
    killable.kill()
    disk.crash(how, seededRandom(operations))
    await afterwards({ done, batches, runtime: testRuntime({ disk }) })
    if (isThrough) {
      expect(operations).toBeGreaterThan(10)
      return
    }
  }
  throw new Error(`not through after ${OPERATIONS_MAX} operations`)
}

async function expectStartsAt(starts: readonly number[], { runtime, batches }: Interrupted): Promise<Opened> {
  const directory = await openDirectory(runtime)
  const log = await directory.openLog({ ...T, config: SMALL })
  expect(starts).toContain(log.logStartOffset)
  await expectLogHolds(
    log,
    batches.filter(({ baseOffset }) => baseOffset >= log.logStartOffset),
  )
  await directory.markRunning(3)
  log.updateHighWatermark(log.logEndOffset)
  return { directory, log }
}

const doomed = (disk: MemoryDisk) => disk.list(`${PATH}/t-0`).filter((name) => name.endsWith('.deleted'))

describe.each(['process', 'power'] as const)('a crash (%s) at any operation', (how) => {
  test('of retention: the log starts where it did or where it was to start, and the next pass ends it', async () => {
    const config = { ...SMALL, retentionMs: HOUR }
    await atEveryOperation(
      how,
      async ({ directory, log, runtime }) => {
        log.updateConfig(config)
        await directory.enforceRetention()
        await log.flush()
        await directory.writeCheckpoints()
        await runtime.clock.advance(60_000)
      },
      async (interrupted) => {
        const { directory, log } = await expectStartsAt([0, 6], interrupted)
        log.updateConfig(config)
        await directory.enforceRetention()
        await interrupted.runtime.clock.advance(60_000)
        expect([log.logStartOffset, log.segments.length]).toEqual([6, 1])
        expect(doomed(interrupted.runtime.disk)).toEqual([])
      },
    )
  })

  test('of deleting records: what was acknowledged stays deleted, nothing else goes', async () => {
    await atEveryOperation(
      how,
      async ({ directory, log, runtime }, done) => {
        await log.deleteRecordsBefore(5)
        done.push('5')
        await directory.enforceRetention()
        await log.flush()
        await directory.writeCheckpoints()
        await log.deleteRecordsBefore(8)
        done.push('8')
        await directory.enforceRetention()
        await directory.writeCheckpoints()
        await runtime.clock.advance(60_000)
      },
      async (interrupted) => {
        const { done } = interrupted
        const starts = done.includes('8') ? [8] : done.includes('5') ? [5, 8] : [0, 5]
        const { directory, log } = await expectStartsAt(starts, interrupted)
        await directory.enforceRetention()
        expect(log.segments[0]!.baseOffset).toBe({ 0: 0, 5: 4, 8: 6 }[log.logStartOffset])
        expect(log.logEndOffset).toBe(8)
      },
    )
  })

  test('of deleting a topic: any next start completes it', async () => {
    await atEveryOperation(
      how,
      async ({ directory, log, runtime }) => {
        await directory.recordMetadataOffset({ offset: 7, controllerEpoch: 1 })
        await directory.deleteLog(log)
        await runtime.clock.advance(60_000)
      },
      async ({ runtime }) => {
        const directory = await openDirectory(runtime)
        await directory.markRunning(3)
        for (const stray of directory.partitionDirectories()) await directory.setAside(stray)
        const again = await directory.openLog({ ...T, topicId: '4L6g3nShT-eMCtK--X86sw', config: SMALL })
        expect([again.logStartOffset, again.logEndOffset, again.recoveryPoint]).toEqual([0, 0, 0])
        await runtime.clock.advance(60_000)
        expect(runtime.disk.list(PATH).filter((name) => /^t-0/.test(name))).toEqual(['t-0'])
      },
    )
  })
})
