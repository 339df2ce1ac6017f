import { Producer } from '@ottla/client'
import type { Random, Runtime } from '@ottla/runtime'
import type { SimEvent } from '../history.ts'
import type { ClientPlan } from '../plan/plan.ts'

/** What all clients of a run share. */
export interface LoadWorld {
  readonly bootstrapServers: string
  readonly runtime: Runtime
  readonly nowMs: () => number
  readonly tell: (event: SimEvent) => void
  /** How many partitions a topic has to be written to and read from. */
  readonly partitionsOf: (topic: string) => number
  /** Whether the topic keeps the last record of each key only. */
  readonly isCompacted: (topic: string) => boolean
}

/** Times of clients that notice failures within seconds, so that a run need not last for minutes. */
export const CLIENT_TIMES = {
  requestTimeoutMs: 2_000,
  defaultApiTimeoutMs: 10_000,
  retryBackoffMs: 40,
  retryBackoffMaxMs: 400,
  socketConnectionSetupTimeoutMs: 1_500,
  metadataMaxAgeMs: 5_000,
}

/** Records without an answer before it sends no more for now. */
const IN_FLIGHT_MAX = 60

const KEYS = 5

/** The key of a value in a topic that is compacted: of every producer a few. */
export function keyOfValue(value: string): string {
  const [client, , number] = value.split(':')
  return `${client}:${Number(number) % KEYS}`
}

/** A producer that writes numbered values to partitions of its own choice, and tells what becomes of each. */
export class ProducerLoad {
  readonly name: string
  readonly #plan: Extract<ClientPlan, { kind: 'producer' }>
  readonly #world: LoadWorld
  readonly #random: Random
  readonly #producer: Producer
  #sent = 0
  #unsettled = 0
  #stopped = false

  constructor(plan: Extract<ClientPlan, { kind: 'producer' }>, world: LoadWorld) {
    this.name = plan.name
    this.#plan = plan
    this.#world = world
    this.#random = world.runtime.random
    this.#producer = new Producer(world.runtime, {
      ...CLIENT_TIMES,
      bootstrapServers: world.bootstrapServers,
      clientId: plan.name,
      acks: plan.acks,
      lingerMs: plan.lingerMs,
      deliveryTimeoutMs: plan.deliveryTimeoutMs,
      maxBlockMs: 120_000,
      batchSize: 2_000,
      // Without idempotence only one request at a time keeps the order.
      ...(plan.acks === 1 && { maxInFlightRequestsPerConnection: 1 }),
    })
    this.#scheduleNext()
  }

  /** Records that have neither been acknowledged nor given up. */
  get unsettled(): number {
    return this.#unsettled
  }

  get sent(): number {
    return this.#sent
  }

  /** Sends nothing more. */
  stop(): void {
    this.#stopped = true
  }

  /** One more record to each partition: the proof that the cluster takes records again. */
  sendEverywhere(): void {
    for (const topic of this.#plan.topics) {
      for (let partition = 0; partition < this.#world.partitionsOf(topic); partition++) this.#send(topic, partition)
    }
  }

  close(): Promise<void> {
    this.#stopped = true
    return this.#producer.close({ timeoutMs: 0 })
  }

  #scheduleNext(): void {
    const { pauseMs } = this.#plan
    const afterMs = this.#random.integer(2 * pauseMs)
    this.#world.runtime.timers.after(afterMs, () => {
      if (this.#stopped) return
      const burst = this.#random.integer(10) === 0 ? 8 : 1
      for (let n = 0; n < burst && this.#unsettled < IN_FLIGHT_MAX; n++) this.#sendSomewhere()
      this.#scheduleNext()
    })
  }

  #sendSomewhere(): void {
    const { topics } = this.#plan
    const topic = topics[this.#random.integer(topics.length)]!
    this.#send(topic, this.#random.integer(this.#world.partitionsOf(topic)))
  }

  #send(topic: string, partition: number): void {
    const { tell, nowMs } = this.#world
    const { acks, paddingMax } = this.#plan
    const client = this.name
    const value = `${client}:${topic}-${partition}:${this.#sent++}`
    const padding = paddingMax > 0 ? 'k'.repeat(this.#random.integer(paddingMax)) : 'k'
    const key = this.#world.isCompacted(topic) ? keyOfValue(value) : padding
    tell({ kind: 'sent', atMs: nowMs(), client, topic, partition, value })
    this.#unsettled++
    this.#producer.send({ topic, partition, key, value }, (error, { offset }) => {
      this.#unsettled--
      const about = { atMs: nowMs(), client, topic, partition, value }
      if (error === undefined) tell({ kind: 'acknowledged', ...about, acks, offset })
      else tell({ kind: 'refused', ...about, error: error.errorName })
    })
  }
}
