import { describe, expect, test } from '@jest/globals'
import { batchesIn } from '@ottla/protocol'
import '@ottla/runtime/node'
import { MemoryDisk, seededRandom, testRuntime } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import { batchOf, CONFIG } from './testing/fixtures.ts'
import { type KillableDisk, killableDisk } from './testing/killable-disk.ts'
import { expectLogHolds, type ModelBatch, modelBatchOf, readAll } from './testing/log-model.ts'
import type { AppendResult } from './types.ts'

/** Segments and index intervals so small that a few batches reach every path. */
const SMALL = { ...CONFIG, segmentBytes: 1500, indexIntervalBytes: 200 }
const PARTITION = { topic: 't', partition: 0, topicId: 'J8aAPcfLQt2bqs1JT_rMgQ' }

type Step =
  | { readonly kind: 'append'; readonly records: number; readonly bytes: number; readonly producer: number }
  | { readonly kind: 'flush' | 'epoch' | 'wait' | 'restart' | 'defer writes' | 'retention' }
  | { readonly kind: 'truncate' | 'delete'; readonly keep: number }
  | { readonly kind: 'crash'; readonly how: 'process' | 'power'; readonly inFlight: number }

const append = fc.record({
  kind: fc.constant('append' as const),
  records: fc.integer({ min: 1, max: 4 }),
  bytes: fc.integer({ min: 1, max: 300 }),
  producer: fc.integer({ min: -1, max: 2 }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: append },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('flush', 'epoch', 'wait', 'restart', 'defer writes', 'retention') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('truncate', 'delete'),
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      how: fc.constantFrom('process' as const, 'power' as const),
      inFlight: fc.integer({ min: 0, max: 3 }),
    }),
  },
)

interface Producer {
  readonly id: number
  nextSequence: number
  lastBatch: ModelBatch | undefined
}

/** A log directory with one log, across restarts and crashes, beside what must be in it. */
class Machine {
  readonly #disk: MemoryDisk
  readonly #random: ReturnType<typeof seededRandom>
  readonly #config: typeof SMALL
  #killable!: KillableDisk
  #clock!: ReturnType<typeof testRuntime>['clock']
  #directory!: LogDirectory
  #log!: PartitionLog
  /** What can be read. */
  #acknowledged: ModelBatch[] = []
  /** With what was deleted: producers are known by it all the same. */
  #history: ModelBatch[] = []
  #startOffset = 0
  /** Of the first producer: after a power loss nobody knows how far those before had come, once something was deleted. */
  #firstProducer = 0
  #brokerEpoch = 0
  #count = 0
  #timestampMs = CONFIG.segmentMs

  constructor(seed: number, config: typeof SMALL) {
    this.#disk = new MemoryDisk()
    this.#random = seededRandom(seed)
    this.#config = config
  }

