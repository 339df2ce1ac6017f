import { beforeEach, describe, expect, test } from '@jest/globals'
import { KafkaError } from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, CONFIG, readBytes, T0 } from './testing/fixtures.ts'
import type { LogConfig } from './types.ts'

const PATH = '/data'
const T = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
const HOUR = 3_600_000
/** Two batches to a segment. */
const SMALL: LogConfig = { ...CONFIG, segmentBytes: 400, indexIntervalBytes: 100, fileDeleteDelayMs: 60_000 }
const VALUE = 'x'.repeat(100)

let runtime: TestRuntime
let directory: LogDirectory
let log: PartitionLog

async function start(config: Partial<LogConfig> = {}, on = testRuntime()): Promise<void> {
  runtime = on
  const intervals = { checkpointIntervalMs: 60_000, logStartIntervalMs: 7_000 }
  directory = await LogDirectory.open({ world: runtime, random: runtime.random, path: PATH, brokerId: 1, ...intervals })
  log = await directory.openLog({ ...T, config: { ...SMALL, ...config } })
  await directory.markRunning(1)
  if (log.latestLeaderEpoch < 0) await log.assignLeaderEpoch(0)
}

/** A killed process, and the next one over the same disk. */
async function kill(config: Partial<LogConfig> = {}): Promise<void> {
  runtime.disk.crash('process')
  await start(config, testRuntime({ disk: runtime.disk, clock: runtime.clock }))
}

/** Appends one batch of one record per timestamp, all of them committed. */
async function fill(timestamps: readonly number[]): Promise<void> {
  for (const timestamp of timestamps) {
    const records = [{ key: null, value: new TextEncoder().encode(VALUE), timestamp }]
    expect(await append(log, batchOf([], { records }))).toMatchObject({ ok: true })
  }
  log.updateHighWatermark(log.logEndOffset)
}

const files = () => runtime.disk.list(`${PATH}/t-0`)
const named = (suffix: string) =>
  files()
    .filter((name) => name.endsWith(suffix))
    .map((name) => Number.parseInt(name, 10))
const checkpoint = () =>
  new TextDecoder()
    .decode(runtime.disk.readFile(`${PATH}/log-start-offset-checkpoint`))
    .split('\n')
    .slice(2, -1)

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof KafkaError ? error.errorName : error),
  )

