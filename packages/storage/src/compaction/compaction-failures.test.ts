/** Compaction when the disk fails, and when the log changes in the middle of it. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { DiskError } from '@ottla/runtime'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from '../log-directory.ts'
import type { PartitionLog } from '../partition-log.ts'
import { appendSegments, COMPACTED } from '../testing/compacted-log.ts'
import { COMPACTION_TOOLS, compactAll, linesOf, type Pair } from '../testing/keyed.ts'
import { type Obstruct, obstructedDisk } from '../testing/obstructed-disk.ts'

const PATH = '/data'
const T = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
/** All that these tests write fits into one. */
const LARGE = { ...COMPACTED, segmentBytes: 3000 }

interface Fixture {
  readonly runtime: TestRuntime
  readonly directory: LogDirectory
  readonly log: PartitionLog
  readonly offline: unknown[]
  /** From now on. */
  obstruct(obstruct: Obstruct): void
}

async function setUp(runtime = testRuntime(), config = LARGE): Promise<Fixture> {
  let now: Obstruct = () => undefined
  const disk = obstructedDisk(runtime.disk, (operation, path) => now(operation, path))
  const offline: unknown[] = []
  const directory = await LogDirectory.open({
    world: { ...runtime, disk },
    random: runtime.random,
    path: PATH,
    brokerId: 1,
    events: { onOffline: (_directory, error) => void offline.push(error) },
  })
  const log = await directory.openLog({ ...T, config })
  await directory.markRunning(log.latestLeaderEpoch + 2)
  if (log.latestLeaderEpoch < 0) await log.assignLeaderEpoch(0)
  const obstruct = (next: Obstruct) => {
    now = next
  }
  return { runtime, directory, log, offline, obstruct }
}

const LISTS: readonly (readonly Pair[])[] = [
  [['a', '1']],
  [['b', '1']],
  [['c', '1']],
  [['d', '1']],
  [['c', '2']],
  [['d', '2']],
  [['z', '']],
]
const BEFORE = ['0 a=1', '1 b=1', '2 c=1', '3 d=1', '4 c=2', '5 d=2', '6 z=']
const AFTER = ['0 a=1', '1 b=1', '4 c=2', '5 d=2', '6 z=']

const named = ({ runtime }: Fixture, ending: RegExp) =>
  runtime.disk.list(`${PATH}/t-0`).filter((name) => ending.test(name))

/** Fails the operations that match, so often. */
function failing(operation: string, path: RegExp, code = 'EIO', times = 1): Obstruct {
  let left = times
  return (next, at) => {
    if (next !== operation || !path.test(at) || left-- <= 0) return
    throw new DiskError(next, at, code)
  }
}

/** As the files say it. */
function checkpoint({ runtime }: Fixture, name: string): number {
  if (!runtime.disk.exists(`${PATH}/${name}-offset-checkpoint`)) return 0
  const [line] = new TextDecoder()
    .decode(runtime.disk.readFile(`${PATH}/${name}-offset-checkpoint`))
    .split('\n')
    .slice(2)
  return Number(line?.split(' ')[2] ?? 0)
}

describe('a disk that fails', () => {
  test.each(['log', 'index', 'timeindex'])('a failed sync of the new .%s takes the directory offline', async (kind) => {
    const fixture = await setUp()
    await appendSegments(fixture.log, LISTS)
    fixture.obstruct(failing('sync', new RegExp(`\\.${kind}\\.cleaned$`)))
    await expect(compactAll(fixture.log)).rejects.toMatchObject({ operation: 'sync' })
    expect([fixture.offline.length, fixture.log.isOffline, fixture.directory.isOffline]).toEqual([1, true, true])
  })

  test.each(['timeindex', 'index', 'log'])(
    'without room for the name .%s.swap nothing is left behind',
    async (kind) => {
      const fixture = await setUp()
      const { log } = fixture
      await appendSegments(log, LISTS)
      fixture.obstruct(failing('rename', new RegExp(`\\.${kind}\\.cleaned$`), 'ENOSPC'))
      await expect(compactAll(log)).rejects.toMatchObject({ code: 'ENOSPC' })
      expect([named(fixture, /cleaned|swap/), linesOf(log), log.isOffline]).toEqual([[], BEFORE, false])
      await compactAll(log)
      expect(linesOf(log)).toEqual(AFTER)
    },
  )

  test('what cannot be removed of a run that changed nothing costs no segment that is replaced later', async () => {
    const fixture = await setUp(testRuntime(), { ...COMPACTED, segmentBytes: 100 })
    const { log, runtime } = fixture
    await appendSegments(log, [
      [['a', '1']],
      [
        ['c', '1'],
        ['e', '1'],
      ],
      [['c', '2']],
      [['z', '']],
    ])
    const removal = failing('removeFile', /\.log\.cleaned$/, 'EIO', Number.POSITIVE_INFINITY)
    const end = failing('rename', /\.log\.swap$/)
    fixture.obstruct((operation, path) => {
      removal(operation, path)
      end(operation, path)
    })
    await compactAll(log).catch(() => undefined)
    runtime.disk.crash('process')
    const again = await setUp(runtime, COMPACTED)
    expect(linesOf(again.log)).toEqual(expect.arrayContaining(['0 a=1', '2 e=1', '3 c=2', '4 z=']))
    expect(named(again, /cleaned|swap/)).toEqual([])
  })

  test('a checkpoint that cannot be lowered keeps the log closed, and the next attempt opens it', async () => {
    const fixture = await setUp()
    const { log, directory, runtime } = fixture
    await appendSegments(log, LISTS)
    await compactAll(log)
    await directory.closeLog(log)
    await directory.writeCheckpoints()
    // Somebody has taken the end away.
    for (const base of ['04', '05', '06'])
      await runtime.disk.removeFile(`${PATH}/t-0/${base.padStart(20, '0')}.log`).catch(() => undefined)
    runtime.disk.open(`${PATH}/t-0/${'0'.repeat(20)}.log`, 'write').truncate(0)
    fixture.obstruct(failing('open', /cleaner-offset-checkpoint\.tmp$/, 'ENOSPC'))
    await expect(directory.openLog({ ...T, config: LARGE })).rejects.toMatchObject({ code: 'ENOSPC' })
    const again = await directory.openLog({ ...T, config: LARGE })
    expect([again.cleanedTo, checkpoint(fixture, 'cleaner')]).toEqual([0, 0])
  })
})