  async start(): Promise<LogDirectory> {
    const runtime = testRuntime({ disk: this.#disk })
    this.#clock = runtime.clock
    this.#killable = killableDisk(this.#disk)
    const world = { ...runtime, disk: this.#killable.disk }
    this.#directory = await LogDirectory.open({ world, random: this.#random, path: '/data', brokerId: 1 })
    this.#log = await this.#directory.openLog({ ...PARTITION, config: this.#config })
    await this.#directory.markRunning(++this.#brokerEpoch)
    await this.#log.assignLeaderEpoch(Math.max(0, this.#log.latestLeaderEpoch))
    return this.#directory
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        await this.#append(step)
        break
      case 'flush':
        await this.#log.flush()
        break
      case 'epoch':
        await this.#log.assignLeaderEpoch(this.#log.latestLeaderEpoch + 1)
        break
      case 'wait':
        await this.#clock.advance(61_000)
        break
      case 'defer writes':
        this.#disk.deferWrites = !this.#disk.deferWrites
        break
      case 'restart':
        await this.#restart()
        break
      case 'truncate':
        await this.#truncate(step.keep)
        break
      case 'delete':
        await this.#delete(step.keep)
        break
      case 'retention':
        await this.#retention()
        break
      case 'crash':
        await this.#crash(step)
    }
    expect(this.#log.logStartOffset).toBe(this.#startOffset)
    expect(this.#log.logEndOffset).toBe((this.#acknowledged.at(-1)?.lastOffset ?? this.#startOffset - 1) + 1)
    expect(this.#log.recoveryPoint).toBeLessThanOrEqual(this.#log.logEndOffset)
  }

  async check(): Promise<void> {
    await expectLogHolds(this.#log, this.#acknowledged)
    for (const producer of this.#producers()) await this.#expectRepetitionKnown(producer)
  }

  /** Per producer: what the batches in the log say. */
  #producers(): Producer[] {
    const ids = [0, 1, 2].map((index) => this.#firstProducer + index)
    const producers = ids.map((id): Producer => ({ id, nextSequence: 0, lastBatch: undefined }))
    for (const batch of this.#history) {
      const header = [...batchesIn(batch.bytes)][0]!
      const producer = producers[header.producerId - this.#firstProducer]
      if (producer !== undefined) Object.assign(producer, { nextSequence: header.lastSequence + 1, lastBatch: batch })
    }
    return producers
  }

  async #expectRepetitionKnown({ id, lastBatch }: Producer): Promise<void> {
    if (lastBatch === undefined) return
    const header = [...batchesIn(lastBatch.bytes)][0]!
    const again = batchOf(Array(header.recordCount).fill('again'), {
      producerId: id,
      producerEpoch: 0,
      baseSequence: header.baseSequence,
    })
    expect(await this.#send(again)).toMatchObject({ ok: true, duplicate: true, firstOffset: lastBatch.baseOffset })
  }

  async #append(input: { records: number; bytes: number; producer: number }): Promise<void> {
    const records = this.#batch(input)
    const result = await this.#send(records)
    expect(result.ok ? '' : result.message).toBe('')
    const batches = [...batchesIn(records)].map(modelBatchOf)
    this.#acknowledged.push(...batches)
    this.#history.push(...batches)
  }

  #batch({ records, bytes, producer }: { records: number; bytes: number; producer: number }): Uint8Array {
    const values = Array.from({ length: records }, () => `${this.#count++}${'x'.repeat(bytes)}`)
    // Times go back and forth, as clients' clocks do.
    this.#timestampMs += this.#random.integer(2000) - 900
    const timestamped = values.map((value) => ({
      key: null,
      value: new TextEncoder().encode(value),
      timestamp: this.#timestampMs,
    }))
    const identity =
      producer < 0
        ? {}
        : {
            producerId: this.#firstProducer + producer,
            producerEpoch: 0,
            baseSequence: this.#producers()[producer]!.nextSequence,
          }
    return batchOf([], { records: timestamped, ...identity })
  }

  #send(records: Uint8Array): Promise<AppendResult> {
    const { latestLeaderEpoch: leaderEpoch } = this.#log
    return new Promise((resolve) => this.#log.append({ records, leaderEpoch, origin: 'client' }, resolve))
  }

  async #restart(): Promise<void> {
    await this.#directory.close({ clean: true })
    const directory = await this.start()
    expect(directory.recovery).toBe('clean')
    expect(directory.unsyncedMayBeMissing(this.#brokerEpoch - 1)).toBe(false)
    await this.check()
  }

  async #truncate(keep: number): Promise<void> {
    const count = Math.floor(keep * this.#acknowledged.length)
    const offset = (this.#acknowledged[count - 1]?.lastOffset ?? this.#startOffset - 1) + 1
    await this.#log.truncateTo(offset)
    // An empty log forgets its epochs; whoever leads it next begins one.
    if (this.#log.latestLeaderEpoch < 0) await this.#log.assignLeaderEpoch(0)
    this.#cutModel(this.#acknowledged.slice(0, count))
    await this.check()
  }

  #cutModel(acknowledged: ModelBatch[]): void {
    this.#acknowledged = acknowledged
    const endOffset = this.#log.logEndOffset
    this.#history = this.#history.filter((batch) => batch.lastOffset < endOffset)
  }

  async #delete(keep: number): Promise<void> {
    this.#log.updateHighWatermark(this.#log.logEndOffset)
    const first = this.#acknowledged[Math.floor((1 - keep) * this.#acknowledged.length)]
    await this.#log.deleteRecordsBefore(first?.baseOffset ?? this.#log.logEndOffset)
    this.#startMoved()
  }

  /** Keeps two segments' worth. */
  async #retention(): Promise<void> {
    this.#log.updateHighWatermark(this.#log.logEndOffset)
    this.#log.updateConfig({ ...this.#config, retentionBytes: 2 * this.#config.segmentBytes })
    await this.#directory.enforceRetention()
    this.#startMoved()
    await this.check()
  }

  #startMoved(): void {
    expect(this.#log.logStartOffset).toBeGreaterThanOrEqual(this.#startOffset)
    this.#startOffset = this.#log.logStartOffset
    this.#acknowledged = this.#acknowledged.filter((batch) => batch.baseOffset >= this.#startOffset)
  }

  async #crash({ how, inFlight }: { how: 'process' | 'power'; inFlight: number }): Promise<void> {
    const sent = Array.from({ length: inFlight }, () => this.#batch({ records: 2, bytes: 90, producer: -1 }))
    const results: AppendResult[] = []
    for (const records of sent) {
      const { latestLeaderEpoch: leaderEpoch } = this.#log
      this.#log.append({ records, leaderEpoch, origin: 'client' }, (result) => results.push(result))
    }
    for (let turns = this.#random.integer(3); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
    const confirmed = results.filter((result) => result.ok).length
    const inTheAir = sent.flatMap((records) => [...batchesIn(records)].map(modelBatchOf))
    const all = [...this.#acknowledged, ...inTheAir]
    const certain = this.#acknowledged.length + confirmed
    const syncedEnd = this.#log.recoveryPoint
    this.#killable.kill()
    this.#disk.crash(how, this.#random)
    const directory = await this.start()
    expect(directory.recovery).toBe(how === 'process' ? 'fast' : 'full')
    expect(directory.unsyncedMayBeMissing(this.#brokerEpoch - 1)).toBe(how === 'power')
    const found = readAll(this.#log)
    const mustHold = how === 'process' ? certain : all.filter((batch) => batch.lastOffset < syncedEnd).length
    expect(found.length).toBeGreaterThanOrEqual(mustHold)
    this.#history.push(...inTheAir)
    this.#cutModel(all.slice(0, found.length))
    if (how === 'power' && this.#startOffset > 0) this.#firstProducer += 3
    await this.check()
  }
}

describe('crashes', () => {
  for (const [name, config] of [
    ['without syncs of its own', SMALL],
    ['with flush.messages=1', { ...SMALL, flushMessages: 1 }],
    ['with flush.ms', { ...SMALL, flushMs: 1000 }],
  ] as const) {
    test(`what was acknowledged survives a kill, what was synced a power loss: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer(), async (steps, seed) => {
          const machine = new Machine(seed, config)
          await machine.start()
          for (const next of steps) await machine.run(next)
          await machine.check()
        }),
        { numRuns: 150 },
      )
    })
  }
})