describe('retention', () => {
  test('by age: segments leave the log at once, their files after the delay', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0 - 2 * HOUR, T0 - 2 * HOUR, T0, T0])
    await directory.enforceRetention()
    expect([log.logStartOffset, named('.log'), log.sizeBytes]).toEqual([4, [4], log.segments[0]!.sizeBytes])
    expect(log.read({ offset: 3, limitOffset: 6, bytesMax: 1, atLeastOneBatch: true })).toMatchObject({
      kind: 'out-of-range',
      logStartOffset: 4,
    })
    expect(named('.log.deleted')).toEqual([0, 2])
    expect(named('.index.deleted')).toEqual([0, 2])
    expect(named('.timeindex.deleted')).toEqual([0, 2])
    await runtime.clock.advance(59_999)
    expect(named('.log.deleted')).toEqual([0, 2])
    await runtime.clock.advance(1)
    expect(files().filter((name) => name.endsWith('.deleted'))).toEqual([])
  })

  test('by size, and the limits that hold are those of the moment', async () => {
    await start()
    await fill(Array(10).fill(T0))
    await directory.enforceRetention()
    expect(log.segments).toHaveLength(5)
    log.updateConfig({ ...SMALL, retentionBytes: 2 * log.segments[0]!.sizeBytes })
    await directory.enforceRetention()
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([6, 8])
  })

  test('all of it: a new segment is begun first, and the log goes on', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0 - 3 * HOUR])
    await directory.enforceRetention()
    expect([log.logStartOffset, log.logEndOffset, named('.log'), log.sizeBytes]).toEqual([3, 3, [3], 0])
    await fill([T0])
    expect([log.logStartOffset, log.logEndOffset]).toEqual([3, 4])
    await kill({ retentionMs: HOUR })
    expect([log.logStartOffset, log.logEndOffset, named('.log')]).toEqual([3, 4, [3]])
  })

  test('all of it while appends are under way: the next one begins the new segment', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0 - 3 * HOUR])
    runtime.disk.deferWrites = true
    const sent = append(log, batchOf([VALUE]))
    await directory.enforceRetention()
    expect(await sent).toMatchObject({ ok: true, firstOffset: 3 })
    expect([log.logStartOffset, log.segments.map(({ baseOffset }) => baseOffset)]).toEqual([2, [2, 3]])
    log.updateHighWatermark(4)
    await directory.enforceRetention()
    expect([log.logStartOffset, named('.log')]).toEqual([3, [3]])
  })

  test('records that are not committed stay', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR])
    await append(log, batchOf([VALUE], { records: [{ key: null, value: null, timestamp: T0 - 3 * HOUR }] }))
    await directory.enforceRetention()
    expect([log.logStartOffset, log.segments.length]).toEqual([0, 1])
  })

  test('a time that has not come yet does not keep a segment: then its file was written last counts', async () => {
    await start({ retentionMs: HOUR, timestampAfterMaxMs: Number.MAX_SAFE_INTEGER })
    await fill([T0 + 1000 * HOUR, T0 + 1000 * HOUR])
    await runtime.clock.advance(HOUR)
    await directory.enforceRetention()
    expect(log.logStartOffset).toBe(0)
    await runtime.clock.advance(1)
    await directory.enforceRetention()
    expect(log.logStartOffset).toBe(2)
  })

  test('records without times go by the time of the file', async () => {
    await start({ retentionMs: HOUR })
    await fill([-1, -1])
    await runtime.clock.advance(HOUR + 1)
    await directory.enforceRetention()
    expect(log.logStartOffset).toBe(2)
  })

  test('readers keep what they were given', async () => {
    await start({ retentionMs: HOUR, fileDeleteDelayMs: 0 })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0])
    const read = log.read({ offset: 0, limitOffset: 1, bytesMax: 1000, atLeastOneBatch: true })
    if (read.kind !== 'region') throw new Error(read.kind)
    const bytes = new Uint8Array(read.region.byteLength)
    await directory.enforceRetention()
    await runtime.clock.advance(1)
    expect([log.logStartOffset, files().some((name) => name.includes('deleted'))]).toEqual([2, false])
    expect([read.region.isCut, read.region.file.readSync(bytes, read.region.position)]).toEqual([false, bytes.length])
    read.region.release()
    expect(() => read.region.file.readSync(bytes, 0)).toThrow(/EBADF/)
  })

  test('a look-up that meets a segment on its way out begins again', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0, T0])
    await kill({ retentionMs: HOUR, fileDeleteDelayMs: 0 })
    log.updateHighWatermark(4)
    const found = log.offsetForTimestamp(T0 - 4 * HOUR, 4)
    await directory.enforceRetention()
    await runtime.clock.advance(0)
    expect([await found, await log.offsetForTimestamp(T0 - 4 * HOUR, 4)].map((each) => each!.offset).sort()).toContain(
      2,
    )
    expect(log.isOffline).toBe(false)
  })

  test('epochs and producers of what has gone: the epoch that holds the start stays, sequences go on', async () => {
    await start({ retentionMs: HOUR })
    const old = [{ key: null, value: new TextEncoder().encode(VALUE), timestamp: T0 - 3 * HOUR }]
    const send = (baseSequence: number, records = old) =>
      append(log, batchOf([], { records, producerId: 9, producerEpoch: 0, baseSequence }))
    await send(0)
    await log.assignLeaderEpoch(3)
    await send(1)
    await log.assignLeaderEpoch(5)
    await send(2)
    await fill([T0])
    await fill([T0])
    await directory.enforceRetention()
    expect([log.logStartOffset, log.leaderEpochAt(2), log.endOffsetForEpoch(4)]).toEqual([
      2,
      5,
      { leaderEpoch: 4, endOffset: 2 },
    ])
    await log.flush()
    await kill({ retentionMs: HOUR })
    expect([log.logStartOffset, log.leaderEpochAt(2), log.leaderEpochAt(1)]).toEqual([2, 5, -1])
    expect(await send(2)).toMatchObject({ ok: true, duplicate: true, firstOffset: 2 })
    expect(await send(4)).toMatchObject({ ok: false, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(await send(3)).toMatchObject({ ok: true, firstOffset: 5 })
  })

  test('the last thing that is known of a producer outlives the segments that said it', async () => {
    await start({ retentionMs: HOUR })
    const records = [{ key: null, value: new TextEncoder().encode(VALUE), timestamp: T0 - 3 * HOUR }]
    const send = (baseSequence: number) =>
      append(log, batchOf([], { records, producerId: 9, producerEpoch: 0, baseSequence }))
    for (let sequence = 0; sequence < 3; sequence++) await send(sequence)
    log.updateHighWatermark(3)
    // The snapshots that were written as segments began are lost, as on a disk that was full.
    for (const offset of named('.snapshot'))
      await runtime.disk.removeFile(`${PATH}/t-0/${String(offset).padStart(20, '0')}.snapshot`)
    await directory.enforceRetention()
    expect(log.logStartOffset).toBe(3)
    await kill({ retentionMs: HOUR })
    expect(await send(2)).toMatchObject({ ok: true, duplicate: true, firstOffset: 2 })
    expect(await send(3)).toMatchObject({ ok: true, firstOffset: 3 })
  })

  test('a full disk does not keep retention from making room', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0])
    runtime.disk.failNext({ operation: 'write', path: /checkpoint|snapshot/, code: 'ENOSPC', times: 100 })
    await directory.enforceRetention()
    expect([log.logStartOffset, named('.log'), log.isOffline]).toEqual([2, [2], false])
    expect(runtime.logger.messages('warn')).toContain('cannot write the log start offsets')
  })

  test('a checkpoint that cannot be written for another reason keeps the files where they are', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0])
    runtime.disk.failNext({ operation: 'write', path: /log-start/, code: 'EIO' })
    await directory.enforceRetention()
    expect([log.logStartOffset, named('.log')]).toEqual([2, [0, 2]])
    await directory.enforceRetention()
    expect(named('.log')).toEqual([2])
  })

  test('rolls do not list the directory each time, and no old snapshot is left of them', async () => {
    await start()
    let lists = 0
    const { list } = runtime.disk
    runtime.disk.list = (path) => {
      lists++
      return list.call(runtime.disk, path)
    }
    await fill(Array.from({ length: 40 }, () => T0))
    await runtime.clock.settle()
    expect([log.segmentCount, lists]).toEqual([20, 1])
    expect(named('.snapshot')).toEqual(named('.log').slice(1))
    await log.deleteRecordsBefore(39)
    await directory.enforceRetention()
    expect(named('.snapshot')).toEqual([34, 36, 38])
  })

  test('two passes at once are one; a closed directory has none', async () => {
    await start({ retentionMs: HOUR })
    await fill([T0 - 3 * HOUR, T0 - 3 * HOUR, T0])
    const first = directory.enforceRetention()
    expect(directory.enforceRetention()).toBe(first)
    await first
    await directory.close({ clean: true })
    await directory.enforceRetention()
    expect(runtime.logger.messages('warn')).toEqual([])
  })
})