describe.each(['ENOSPC', 'EIO'])('%s at any operation of a run, from then on or once', (code) => {
  const KEPT = ['0 a=1', '1 b=1', '4 c=2', '5 d=2', '6 z=']

  test.each([1, Number.POSITIVE_INFINITY])('%d times: the last record of each key stays', async (times) => {
    for (let first = 0; ; first++) {
      const fixture = await setUp()
      const { log, runtime } = fixture
      await appendSegments(log, LISTS)
      log.updateHighWatermark(log.logEndOffset)
      await log.flush()
      let operations = 0
      fixture.obstruct((operation, path) => {
        const index = operations++
        const mayFail = code === 'EIO' || ['open', 'write', 'truncate', 'rename'].includes(operation)
        if (mayFail && index >= first && index < first + times) throw new DiskError(operation, path, code)
      })
      const outcome = await log.compact(COMPACTION_TOOLS).catch((error: unknown) => error)
      const wasMet = operations > first
      fixture.obstruct(() => undefined)
      if (!log.isOffline) {
        expect(linesOf(log)).toEqual(expect.arrayContaining(KEPT))
        // Room is there again: what is left over is in nobody's way.
        if (code === 'ENOSPC') await compactAll(log)
      }
      runtime.disk.crash('process')
      const again = await setUp(runtime)
      expect(linesOf(again.log)).toEqual(expect.arrayContaining(KEPT))
      expect(again.log.logEndOffset).toBe(7)
      await compactAll(again.log)
      expect([linesOf(again.log), named(again, /cleaned|swap/)]).toEqual([AFTER, []])
      if (!wasMet) {
        expect(outcome).toMatchObject({ cleanedTo: 6 })
        expect(first).toBeGreaterThan(40)
        return
      }
    }
  })
})

describe('in the middle of a run', () => {
  test('a truncation that begins while a segment is being replaced makes durable where the log really ends', async () => {
    const fixture = await setUp()
    const { log } = fixture
    await appendSegments(log, LISTS)
    let cut: Promise<void> | undefined
    // The first of the steps is under way: the name is there, the segment is not in the log yet.
    fixture.obstruct((operation, path) => {
      if (operation === 'rename' && path.endsWith('.log.cleaned')) cut ??= log.truncateTo(4)
    })
    await compactAll(log)
    await cut
    expect([log.logEndOffset, linesOf(log)]).toEqual([2, ['0 a=1', '1 b=1']])
    expect(checkpoint(fixture, 'recovery-point')).toBeLessThanOrEqual(2)
    expect(checkpoint(fixture, 'cleaner')).toBeLessThanOrEqual(2)
  })

  test('the topic is not compacted any more: the run ends, and what it has not reached stays', async () => {
    const fixture = await setUp()
    const { log } = fixture
    await appendSegments(log, LISTS)
    log.updateHighWatermark(log.logEndOffset)
    await log.flush()
    fixture.obstruct((operation, path) => {
      if (operation === 'open' && path.endsWith('.log.cleaned')) log.updateConfig({ ...LARGE, compacted: false })
    })
    expect(await log.compact(COMPACTION_TOOLS)).toBe('interrupted')
    expect([linesOf(log), log.cleanedTo, named(fixture, /cleaned|swap|deleted/)]).toEqual([BEFORE, 0, []])
  })
})
