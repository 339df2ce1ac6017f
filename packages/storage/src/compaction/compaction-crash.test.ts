/** Compaction among crashes: the last record of each key is always there, and what was deleted stays so. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { KafkaError } from '@ottla/protocol'
import { MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { LogDirectory } from '../log-directory.ts'
import type { PartitionLog } from '../partition-log.ts'
import { append, CONFIG } from '../testing/fixtures.ts'
import {
  COMPACTION_TOOLS,
  compactAll,
  type FoundRecord,
  keyed,
  linesOf,
  type Pair,
  readRecords,
} from '../testing/keyed.ts'
import { type KillableDisk, killableDisk } from '../testing/killable-disk.ts'
import type { LogConfig } from '../types.ts'

const PATH = '/data'
const T = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }
const RETENTION_MS = 60_000
const CONFIG_SMALL: LogConfig = {
  ...CONFIG,
  compacted: true,
  deletes: false,
  segmentBytes: 500,
  indexIntervalBytes: 100,
  deleteRetentionMs: RETENTION_MS,
}

interface Written extends FoundRecord {
  readonly appendedMs: number
}

/** A broker's disk and what was acknowledged, over many runs of the process. */
class Machine {
  readonly #random
  readonly #machine = new MemoryDisk().machine
  #nowMs = Date.UTC(2025, 0, 1)
  #runtime!: TestRuntime
  #killable!: KillableDisk
  #directory!: LogDirectory
  #log!: PartitionLog
  #epoch = 0
  #written: Written[] = []

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  async start(): Promise<void> {
    const { FakeClock } = await import('@ottla/runtime/testing')
    const clock = new FakeClock(this.#nowMs)
    this.#runtime = testRuntime({ clock, disk: new MemoryDisk({ machine: this.#machine, clock }) })
    this.#killable = killableDisk(this.#runtime.disk)
    const world = { ...this.#runtime, disk: this.#killable.disk }
    this.#directory = await LogDirectory.open({ world, random: this.#runtime.random, path: PATH, brokerId: 1 })
    this.#log = await this.#directory.openLog({ ...T, config: CONFIG_SMALL })
    await this.#directory.markRunning(++this.#epoch)
    if (this.#log.latestLeaderEpoch < 0) await this.#log.assignLeaderEpoch(0)
    this.#log.updateHighWatermark(this.#log.logEndOffset)
  }

  async append(count: number): Promise<void> {
    const pairs = Array.from({ length: count }, (): Pair => {
      const key = `k${this.#random.integer(6)}`
      return [key, this.#random.integer(4) === 0 ? null : `${this.#random.integer(1000)}${'x'.repeat(20)}`]
    })
    const codec = (['none', 'none', 'lz4', 'gzip'] as const)[this.#random.integer(4)]!
    const producer = this.#random.integer(3) === 0 ? { producerId: 1, producerEpoch: this.#epoch, baseSequence: 0 } : {}
    const timestamp = this.#runtime.clock.now() - this.#random.integer(1000)
    const result = await append(this.#log, keyed(pairs, { codec, timestamp, ...producer }), { origin: 'coordinator' })
    if (!result.ok) throw new Error(result.message)
    const appendedMs = this.#runtime.clock.now()
    for (const [index, [key, value]] of pairs.entries()) {
      this.#written.push({ offset: result.firstOffset + index, key, value, timestampMs: timestamp + index, appendedMs })
    }
    this.#log.updateHighWatermark(this.#log.logEndOffset)
  }

  async compact(mapSlots: number): Promise<void> {
    await compactAll(this.#log, { mapBytesMax: mapSlots * 24, mapLoadFactor: 1, bufferBytes: 300 })
  }

  /** Dies at the n-th operation of a run, if it takes so many. */
  async compactAndCrash(operations: number, how: 'process' | 'power'): Promise<void> {
    await this.#log.flush()
    this.#log.updateHighWatermark(this.#log.logEndOffset)
    this.#killable.killAfter(operations)
    await this.#log.compact({ ...COMPACTION_TOOLS, bufferBytes: 300 }).catch(() => undefined)
    await this.crash(how)
  }

  async crash(how: 'process' | 'power'): Promise<void> {
    const { recoveryPoint, logEndOffset } = this.#log
    this.#killable.kill()
    this.#runtime.disk.crash(how, this.#random)
    this.#nowMs = this.#runtime.clock.now()
    await this.start()
    expect(this.#log.logEndOffset).toBeGreaterThanOrEqual(how === 'process' ? logEndOffset : recoveryPoint)
    this.#forgetBehindEnd()
  }

  async restart(): Promise<void> {
    await this.#directory.close({ clean: true })
    this.#nowMs = this.#runtime.clock.now()
    await this.start()
  }

  /** As a follower does when an unclean leader has less. */
  async truncate(keep: number): Promise<void> {
    await this.#log.truncateTo(Math.floor(keep * this.#log.logEndOffset))
    if (this.#log.latestLeaderEpoch < 0) await this.#log.assignLeaderEpoch(0)
    this.#forgetBehindEnd()
  }

  /** As DeleteRecords and retention do. */
  async deleteBefore(share: number): Promise<void> {
    const { logStartOffset, highWatermark } = this.#log
    await this.#log.deleteRecordsBefore(logStartOffset + Math.floor(share * (highWatermark - logStartOffset)))
    await this.#directory.enforceRetention()
    this.#written = this.#written.filter(({ offset }) => offset >= this.#log.logStartOffset)
  }

  /** A run begins; something else comes so many steps later, and the run ends as it may. */
  async compactDuring(steps: number, other: () => Promise<void>): Promise<void> {
    const running = this.compact(1000).catch((error: unknown) => {
      // The log was closed before it began.
      if (!(error instanceof KafkaError)) throw error
    })
    for (let step = 0; step < steps; step++) await undefined
    await other()
    await running
  }

  async pass(ms: number): Promise<void> {
    await this.#runtime.clock.advance(ms)
  }

  #forgetBehindEnd(): void {
    this.#written = this.#written.filter(({ offset }) => offset < this.#log.logEndOffset)
  }

  /** `everyKey`: a cut may have taken the last record of a key whose older ones are gone. */
  check(everyKey: boolean): void {
    const found = readRecords(this.#log)
    const written = new Map(this.#written.map((record) => [record.offset, record]))
    for (const { offset, ...record } of found) expect(written.get(offset)).toMatchObject(record)
    const lastFound = new Map(found.map((record) => [record.key, record]))
    const lastWritten = new Map(this.#written.map((record) => [record.key, record]))
    if (!everyKey) return
    for (const [key, last] of lastWritten) {
      const isOld = last.value === null && this.#runtime.clock.now() >= last.appendedMs + RETENTION_MS
      if (isOld && !lastFound.has(key)) continue
      expect([key, lastFound.get(key)?.offset]).toEqual([key, last.offset])
    }
    const offsets = found.map(({ offset }) => offset)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
  }
}

const how = fc.constantFrom('process' as const, 'power' as const)
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('compact' as const), slots: fc.constantFrom(16, 1000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('compact and crash' as const), operations: fc.nat(60), how }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), how }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1000, RETENTION_MS / 2, RETENTION_MS),
    }),
  },
)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const during = <T>(other: fc.Arbitrary<T>) =>
  fc.record({ kind: fc.constant('compact during' as const), steps: fc.nat(300), other })
const interruption = during(
  fc.oneof(
    fc.record({ kind: fc.constant('delete' as const), share }),
    fc.record({ kind: fc.constant('restart' as const) }),
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 8 }) }),
  ),
)
type Interruption = typeof interruption extends fc.Arbitrary<infer T> ? T : never
const cut = fc.record({ kind: fc.constant('truncate' as const), keep: fc.double({ min: 0, max: 1, noNaN: true }) })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never