describe('deleteRecordsBefore', () => {
  beforeEach(async () => {
    await start()
    await fill(Array(6).fill(T0))
  })

  test('moves the start to any offset up to the high watermark, durably', async () => {
    expect(await log.deleteRecordsBefore(3)).toBe(3)
    expect([log.logStartOffset, checkpoint(), named('.log')]).toEqual([3, ['t 0 3'], [0, 2, 4]])
    expect(readBytes(log, { offset: 2 })).toBeUndefined()
    await kill()
    expect([log.logStartOffset, log.logEndOffset, named('.log')]).toEqual([3, 6, [2, 4]])
    log.updateHighWatermark(6)
    expect(await log.deleteRecordsBefore(6)).toBe(6)
    await kill()
    expect([log.logStartOffset, log.logEndOffset]).toEqual([6, 6])
  })

  test('below the start it changes nothing', async () => {
    await log.deleteRecordsBefore(4)
    expect(await log.deleteRecordsBefore(1)).toBe(4)
    expect(log.logStartOffset).toBe(4)
  })

  test.each([-1, 7])('%d is out of range', async (offset) => {
    expect(await failure(log.deleteRecordsBefore(offset))).toBe('OFFSET_OUT_OF_RANGE')
    expect(log.logStartOffset).toBe(0)
  })

  test('above the high watermark nothing is deleted', async () => {
    await append(log, batchOf([VALUE]))
    expect(await failure(log.deleteRecordsBefore(7))).toBe('OFFSET_OUT_OF_RANGE')
    expect(await log.deleteRecordsBefore(6)).toBe(6)
  })

  test('whole segments below go with the next pass; then their names say where the log starts', async () => {
    await log.deleteRecordsBefore(2)
    await log.flush()
    await directory.enforceRetention()
    expect([named('.log'), checkpoint()]).toEqual([[2, 4], ['t 0 2']])
    await directory.writeCheckpoints()
    expect(checkpoint()).toEqual([])
    await kill()
    expect([log.logStartOffset, log.logEndOffset]).toEqual([2, 6])
  })

  test('many at once share a write', async () => {
    const writes = { count: 0 }
    const { replaceFile, writeFileAtomic } = runtime.disk
    runtime.disk.writeFileAtomic = (path, content) => {
      if (path.endsWith('log-start-offset-checkpoint')) writes.count++
      return writeFileAtomic.call(runtime.disk, path, content)
    }
    await Promise.all([1, 2, 3, 4].map((offset) => log.deleteRecordsBefore(offset)))
    expect([writes.count, checkpoint(), typeof replaceFile]).toEqual([1, ['t 0 4'], 'function'])
  })

  test('a checkpoint that cannot be written is KAFKA_STORAGE_ERROR; asking again may succeed', async () => {
    runtime.disk.failNext({ operation: 'write', path: /log-start/, code: 'ENOSPC' })
    expect(await failure(log.deleteRecordsBefore(3))).toBe('KAFKA_STORAGE_ERROR')
    expect(await log.deleteRecordsBefore(3)).toBe(3)
    expect(checkpoint()).toEqual(['t 0 3'])
  })

  test('a start that could not be made durable is with the next checkpoint, and no kill brings it back then', async () => {
    runtime.disk.failNext({ operation: 'write', path: /log-start/, code: 'ENOSPC' })
    expect(await failure(log.deleteRecordsBefore(3))).toBe('KAFKA_STORAGE_ERROR')
    expect(log.logStartOffset).toBe(3)
    await runtime.clock.advance(7_000)
    await runtime.clock.settle()
    expect(checkpoint()).toEqual(['t 0 3'])
    await kill()
    expect(log.logStartOffset).toBe(3)
  })

  test('a checkpoint whose sync fails takes the directory offline', async () => {
    runtime.disk.failNext({ operation: 'sync', path: /data$/, code: 'EIO' })
    expect(await failure(log.deleteRecordsBefore(3))).toBe('KAFKA_STORAGE_ERROR')
    expect([directory.isOffline, log.isOffline]).toEqual([true, true])
  })

  test('a checkpoint that may be in place is written again, whatever was written before', async () => {
    await start()
    await fill([T0, T0, T0])
    await append(log, batchOf(['a', 'b', 'c', 'd']))
    log.updateHighWatermark(7)
    await log.deleteRecordsBefore(3)
    runtime.disk.failNext({ operation: 'rename', path: /log-start/, code: 'EIO' })
    expect(await failure(log.deleteRecordsBefore(5))).toBe('KAFKA_STORAGE_ERROR')
    // The batch that holds the start goes, and the start falls with it.
    await log.truncateTo(5)
    expect([log.logStartOffset, checkpoint()]).toEqual([3, ['t 0 3']])
  })

  test('the last stable offset does not stay behind the start', async () => {
    const producer = { producerId: 9, producerEpoch: 0, baseSequence: 0, isTransactional: true }
    await append(log, batchOf([VALUE], producer), { origin: 'coordinator' })
    await fill([T0])
    expect(log.lastStableOffset).toBe(6)
    expect(log.activeProducers()).toEqual([
      {
        producerId: 9,
        producerEpoch: 0,
        lastSequence: 0,
        lastTimestampMs: T0,
        coordinatorEpoch: -1,
        currentTxnStartOffset: 6,
      },
    ])
    await log.deleteRecordsBefore(7)
    expect(log.lastStableOffset).toBe(7)
  })

  test('a follower that is cut to before the start begins there after a kill', async () => {
    await log.deleteRecordsBefore(5)
    await log.truncateFullyAndStartAt(2)
    expect([log.logStartOffset, checkpoint()]).toEqual([2, []])
    await fill([T0, T0])
    await kill()
    expect([log.logStartOffset, log.logEndOffset]).toEqual([2, 4])
  })

  test('what was not synced and is lost down to before the start gives out no offset again', async () => {
    await log.deleteRecordsBefore(6)
    runtime.disk.crash('power', { integer: () => 0, bytes: (count) => new Uint8Array(count) })
    await start({}, testRuntime({ disk: runtime.disk }))
    expect([log.logStartOffset, log.logEndOffset]).toEqual([6, 6])
    await fill([T0])
    await kill()
    expect([log.logStartOffset, log.logEndOffset]).toEqual([6, 7])
  })
})

