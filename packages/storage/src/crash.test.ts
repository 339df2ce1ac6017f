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
  | { readonly kind: 'flush' | 'epoch' | 'wait' | 'restart' | 'defer writes' }
  | { readonly kind: 'truncate'; readonly keep: number }
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
    arbitrary: fc.record({ kind: fc.constantFrom('flush', 'epoch', 'wait', 'restart', 'defer writes') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('truncate' as const), keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
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
  #acknowledged: ModelBatch[] = []
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
      case 'crash':
        await this.#crash(step)
    }
    expect(this.#log.logEndOffset).toBe((this.#acknowledged.at(-1)?.lastOffset ?? -1) + 1)
    expect(this.#log.recoveryPoint).toBeLessThanOrEqual(this.#log.logEndOffset)
  }

  async check(): Promise<void> {
    await expectLogHolds(this.#log, this.#acknowledged)
    for (const producer of this.#producers()) await this.#expectRepetitionKnown(producer)
  }

  /** Per producer: what the batches in the log say. */
  #producers(): Producer[] {
    const producers = [0, 1, 2].map((id): Producer => ({ id, nextSequence: 0, lastBatch: undefined }))
    for (const batch of this.#acknowledged) {
      const header = [...batchesIn(batch.bytes)][0]!
      if (header.producerId < 0) continue
      Object.assign(producers[header.producerId]!, { nextSequence: header.lastSequence + 1, lastBatch: batch })
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
    this.#acknowledged.push(...[...batchesIn(records)].map(modelBatchOf))
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
        : { producerId: producer, producerEpoch: 0, baseSequence: this.#producers()[producer]!.nextSequence }
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
    const offset = (this.#acknowledged[count - 1]?.lastOffset ?? -1) + 1
    await this.#log.truncateTo(offset)
    this.#acknowledged = this.#acknowledged.slice(0, count)
    await this.check()
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
    const all = [...this.#acknowledged, ...sent.flatMap((records) => [...batchesIn(records)].map(modelBatchOf))]
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
    this.#acknowledged = all.slice(0, found.length)
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
