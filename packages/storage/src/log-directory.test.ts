import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from './log-directory.ts'
import type { LogDirectoryOptions } from './log-directory-options.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, CONFIG } from './testing/fixtures.ts'
import { readAll } from './testing/log-model.ts'

const PATH = '/data/logs'
const A = { topic: 'a.b-c', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
const B = { topic: 'b', partition: 12, topicId: '4L6g3nShT-eMCtK--X86sw' }

function machine(disk = new MemoryDisk()): TestRuntime {
  return testRuntime({ disk })
}

function open(runtime: TestRuntime, options: Partial<LogDirectoryOptions> = {}): Promise<LogDirectory> {
  return LogDirectory.open({ world: runtime, random: runtime.random, path: PATH, brokerId: 1, ...options })
}

const textOf = (runtime: TestRuntime, name: string) =>
  new TextDecoder().decode(runtime.disk.readFile(runtime.disk.join(PATH, name)))

function writeText(runtime: TestRuntime, name: string, text: string): void {
  runtime.disk.makeDirectory(PATH)
  const file = runtime.disk.open(runtime.disk.join(PATH, name), 'write')
  file.truncate(0)
  void file.write([new TextEncoder().encode(text)], 0)
  file.close()
}

async function filled(directory: LogDirectory, identity = A): Promise<PartitionLog> {
  const log = await directory.openLog({ ...identity, config: CONFIG })
  await log.assignLeaderEpoch(Math.max(0, log.latestLeaderEpoch))
  await append(log, batchOf(['x', 'y']))
  log.updateHighWatermark(log.logEndOffset)
  return log
}

describe('whose a log directory is', () => {
  test('it is made ours, and stays it', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    expect(textOf(runtime, 'meta.properties')).toBe(`version=1\nnode.id=1\ndirectory.id=${directory.directoryId}\n`)
    expect(directory.clusterId).toBeUndefined()
    await directory.assignClusterId('cluster')
    await directory.assignClusterId('cluster')
    await expect(directory.assignClusterId('other')).rejects.toThrow(/belongs to cluster cluster, not other/)
    await directory.close({ clean: true })
    const again = await open(runtime, { clusterId: 'cluster' })
    expect([again.directoryId, again.clusterId]).toEqual([directory.directoryId, 'cluster'])
  })

  test('the log tells a new directory from one that a run has left', async () => {
    const runtime = machine()
    await (await open(runtime)).close({ clean: false })
    await (await open(runtime)).close({ clean: false })
    const opened = runtime.logger.lines.filter(({ message }) => message === 'a log directory was opened')
    expect(opened.map(({ fields }) => fields.recovery)).toEqual(['new', 'full'])
  })

  test('another broker and another cluster are refused, and the lock is released', async () => {
    const runtime = machine()
    await (await open(runtime, { clusterId: 'cluster' })).close({ clean: true })
    await expect(open(runtime, { brokerId: 2 })).rejects.toThrow(/belongs to broker 1, this one is broker 2/)
    await expect(open(runtime, { clusterId: 'other' })).rejects.toThrow(/belongs to cluster cluster, not other/)
    await (await open(runtime)).close({ clean: false })
  })

  test('two brokers cannot have it at once', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await expect(open(runtime)).rejects.toThrow(/in use by another broker/)
    await directory.close({ clean: false })
    await open(runtime)
  })

  test('files of Apache Kafka are understood', async () => {
    const runtime = machine()
    writeText(
      runtime,
      'meta.properties',
      '#\n#Fri Nov 20\nnode.id=1\ndirectory.id=J8aAPcfLQt2bqs1JT_rMgQ\nversion=1\ncluster.id=c\n',
    )
    writeText(runtime, '.kafka_cleanshutdown', '{"version":0,"brokerEpoch":12345}')
    const directory = await open(runtime)
    expect(directory.facts).toMatchObject({ id: 'J8aAPcfLQt2bqs1JT_rMgQ', cleanShutdownEpoch: 12345, runEpoch: -1 })
    expect([directory.recovery, runtime.disk.exists(`${PATH}/.kafka_cleanshutdown`)]).toEqual(['clean', false])
  })

  test('a file of the time of ZooKeeper gets a directory id; one of the future is refused', async () => {
    const runtime = machine()
    writeText(runtime, 'meta.properties', 'version=0\nbroker.id=1\ncluster.id=c\n')
    const directory = await open(runtime)
    expect(textOf(runtime, 'meta.properties')).toContain(`directory.id=${directory.directoryId}`)
    expect(directory.clusterId).toBe('c')
    await directory.close({ clean: false })
    writeText(runtime, 'meta.properties', 'version=2\nnode.id=1\n')
    await expect(open(runtime)).rejects.toThrow(/version 2/)
  })
})