test('a topic that comes back under its name does not inherit the start of the old one', async () => {
  await start()
  await fill(Array(6).fill(T0))
  await log.deleteRecordsBefore(6)
  await directory.writeCheckpoints()
  await directory.deleteLog(log)
  log = await directory.openLog({ ...T, topicId: '4L6g3nShT-eMCtK--X86sw', config: SMALL })
  await log.assignLeaderEpoch(0)
  await fill([T0, T0])
  runtime.disk.crash('process')
  const next = testRuntime({ disk: runtime.disk })
  const again = await LogDirectory.open({ world: next, random: next.random, path: PATH, brokerId: 1 })
  const reopened = await again.openLog({ ...T, topicId: '4L6g3nShT-eMCtK--X86sw', config: SMALL })
  expect([reopened.logStartOffset, reopened.logEndOffset, reopened.recoveryPoint]).toEqual([0, 2, 0])
})

test('a log that is deleted or closed in the middle of its sync ends the sync, not the log directory', async () => {
  await start()
  await fill(Array.from({ length: 20 }, () => T0))
  const flushed = log.flush().catch((error: unknown) => error)
  await directory.deleteLog(log)
  expect(await flushed).toBeInstanceOf(KafkaError)
  expect([directory.isOffline, runtime.logger.messages('error')]).toEqual([false, []])
  const next = await directory.openLog({ ...T, config: SMALL })
  expect([next.logStartOffset, next.recoveryPoint]).toEqual([0, 0])
})
