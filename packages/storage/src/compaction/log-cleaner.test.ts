import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { inlineOffload, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from '../log-directory.ts'
import type { PartitionLog } from '../partition-log.ts'
import { append, CONFIG } from '../testing/fixtures.ts'
import { keyed, linesOf } from '../testing/keyed.ts'
import type { LogConfig } from '../types.ts'
import { type CleanerSettings, LogCleaner } from './log-cleaner.ts'

const PATH = '/data'
const COMPACTED: LogConfig = { ...CONFIG, compacted: true, deletes: false, segmentBytes: 150 }
const SETTINGS: CleanerSettings = {
  threads: 1,
  bytesPerSecondMax: Number.POSITIVE_INFINITY,
  mapBytesMax: 1024 * 1024,
  mapLoadFactor: 0.9,
  bufferBytes: 4096,
  backoffMs: 15_000,
}

interface Fixture {
  readonly runtime: TestRuntime
  readonly directory: LogDirectory
  readonly logs: readonly PartitionLog[]
  readonly cleaner: LogCleaner
  set(settings: Partial<CleanerSettings>): void
}

/** Logs of `t`; in log n a key is written n + 1 times. */
async function setUp(count: number, config = COMPACTED): Promise<Fixture> {
  const runtime = testRuntime()
  const directory = await LogDirectory.open({ world: runtime, random: runtime.random, path: PATH, brokerId: 1 })
  const logs: PartitionLog[] = []
  for (let partition = 0; partition < count; partition++) {
    const log = await directory.openLog({ topic: 't', partition, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ', config })
    await log.assignLeaderEpoch(0)
    for (let value = 0; value <= partition; value++) await write(log, 'a', `${value}`)
    await write(log, 'z', '')
    logs.push(log)
  }
  let settings = SETTINGS
  const cleaner = new LogCleaner({
    world: runtime,
    offload: inlineOffload,
    random: seededRandom(1),
    logs: () => directory.logs,
    settings: () => settings,
  })
  const set = (changed: Partial<CleanerSettings>) => {
    settings = { ...settings, ...changed }
  }
  return { runtime, directory, logs, cleaner, set }
}

async function write(log: PartitionLog, key: string, value: string): Promise<void> {
  expect(await append(log, keyed([[key, value.padEnd(60, '.')]]))).toMatchObject({ ok: true })
  log.updateHighWatermark(log.logEndOffset)
  await log.flush()
}

const compacted = ({ runtime }: Fixture) =>
  runtime.logger.lines
    .filter(({ message }) => message === 'a log was compacted')
    .map(({ fields }) => fields?.['partition'])

describe('the cleaner', () => {
  test('compacts what is due, once the back-off has passed, and again when there is something new', async () => {
    const fixture = await setUp(3)
    const { runtime, logs, cleaner } = fixture
    cleaner.start()
    await runtime.clock.advance(14_999)
    expect(compacted(fixture)).toEqual([])
    await runtime.clock.advance(1)
    expect(compacted(fixture).sort()).toEqual([0, 1, 2])
    expect(logs.map((log) => linesOf(log).length)).toEqual([2, 2, 2])
    expect(cleaner.facts).toMatchObject({ runs: 3, maxDirtyRatio: 0, msSinceLastRun: 0, uncleanableLogs: 0 })
    await runtime.clock.advance(15_000)
    expect(compacted(fixture)).toHaveLength(3)
    for (const value of ['7', '8']) await write(logs[1]!, 'a', value)
    await runtime.clock.advance(15_000)
    expect(compacted(fixture).slice(3)).toEqual([1])
    await cleaner.stop()
    expect(runtime.disk.exists(`${PATH}/cleaner-offset-checkpoint`)).toBe(true)
    const text = new TextDecoder().decode(runtime.disk.readFile(`${PATH}/cleaner-offset-checkpoint`))
    expect(text).toBe('0\n3\nt 0 1\nt 1 4\nt 2 3\n')
  })

  test('takes the dirtiest log first', async () => {
    const fixture = await setUp(3)
    await fixture.cleaner.round()
    for (const [index, count] of [3, 9, 5].entries()) {
      for (let value = 0; value < count; value++) await write(fixture.logs[index]!, 'a', `${value}`)
    }
    const before = compacted(fixture).length
    await fixture.cleaner.round()
    expect(compacted(fixture).slice(before)).toEqual([1, 0, 2])
  })

  test('leaves alone what is not compacted, and rests without threads', async () => {
    const { cleaner, logs, set } = await setUp(2)
    logs[0]!.updateConfig({ ...COMPACTED, compacted: false })
    await cleaner.round()
    expect(logs.map(({ cleanedTo }) => cleanedTo)).toEqual([0, 2])
    logs[0]!.updateConfig(COMPACTED)
    set({ threads: 0 })
    await cleaner.round()
    expect(logs[0]!.cleanedTo).toBe(0)
    set({ threads: 1 })
    await cleaner.round()
    expect(logs[0]!.cleanedTo).toBe(1)
  })

  test('a log that fails is reported, counted and left alone; others go on', async () => {
    const { runtime, cleaner, logs } = await setUp(3)
    runtime.disk.failNext({ operation: 'write', path: /t-2.*cleaned/, code: 'EIO' })
    await cleaner.round()
    await cleaner.round()
    expect(logs.map(({ cleanedTo }) => cleanedTo)).toEqual([1, 2, 0])
    expect(cleaner.facts).toMatchObject({ uncleanableLogs: 1, uncleanableBytes: logs[2]!.sizeBytes })
    expect(runtime.logger.messages('error')).toEqual([
      'a log cannot be compacted and is left as it is until the next start',
    ])
    expect(logs[2]!.isOffline).toBe(false)
    expect(runtime.disk.list(`${PATH}/t-2`).filter((name) => /cleaned|swap/.test(name))).toEqual([])
  })

  test('without room on the disk it tries again', async () => {
    const { runtime, cleaner, logs } = await setUp(2)
    for (const path of [/t-1.*log\.cleaned/, /t-0.*index\.cleaned/]) {
      runtime.disk.failNext({ operation: path.source.includes('index') ? 'open' : 'write', path, code: 'ENOSPC' })
    }
    await cleaner.round()
    expect(logs.map(({ cleanedTo }) => cleanedTo)).toEqual([0, 0])
    expect(runtime.logger.messages('warn')).toEqual(
      Array(2).fill('no room on the disk to compact a log; it will be tried again'),
    )
    await cleaner.round()
    expect(logs.map(({ cleanedTo }) => cleanedTo)).toEqual([1, 2])
    expect(cleaner.facts.uncleanableLogs).toBe(0)
  })

  test('a log that was closed is no failure', async () => {
    const { runtime, directory, cleaner, logs } = await setUp(2)
    const closing = directory.closeLog(logs[0]!)
    await Promise.all([cleaner.round(), closing])
    expect([cleaner.facts.uncleanableLogs, logs[1]!.cleanedTo]).toEqual([0, 2])
    expect(runtime.logger.messages('error')).toEqual([])
  })

  test('a directory without room for longer names does without them', async () => {
    const { runtime, cleaner, logs } = await setUp(2)
    runtime.disk.failNext({ operation: 'rename', path: /t-1\/0+1\.log$/, code: 'ENOSPC' })
    await cleaner.round()
    expect(logs.map(({ cleanedTo, isOffline }) => [cleanedTo, isOffline])).toEqual([
      [1, false],
      [2, false],
    ])
    expect(linesOf(logs[1]!)).toHaveLength(2)
  })

  test('keeps its bytes per second in bounds', async () => {
    const { runtime, cleaner, logs, set } = await setUp(1)
    for (let value = 0; value < 30; value++) await write(logs[0]!, 'a', `${value}`)
    const { sizeBytes } = logs[0]!
    set({ bytesPerSecondMax: 1000 })
    let ended = false
    const round = cleaner.round().then(() => {
      ended = true
    })
    // Everything is read twice.
    await runtime.clock.advance((2 * sizeBytes * 1000) / 1000 - 500)
    expect(ended).toBe(false)
    await runtime.clock.advance(60_000)
    await round
    expect(logs[0]!.cleanedTo).toBeGreaterThan(0)
  })
})

describe('a run that is interrupted', () => {
  /** Goes on for as long as time passes. */
  async function slowRun(change: (fixture: Fixture) => Promise<unknown>) {
    const fixture = await setUp(1)
    const { logs, cleaner, set, runtime } = fixture
    for (let value = 0; value < 8; value++) await write(logs[0]!, 'a', `${value}`)
    set({ bytesPerSecondMax: 1000 })
    const round = cleaner.round()
    await runtime.clock.advance(1200)
    const changed = change(fixture)
    await runtime.clock.advance(60_000)
    await changed
    await round
    set({ bytesPerSecondMax: Number.POSITIVE_INFINITY })
    return fixture
  }

  test('by the close of the log: that ends it, and leaves nothing behind', async () => {
    const { runtime, directory } = await slowRun(({ directory, logs }) => directory.closeLog(logs[0]!))
    expect(runtime.disk.list(`${PATH}/t-0`).filter((name) => /cleaned|swap/.test(name))).toEqual([])
    const again = await directory.openLog({
      topic: 't',
      partition: 0,
      topicId: 'J8aAPcfLQt2bqs1JT_rMgQ',
      config: COMPACTED,
    })
    expect([again.logEndOffset, again.cleanedTo]).toEqual([10, 0])
    expect(linesOf(again)).toHaveLength(10)
    expect(runtime.logger.messages('error')).toEqual([])
  })

  test('by the close of the log, however slow it is: the close does not wait for its rate', async () => {
    const { directory, logs, cleaner, set, runtime } = await setUp(1)
    for (let value = 0; value < 8; value++) await write(logs[0]!, 'a', `${value}`)
    set({ bytesPerSecondMax: 1 })
    const round = cleaner.round()
    await runtime.clock.settle()
    const closed = directory.close({ clean: true })
    const stopped = cleaner.stop()
    await runtime.clock.advance(200)
    await Promise.all([closed, stopped, round])
    expect(runtime.logger.messages('error')).toEqual([])
    expect(cleaner.facts.runs).toBe(0)
  })

  test('by a truncation: what was cut off is not taken for compacted', async () => {
    const { logs, runtime, cleaner } = await slowRun(({ logs }) => logs[0]!.truncateTo(4))
    const [log] = logs
    expect([log!.logEndOffset, log!.cleanedTo]).toEqual([4, 0])
    expect(runtime.logger.messages('error').filter((message) => !message.includes('high watermark'))).toEqual([])
    expect(cleaner.facts.uncleanableLogs).toBe(0)
    expect(linesOf(log!).at(-1)).toMatch(/^3 a=/)
  })

  test('by the deletion of records: the rest is compacted', async () => {
    const { logs, runtime, cleaner } = await slowRun(async ({ logs, directory }) => {
      await logs[0]!.deleteRecordsBefore(5)
      await directory.enforceRetention()
    })
    await cleaner.round()
    expect(linesOf(logs[0]!).map((line) => line.slice(0, 3))).toEqual(['8 a', '9 a'])
    expect([logs[0]!.logStartOffset, logs[0]!.cleanedTo]).toEqual([5, 9])
    expect(runtime.logger.messages('error')).toEqual([])
    expect(cleaner.facts.uncleanableLogs).toBe(0)
  })
})

test('compaction and retention of one log leave what is young, the last of each key', async () => {
  const HOUR = 3_600_000
  const config = { ...COMPACTED, deletes: true, retentionMs: HOUR }
  const { logs, cleaner, directory, runtime } = await setUp(1, config)
  const [log] = logs
  await runtime.clock.advance(2 * HOUR)
  const now = runtime.clock.now()
  for (const value of ['1', '2', '3']) {
    await append(log!, keyed([['y', value.padEnd(60, '.')]], { timestamp: now }))
    log!.updateHighWatermark(log!.logEndOffset)
    await log!.flush()
  }
  await Promise.all([cleaner.round(), directory.enforceRetention()])
  await directory.enforceRetention()
  expect(linesOf(log!).map((line) => line.slice(0, 5))).toEqual(['3 y=2', '4 y=3'])
})