describe('how the last run ended', () => {
  const restarts: [string, (directory: LogDirectory, runtime: TestRuntime) => Promise<void>, object][] = [
    [
      'closed cleanly',
      (directory) => directory.close({ clean: true }),
      { recovery: 'clean', missing: false, older: true },
    ],
    [
      'closed, but not cleanly',
      (directory) => directory.close({ clean: false }),
      { recovery: 'fast', missing: false, older: true },
    ],
    [
      'killed',
      async (_directory, runtime) => runtime.disk.crash('process'),
      { recovery: 'fast', missing: false, older: true },
    ],
    [
      'power lost',
      async (_directory, runtime) => runtime.disk.crash('power', runtime.random),
      { recovery: 'full', missing: true, older: true },
    ],
  ]
  test.each(restarts)('%s', async (_name, end, expected) => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.markRunning(5)
    await filled(directory)
    await end(directory, runtime)
    const again = await open(machine(runtime.disk))
    expect({
      recovery: again.recovery,
      missing: again.unsyncedMayBeMissing(5),
      older: again.unsyncedMayBeMissing(6),
    }).toEqual(expected)
    const log = await again.openLog({ ...A, config: CONFIG })
    expect(log.logEndOffset).toBeLessThanOrEqual(2)
    if (again.recovery !== 'full') expect([log.logEndOffset, log.latestLeaderEpoch]).toEqual([2, 0])
  })

  test('a run that never registered leaves no marker', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.close({ clean: true })
    expect(runtime.disk.list(PATH)).not.toContain('.kafka_cleanshutdown')
    expect((await open(machine(runtime.disk))).recovery).toBe('full')
  })

  test('after a clean shutdown nothing is scanned', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.markRunning(1)
    await filled(directory)
    await directory.close({ clean: true })
    const next = machine(runtime.disk)
    const log = await (await open(next)).openLog({ ...A, config: CONFIG })
    expect([log.logEndOffset, log.highWatermark, log.recoveryPoint]).toEqual([2, 2, 2])
    expect(next.logger.messages('info')).not.toContain('a log was recovered')
  })

  test('a run that could not open a log leaves no marker: that log is not served unscanned at the next start', async () => {
    const runtime = machine()
    const first = await open(runtime)
    await first.markRunning(1)
    await filled(first)
    await filled(first, B)
    await first.close({ clean: false })
    const file = runtime.disk.open(`${PATH}/a.b-c-0/00000000000000000000.log`, 'write')
    const { bytes } = runtime.disk.stat(file.path)
    // A damaged batch with a valid one behind it is corruption, not a torn tail.
    const copy = new Uint8Array(bytes)
    file.readSync(copy, 0)
    void file.write([copy], bytes)
    void file.write([Uint8Array.of(0xff)], 70)
    file.close()
    const second = await open(runtime)
    await expect(second.openLog({ ...A, config: CONFIG })).rejects.toThrow()
    await filled(second, B)
    await second.markRunning(2)
    await second.close({ clean: true })
    const third = await open(runtime)
    expect(third.recovery).not.toBe('clean')
    await expect(third.openLog({ ...A, config: CONFIG })).rejects.toThrow()
    await third.openLog({ ...B, config: CONFIG })
    await third.markRunning(3)
    await third.close({ clean: true })
    expect(runtime.disk.exists(`${PATH}/.kafka_cleanshutdown`)).toBe(false)
  })

  test('a shutdown that could not sync is not clean', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.markRunning(1)
    await filled(directory)
    runtime.disk.failNext({ operation: 'sync', path: /\.log$/, code: 'EIO' })
    await expect(directory.close({ clean: true })).rejects.toThrow(/cannot sync/)
    expect((await open(machine(runtime.disk))).recovery).toBe('full')
  })
})

