/**
 * Whatever happens in whatever order: a call ends once, what was acknowledged is in the log and stays, and the state is that of the log.
 */
import '@ottla/runtime/node'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ScriptedShardLog } from './testing/scripted-shard-log.ts'
import { NOBODY, type Toy, toy } from './testing/toy-runtime.ts'
import type { ToyRequest } from './testing/toy-shard.ts'

type Step =
  | { readonly kind: 'call'; readonly request: ToyRequest }
  | { readonly kind: 'advance'; readonly ms: number }
  | {
      readonly kind: 'hold' | 'write' | 'uncommit' | 'commit' | 'fail' | 'gap' | 'refuse' | 'accept' | 'lose' | 'epoch'
    }

const name = fc.constantFrom('a', 'b', 'c')
const request: fc.Arbitrary<ToyRequest> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), name, value: fc.integer({ min: 1, max: 1_000_000 }) }),
  fc.record({ kind: fc.constant('get' as const), name }),
  fc.constant({ kind: 'park' as const }),
  fc.record({ kind: fc.constant('wake' as const), value: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant('put-all' as const),
    names: fc.array(name, { minLength: 1, maxLength: 9 }),
    divisible: fc.boolean(),
  }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('call' as const), request }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(0, 1, 200, 6000) }) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom('hold', 'write', 'uncommit', 'commit', 'fail', 'gap', 'refuse', 'accept', 'lose', 'epoch')
      .map((kind) => ({ kind }) as Step),
  },
)

/** A world in which the steps are taken. */
class Play {
  readonly parts: Toy = toy()
  log = new ScriptedShardLog()
  /** How often each call has ended. */
  readonly ends: number[] = []
  /** Names and values that were acknowledged. */
  readonly acknowledged: { readonly name: string; readonly value: number }[] = []

  async begin(): Promise<void> {
    this.log.batchBytesMax = 300
    this.parts.runtime.lead(this.log)
    await this.parts.world.clock.settle()
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'call':
        return this.#call(step.request)
      case 'advance':
        return this.parts.world.clock.advance(step.ms)
      case 'hold':
        this.log.held = true
        return
      case 'write':
        this.log.held = false
        return this.log.write()
      case 'uncommit':
        this.log.uncommitted = true
        return
      case 'commit':
        this.log.uncommitted = false
        return this.log.commit()
      case 'fail':
        this.log.nextFailure = 'KAFKA_STORAGE_ERROR'
        return
      case 'gap':
        this.log.nextGap = 2
        return
      case 'refuse':
        this.log.refused = 'NOT_ENOUGH_REPLICAS'
        return
      case 'accept':
        this.log.refused = undefined
        return
      case 'lose':
        return this.parts.runtime.lost(0)
      case 'epoch':
        return this.#nextEpoch()
    }
  }

  /** All is well again, and everything has settled. */
  async end(): Promise<void> {
    await this.take({ kind: 'accept' })
    this.log.nextFailure = undefined
    this.log.nextGap = 0
    await this.take({ kind: 'write' })
    await this.take({ kind: 'commit' })
    await this.parts.world.clock.advance(60_000)
    const before = this.#isServed ? this.parts.shards.at(-1)!.values : undefined
    await this.#nextEpoch()
    if (before !== undefined) expect(this.parts.shards.at(-1)!.values).toEqual(before)
    await this.#call({ kind: 'wake', value: 1 })
    await this.parts.world.clock.settle()
  }

  get #isServed(): boolean {
    return this.parts.runtime.states().running === 1
  }

  #call(request: ToyRequest): void {
    const index = this.ends.push(0) - 1
    const ended = () => {
      this.ends[index] = this.ends[index]! + 1
    }
    this.parts.runtime.call(0, request, NOBODY).then((reply) => {
      ended()
      if (request.kind === 'put') this.acknowledged.push({ name: request.name, value: reply })
    }, ended)
  }

  async #nextEpoch(): Promise<void> {
    // As a partition does before a change of its role: what is pending is written or has failed.
    this.parts.runtime.lost(0)
    this.log.write()
    this.log = this.log.nextEpoch()
    this.log.batchBytesMax = 300
    this.parts.runtime.lead(this.log)
    await this.parts.world.clock.settle()
  }

  /** `offset name=value` of the log, as a load sees it. */
  logged(): string[] {
    return this.parts.shards.at(-1)!.replayed
  }
}

test('any order of calls, commits, failures and changes of leader', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const play = new Play()
      await play.begin()
      for (const each of steps) await play.take(each)
      await play.end()
      expect(play.ends.filter((times) => times !== 1)).toEqual([])
      const logged = new Set(play.logged().map((line) => line.slice(line.indexOf(' ') + 1)))
      for (const { name: each, value } of play.acknowledged) expect(logged).toContain(`${each}=${value}`)
    }),
    { numRuns: 300 },
  )
})
