/**
 * The shards of one coordinators' topic on this broker: loaded as it comes to lead their partitions, unloaded as it stops, and called by the
 * handlers. What happens within one is in running-shard.ts, how it gets there in led-shard.ts.
 */
import { KafkaError } from '@ottla/protocol'
import type { MetadataDelta } from '@ottla/replication'
import type { Caller, Shard } from '../shard.ts'
import type { ShardLog } from '../shard-log.ts'
import { LedShard, type LoadListener } from './led-shard.ts'
import type { CoordinatorRuntimeOptions } from './options.ts'
import { Turns } from './turns.ts'

/** Partitions that are loaded at a time; each takes a buffer. */
const LOADS_MAX = 2

export class CoordinatorRuntime<Request, Reply, Soft, Effect, Result> {
  readonly #options: CoordinatorRuntimeOptions<Request, Reply, Soft, Effect, Result>
  readonly #led = new Map<number, LedShard<Request, Reply, Soft, Effect, Result>>()
  readonly #turns = new Turns(LOADS_MAX)
  readonly #onLoad: LoadListener

  constructor(
    options: CoordinatorRuntimeOptions<Request, Reply, Soft, Effect, Result>,
    { onLoad = () => {} }: { readonly onLoad?: LoadListener } = {},
  ) {
    this.#options = options
    this.#onLoad = onLoad
  }

  /** This broker leads the partition in this epoch: it is loaded, then served. */
  lead(log: ShardLog): void {
    this.lost(log.partition)
    const led = new LedShard({ parts: this.#options, log, turns: this.#turns, onLoad: this.#onLoad })
    this.#led.set(log.partition, led)
    led.begin()
  }

  /** This broker leads it no longer: whoever waits is told NOT_COORDINATOR before this returns. */
  lost(partition: number): void {
    this.#led.get(partition)?.end()
    this.#led.delete(partition)
  }

  /**
   * Asks a shard. Rejects with a KafkaError: NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE (too few
   * replicas, no commit in time, a failed append), RECORD_LIST_TOO_LARGE (the records do not fit max.message.bytes; nothing has
   * changed), UNKNOWN_SERVER_ERROR (a defect; nothing has changed). The request is handled before this returns.
   */
  call(partition: number, request: Request, who: Omit<Caller, 'ticket'>): Promise<Reply> {
    const led = this.#led.get(partition)
    if (led !== undefined) return led.call(request, who)
    return Promise.reject(new KafkaError('NOT_COORDINATOR'))
  }

  /**
   * The same asked of every shard that is here. One that is loading rejects the whole with COORDINATOR_LOAD_IN_PROGRESS; one that cannot be
   * loaded, or goes meanwhile, is left out, as in Kafka.
   */
  async callAll(request: Request, who: Omit<Caller, 'ticket'>): Promise<Reply[]> {
    const led = [...this.#led.values()]
    const loading = led.find(({ refusal }) => refusal === 'COORDINATOR_LOAD_IN_PROGRESS')
    if (loading !== undefined) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS')
    const replies = await Promise.all(led.map((each) => unlessGone(each.call(request, who))))
    return replies.flatMap((reply) => (reply === undefined ? [] : [reply.value]))
  }

  /** `image()` is a newer one. */
  imageChanged(delta: MetadataDelta): void {
    for (const led of this.#led.values()) led.imageChanged(delta)
  }

  /** Loaded shards by partition, with the epoch that they are led in. */
  *running(): Generator<RunningPartition<Request, Reply, Soft, Effect, Result>> {
    for (const [partition, { shard, log }] of this.#led) {
      if (shard !== undefined) yield { partition, leaderEpoch: log.leaderEpoch, shard }
    }
  }

  /** Loaded shards, for metrics. */
  *shards(): Generator<Shard<Request, Reply, Soft, Effect, Result>> {
    for (const { shard } of this.#led.values()) if (shard !== undefined) yield shard
  }

  /** Partitions that are here, by what they are doing. */
  states(): { readonly loading: number; readonly running: number; readonly failed: number } {
    const counts = { loading: 0, running: 0, failed: 0 }
    for (const { state } of this.#led.values()) {
      if (state === 'running') counts.running += 1
      else if (state === 'loading') counts.loading += 1
      else counts.failed += 1
    }
    return counts
  }

  close(): void {
    for (const partition of [...this.#led.keys()]) this.lost(partition)
  }
}

interface RunningPartition<Request, Reply, Soft, Effect, Result> {
  readonly partition: number
  readonly leaderEpoch: number
  readonly shard: Shard<Request, Reply, Soft, Effect, Result>
}

async function unlessGone<T>(reply: Promise<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await reply }
  } catch (error) {
    if (error instanceof KafkaError && error.errorName === 'NOT_COORDINATOR') return undefined
    throw error
  }
}