describe('the logs in it', () => {
  test('are created, found again, and keep their offsets', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.markRunning(1)
    await filled(directory)
    await filled(directory, B)
    expect(textOf(runtime, 'b-12/partition.metadata')).toBe(`version: 0\ntopic_id: ${B.topicId}`)
    await directory.writeCheckpoints()
    expect(textOf(runtime, 'replication-offset-checkpoint')).toBe('0\n2\na.b-c 0 2\nb 12 2\n')
    expect(textOf(runtime, 'recovery-point-offset-checkpoint')).toBe('0\n2\na.b-c 0 0\nb 12 0\n')
    runtime.disk.crash('process')
    const again = await open(machine(runtime.disk))
    expect(again.partitionDirectories()).toEqual([A, B])
    const log = await again.openLog({ ...B, config: CONFIG })
    expect([log.logEndOffset, log.highWatermark]).toEqual([2, 2])
    // What is said of a log that is not open stays.
    await again.writeCheckpoints()
    expect(textOf(runtime, 'replication-offset-checkpoint')).toContain('a.b-c 0 2\n')
  })

  test('one whose directory was removed by hand starts anew, whatever the checkpoints say', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await filled(directory)
    await directory.close({ clean: true })
    await runtime.disk.removeTree(runtime.disk.join(PATH, 'a.b-c-0'))
    writeText(runtime, 'log-start-offset-checkpoint', '0\n1\na.b-c 0 7\n')
    const again = await open(machine(runtime.disk))
    const log = await again.openLog({ ...A, config: CONFIG })
    expect([log.logStartOffset, log.highWatermark, log.logEndOffset]).toEqual([0, 0, 0])
  })

  test("names that are nobody's are left alone", async () => {
    const runtime = machine()
    const names = ['lost+found', 'x', '-0', 't-', 't--1', 't-99999999999', 't-00', 'ä-0', 't-0.swp', '..-0', 't-0']
    for (const name of names) runtime.disk.makeDirectory(runtime.disk.join(PATH, name))
    writeText(runtime, 'f-0', 'a file')
    const directory = await open(runtime)
    expect(directory.partitionDirectories()).toEqual([])
    await directory.close({ clean: true })
    expect(runtime.disk.list(PATH)).toEqual(expect.arrayContaining([...names, 'f-0']))
  })

  test('a directory of another topic with this name is not taken over', async () => {
    const directory = await open(machine())
    const log = await filled(directory)
    await directory.closeLog(log)
    const other = { ...A, topicId: B.topicId }
    await expect(directory.openLog({ ...other, config: CONFIG })).rejects.toMatchObject({
      errorName: 'INCONSISTENT_TOPIC_ID',
    })
    await directory.setAside(A)
    expect((await directory.openLog({ ...other, config: CONFIG })).logEndOffset).toBe(0)
  })

  test('one that was closed is opened again in the same run', async () => {
    const directory = await open(machine())
    await directory.closeLog(await filled(directory))
    const log = await directory.openLog({ ...A, config: CONFIG })
    expect([log.logEndOffset, log.highWatermark]).toEqual([2, 2])
  })

  test('a deleted one is gone at once and its files later', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    const log = await filled(directory)
    await directory.writeCheckpoints()
    await directory.deleteLog(log)
    const doomed = () => runtime.disk.list(PATH).filter((name) => name.endsWith('-delete'))
    expect(doomed()).toEqual([expect.stringMatching(/^a\.b-c-0\.[0-9a-f]{32}-delete$/)])
    expect(directory.partitionDirectories()).toEqual([])
    await directory.writeCheckpoints()
    expect(textOf(runtime, 'replication-offset-checkpoint')).toBe('0\n0\n')
    const fresh = await directory.openLog({ ...A, topicId: B.topicId, config: CONFIG })
    expect(fresh.logEndOffset).toBe(0)
    await runtime.clock.advance(CONFIG.fileDeleteDelayMs - 1)
    expect(doomed()).toHaveLength(1)
    await runtime.clock.advance(1)
    expect(doomed()).toHaveLength(0)
  })

  test('a burst of new logs shares the syncs of the directory that holds them', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    const { syncDirectory } = runtime.disk
    let syncs = 0
    runtime.disk.syncDirectory = (path) => {
      if (path === PATH) syncs++
      return syncDirectory.call(runtime.disk, path)
    }
    const identities = Array.from({ length: 8 }, (_, partition) => ({ ...A, partition }))
    await Promise.all(identities.map((identity) => directory.openLog({ ...identity, config: CONFIG })))
    expect(syncs).toBeLessThan(4)
    runtime.disk.crash('power', runtime.random)
    const again = await open(machine(runtime.disk))
    expect(again.partitionDirectories()).toHaveLength(8)
  })

  test('what an earlier run was to remove is removed', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.deleteLog(await filled(directory))
    await directory.closeLog(await filled(directory, B))
    await directory.setAside(B)
    expect(runtime.disk.list(PATH).filter((name) => name.endsWith('-stray'))).toHaveLength(1)
    runtime.disk.crash('process')
    const next = machine(runtime.disk)
    const doomed = () => runtime.disk.list(PATH).filter((name) => /-(delete|stray)$/.test(name))
    const again = await open(next)
    await next.clock.settle()
    expect(doomed()).toHaveLength(2)
    await again.markRunning(2)
    await next.clock.settle()
    expect(doomed()).toEqual([])
  })

  test('the metadata position is kept, and only goes forward', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    expect(directory.facts).toMatchObject({ metadataOffset: -1, metadataEpoch: 0 })
    await directory.recordMetadataOffset({ offset: 7, controllerEpoch: 2 })
    await directory.recordMetadataOffset({ offset: 6, controllerEpoch: 2 })
    expect(directory.metadataOffset).toEqual({ offset: 7, controllerEpoch: 2 })
    runtime.disk.crash('power', runtime.random)
    const again = await open(machine(runtime.disk))
    expect(again.facts).toMatchObject({ metadataOffset: 7, metadataEpoch: 2 })
  })

  test('recovery points follow in the background', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    const [first, second] = [await filled(directory), await filled(directory, B)]
    await runtime.clock.advance(4_000)
    expect([first.recoveryPoint, second.recoveryPoint]).toEqual([0, 0])
    await runtime.clock.advance(4_000)
    expect([first.recoveryPoint, second.recoveryPoint]).toEqual([2, 2])
    await append(first, batchOf(['z']))
    await runtime.clock.advance(60_000)
    expect(textOf(runtime, 'recovery-point-offset-checkpoint')).toContain('a.b-c 0 3\n')
    await directory.close({ clean: true })
    expect(runtime.clock.pendingTimers).toBe(0)
  })

  test('idle producers are forgotten after a day', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    const log = await filled(directory)
    const send = (baseSequence: number) =>
      append(log, batchOf(['x'], { producerId: 1, producerEpoch: 0, baseSequence }))
    await send(0)
    expect(await send(5)).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    await runtime.clock.advance(86_400_000 + 600_000)
    expect(await send(5)).toMatchObject({ ok: true, duplicate: false })
    await directory.close({ clean: false })
  })

  test.each([
    [
      'the metadata offset',
      (directory: LogDirectory) => directory.recordMetadataOffset({ offset: 7, controllerEpoch: 1 }),
    ],
    ['a new log', (directory: LogDirectory) => directory.openLog({ ...A, config: CONFIG })],
    ['the run file', (directory: LogDirectory) => directory.markRunning(3)],
  ])('a sync that fails for %s takes the directory offline', async (_what, write) => {
    const runtime = machine()
    const offline: unknown[] = []
    const directory = await open(runtime, { events: { onOffline: (_directory, error) => offline.push(error) } })
    await filled(directory, B)
    runtime.disk.failNext({ operation: 'sync', code: 'EIO' })
    await expect(write(directory)).rejects.toThrow('EIO')
    expect([offline.length, directory.isOffline]).toEqual([1, true])
    await directory.close({ clean: true })
  })

  test('damage in an open log takes that log offline, and leaves no marker of a clean shutdown', async () => {
    const runtime = machine()
    const told: string[] = []
    const events = {
      onOffline: () => void told.push('offline'),
      onCorrupt: ({ topic }: { readonly topic: string }) => void told.push(`corrupt ${topic}`),
    }
    const directory = await open(runtime, { events })
    await directory.markRunning(1)
    const [first, second] = [await filled(directory), await filled(directory, B)]
    await append(first, batchOf(['y']))
    const file = runtime.disk.open(`${PATH}/a.b-c-0/00000000000000000000.log`, 'write')
    void file.write([Uint8Array.of(0xff)], 8)
    file.close()
    await expect(first.truncateTo(first.logEndOffset - 1)).rejects.toThrow(/at position 0: size/)
    expect([told, directory.isOffline, first.isOffline]).toEqual([['corrupt a.b-c'], false, true])
    expect(await append(second, batchOf(['x']))).toMatchObject({ ok: true })
    await directory.close({ clean: true })
    expect(runtime.disk.exists(`${PATH}/.kafka_cleanshutdown`)).toBe(false)
  })

  test('a disk that fails takes all of them offline', async () => {
    const runtime = machine()
    const offline: unknown[] = []
    const directory = await open(runtime, { events: { onOffline: (_directory, error) => offline.push(error) } })
    const [first, second] = [await filled(directory), await filled(directory, B)]
    runtime.disk.failNext({ operation: 'sync', path: /a\.b-c-0.*\.log$/, code: 'EIO' })
    await expect(first.flush()).rejects.toThrow(/cannot sync/)
    expect([offline.length, directory.isOffline, second.isOffline]).toEqual([1, true, true])
    expect(await append(second, batchOf(['x']))).toMatchObject({ error: 'KAFKA_STORAGE_ERROR' })
    await expect(directory.openLog({ ...A, config: CONFIG })).rejects.toMatchObject({
      errorName: 'KAFKA_STORAGE_ERROR',
    })
    await directory.close({ clean: true })
    expect(runtime.disk.list(PATH)).not.toContain('.kafka_cleanshutdown')
  })

  test('after a failed sync the next start of the same boot recovers fully, and writes again what was not synced', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const runtime = machine()
      const config = { ...CONFIG, flushMessages: 1 }
      const directory = await open(runtime)
      const log = await directory.openLog({ ...A, config })
      await directory.markRunning(3)
      await log.assignLeaderEpoch(0)
      await append(log, batchOf(['x']))
      await directory.writeCheckpoints()
      runtime.disk.failNext({ operation: 'sync', path: /\.log$/, code: 'EIO' })
      expect(await append(log, batchOf(['y']))).toMatchObject({ error: 'KAFKA_STORAGE_ERROR' })
      await directory.close({ clean: true })
      const second = await open(runtime)
      expect([second.recovery, second.unsyncedMayBeMissing(3)]).toEqual(['full', true])
      const again = await second.openLog({ ...A, config })
      await second.markRunning(4)
      await again.assignLeaderEpoch(1)
      expect(await append(again, batchOf(['z']))).toMatchObject({ ok: true })
      const all = readAll(again)
      expect(again.recoveryPoint).toBe(all.length)
      runtime.disk.crash('power', seededRandom(seed))
      const third = await (await open(runtime)).openLog({ ...A, config })
      expect(readAll(third)).toEqual(all)
    }
  })

  test('a directory of another boot is read as the disk has it, and not written again', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.openLog({ ...A, config: CONFIG })
    await directory.markRunning(3)
    await filled(directory, B)
    runtime.disk.syncAll()
    runtime.disk.crash('power', seededRandom(1))
    const again = await open(runtime)
    runtime.disk.failNext({ operation: 'write', path: /\.log$/, code: 'EIO' })
    expect((await again.openLog({ ...B, config: CONFIG })).logEndOffset).toBe(2)
    runtime.disk.crash('process')
    const recovering = await open(runtime)
    expect(recovering.recovery).toBe('full')
  })
})

