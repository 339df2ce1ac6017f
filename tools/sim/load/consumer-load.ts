import { Consumer, DESERIALIZERS, LogTruncationError, NoOffsetError, UnreadableRecordError } from '@ottla/client'
import type { ClientPlan } from '../plan/plan.ts'
import { CLIENT_TIMES, type LoadWorld } from './producer-load.ts'

const POLL_MS = 1_000
const AFTER_ERROR_MS = 50

/** A consumer that reads all partitions of its topics from their beginnings and tells what it reads and what it stumbles over. */
export class ConsumerLoad {
  readonly name: string
  readonly #world: LoadWorld
  readonly #consumer: Consumer<Uint8Array | null, string | null>
  readonly #positions = new Map<string, number>()
  readonly #ended: Promise<void>
  #stopped = false

  constructor(plan: Extract<ClientPlan, { kind: 'consumer' }>, world: LoadWorld) {
    this.name = plan.name
    this.#world = world
    this.#consumer = new Consumer(world.runtime, {
      ...CLIENT_TIMES,
      bootstrapServers: world.bootstrapServers,
      clientId: plan.name,
      clientRack: plan.rack,
      autoOffsetReset: 'none',
      fetchMaxWaitMs: 300,
      valueDeserializer: DESERIALIZERS.string,
    })
    const partitions = plan.topics.flatMap((topic) =>
      Array.from({ length: world.partitionsOf(topic) }, (_, partition) => ({ topic, partition })),
    )
    this.#consumer.assign(partitions)
    for (const place of partitions) this.#consumer.seek(place, 0)
    this.#ended = this.#run()
  }

  /** The offset of the record that is read next. */
  position(topic: string, partition: number): number {
    return this.#positions.get(`${topic}-${partition}`) ?? 0
  }

  reads(topic: string, partition: number): boolean {
    return this.#consumer.assignment().some((place) => place.topic === topic && place.partition === partition)
  }

  async close(): Promise<void> {
    this.#stopped = true
    await this.#consumer.close()
    await this.#ended
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        for (const record of await this.#consumer.poll({ timeoutMs: POLL_MS })) {
          const { topic, partition, offset, value, leaderEpoch } = record
          this.#positions.set(`${topic}-${partition}`, offset + 1)
          const atMs = this.#world.nowMs()
          const client = this.name
          this.#world.tell({ kind: 'read', atMs, client, topic, partition, offset, value: value ?? '', leaderEpoch })
        }
      } catch (error) {
        if (this.#stopped) return
        this.#goOn(error)
        await new Promise<void>((resolve) => this.#world.runtime.timers.after(AFTER_ERROR_MS, resolve))
      }
    }
  }

  #goOn(error: unknown): void {
    const atMs = this.#world.nowMs()
    const client = this.name
    if (error instanceof LogTruncationError) {
      const { topic, partition, offset: from, divergentOffset = -1 } = error
      this.#world.tell({ kind: 'reset', atMs, client, topic, partition, why: 'truncated', from, to: divergentOffset })
      this.#continueAt({ topic, partition }, divergentOffset)
    } else if (error instanceof NoOffsetError) {
      const { topic, partition, offset: from = -1 } = error
      this.#world.tell({ kind: 'reset', atMs, client, topic, partition, why: 'out of range', from, to: -1 })
      this.#continueAt({ topic, partition }, -1)
    } else if (error instanceof UnreadableRecordError) {
      const { topic, partition, message, offset, nextOffset } = error
      this.#world.tell({ kind: 'unreadable', atMs, client, topic, partition, offset, nextOffset, message })
      this.#continueAt({ topic, partition }, nextOffset)
    }
  }

  #continueAt(place: { readonly topic: string; readonly partition: number }, offset: number): void {
    if (offset >= 0) this.#consumer.seek(place, offset)
    else this.#consumer.seekToBeginning([place])
    this.#positions.set(`${place.topic}-${place.partition}`, Math.max(0, offset))
  }
}