interface DuringCut {
  readonly kind: 'compact during'
  readonly steps: number
  readonly other: Cut
}

async function run(
  machine: Machine,
  next: Step | Cut | Interruption | Interruption['other'] | DuringCut,
): Promise<void> {
  switch (next.kind) {
    case 'delete':
      return machine.deleteBefore(next.share)
    case 'compact during':
      return machine.compactDuring(next.steps, () => run(machine, next.other))
    case 'append':
      return machine.append(next.count)
    case 'compact':
      return machine.compact(next.slots)
    case 'compact and crash':
      return machine.compactAndCrash(next.operations, next.how)
    case 'crash':
      return machine.crash(next.how)
    case 'restart':
      return machine.restart()
    case 'pass':
      return machine.pass(next.ms)
    case 'truncate':
      return machine.truncate(next.keep)
  }
}

describe('compaction', () => {
  test('the last record of each key survives any crash, a tombstone its time, and nothing deleted comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), fc.integer(), async (steps, seed) => {
        const machine = new Machine(seed)
        await machine.start()
        for (const next of steps) {
          await run(machine, next)
          machine.check(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('whatever comes in the middle of a run: deletions, rolls, a clean shutdown', async () => {
    const steps = fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 4, arbitrary: interruption }), {
      minLength: 10,
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(steps, fc.integer(), async (list, seed) => {
        const machine = new Machine(seed)
        await machine.start()
        for (const next of list) {
          await run(machine, next)
          machine.check(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('with truncations, records are never others than those that were written', async () => {
    const cuts = fc.oneof(cut, during(cut))
    const steps = fc.array(fc.oneof({ weight: 8, arbitrary: step }, { weight: 3, arbitrary: cuts }), {
      minLength: 10,
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(steps, fc.integer(), async (list, seed) => {
        const machine = new Machine(seed)
        await machine.start()
        for (const next of list) {
          await run(machine, next)
          machine.check(false)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe.each(['process', 'power'] as const)('a crash (%s) at any operation of a run', (kind) => {
  test('leaves the log as it was or as it was to be, segment by segment, and the next run ends it', async () => {
    // A power loss may take each name or leave it: several are tried.
    const tries = kind === 'power' ? 8 : 1
    for (let round = 0; ; round++) {
      const operations = Math.floor(round / tries)
      const runtime = testRuntime()
      const killable = killableDisk(runtime.disk)
      const open = async (disk = runtime.disk, epoch = 1) => {
        const directory = await LogDirectory.open({
          world: { ...runtime, disk },
          random: runtime.random,
          path: PATH,
          brokerId: 1,
        })
        const log = await directory.openLog({ ...T, config: CONFIG_SMALL })
        await directory.markRunning(epoch)
        return { directory, log }
      }
      const { log } = await open(killable.disk as MemoryDisk)
      await log.assignLeaderEpoch(0)
      const values = ['1', '2', '3'].flatMap((value) => ['a', 'b', 'c'].map((key): Pair => [key, value.repeat(99)]))
      for (const pair of values) {
        await append(log, keyed([pair, [`${pair[0]}!`, 'x']]), { origin: 'coordinator' })
      }
      log.updateHighWatermark(log.logEndOffset)
      await log.flush()
      const { logEndOffset } = log
      runtime.disk.syncAll()
      // So that one segment takes the place of several.
      log.updateConfig({ ...CONFIG_SMALL, segmentBytes: 1200 })
      killable.killAfter(operations)
      await log.compact({ ...COMPACTION_TOOLS, bufferBytes: 300 }).catch(() => undefined)
      const isThrough = !killable.isDead
      killable.kill()
      runtime.disk.crash(kind, seededRandom(round))
      const { log: again, directory } = await open(runtime.disk, 2)
      expect([again.logStartOffset, again.logEndOffset]).toEqual([0, logEndOffset])
      const before = linesOf(again)
      const ends = new Set(before.map((line) => line.slice(line.indexOf(' '))))
      for (const key of ['a', 'b', 'c']) expect(ends).toContain(` ${key}=${'3'.repeat(99)}`)
      await compactAll(again)
      expect(readRecords(again).filter(({ value }) => value!.startsWith('1'))).toEqual([])
      const names = runtime.disk.list(`${PATH}/t-0`)
      expect(names.filter((name) => /\.(cleaned|swap)$/.test(name))).toEqual([])
      const lines = linesOf(again)
      await directory.close({ clean: true })
      const { log: third } = await open(runtime.disk, 3)
      expect(linesOf(third)).toEqual(lines)
      if (isThrough) {
        expect(operations).toBeGreaterThan(20)
        return
      }
    }
  })
})