describe('a removal without room on the disk', () => {
  test.each(['rename', 'snapshot'] as const)('(%s) may be repeated, and nothing is opened before', async (what) => {
    const runtime = machine()
    const directory = await open(runtime)
    const log = await filled(directory)
    const failing = {
      rename: { operation: 'rename', path: /a\.b-c-0$/ },
      snapshot: { operation: 'write', path: /snapshot/ },
    } as const
    runtime.disk.failNext({ ...failing[what], code: 'ENOSPC' })
    if (what === 'rename') {
      await expect(directory.deleteLog(log)).rejects.toThrow(/ENOSPC/)
      expect(directory.partitionDirectories()).toHaveLength(1)
      await expect(directory.openLog({ ...A, config: CONFIG })).rejects.toThrow(/a log is opened once/)
    }
    await directory.deleteLog(log)
    expect([directory.partitionDirectories(), directory.isOffline]).toEqual([[], false])
    const again = await directory.openLog({ ...A, config: CONFIG })
    expect([again.logStartOffset, again.logEndOffset]).toEqual([0, 0])
    await directory.close({ clean: true })
  })

  test('leaves no marker of a clean shutdown when it was not repeated', async () => {
    const runtime = machine()
    const directory = await open(runtime)
    await directory.markRunning(1)
    const log = await filled(directory)
    runtime.disk.failNext({ operation: 'rename', path: /a\.b-c-0$/, code: 'ENOSPC' })
    await expect(directory.deleteLog(log)).rejects.toThrow(/ENOSPC/)
    await directory.close({ clean: true })
    expect(runtime.disk.list(PATH)).not.toContain('.kafka_cleanshutdown')
  })
})
