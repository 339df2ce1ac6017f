/**
 * A partition of a coordinators' topic that this broker leads, in one leader epoch.
 *
 * States: `loading` -> `running` -> (`waiting` -> `loading` …) -> `over`. `waiting`: the state could not be loaded, or was unloaded since it
 * could not be trusted any more; it is loaded anew after a back-off that doubles while that goes wrong again and again. `over` is final:
 * the leadership has ended.
 *
 * Invariant: a load begins when the log has answered every append of the life before, so what it reads to is the end.
 */
import { type ErrorName, KafkaError } from '@ottla/protocol'
import type { MetadataDelta } from '@ottla/replication'
import type { Timer } from '@ottla/runtime'
import type { Caller, Shard } from '../shard.ts'
import type { ShardLog } from '../shard-log.ts'
import { type LoadReport, loadShard } from './load-shard.ts'
import type { CoordinatorRuntimeOptions } from './options.ts'
import { RunningShard } from './running-shard.ts'

type State<Request, Reply, Soft, Effect, Result> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'running'; readonly running: RunningShard<Request, Reply, Soft, Effect, Result>; sinceMs: number }
  | { readonly kind: 'waiting'; readonly why: 'load' | 'state'; timer?: Timer }
  | { readonly kind: 'over' }

export interface LoadTurns {
  /** Runs `load` when few others are loading. */
  run(load: () => Promise<void>): Promise<void>
}

/** How a load went, for metrics. */
export type LoadListener = (outcome: { readonly ok: boolean; readonly tookMs: number }) => void

export interface LedShardOptions<Request, Reply, Soft, Effect, Result> {
  readonly parts: CoordinatorRuntimeOptions<Request, Reply, Soft, Effect, Result>
  readonly log: ShardLog
  readonly turns: LoadTurns
  readonly onLoad: LoadListener
}

const RELOAD_MS_MIN = 100
const RELOAD_MS_MAX = 30_000
/** A life that lasts so long shows that the trouble is over. */
const SOUND_MS = 30_000

export class LedShard<Request, Reply, Soft, Effect, Result> {
  readonly log: ShardLog
  readonly #options: LedShardOptions<Request, Reply, Soft, Effect, Result>
  #state: State<Request, Reply, Soft, Effect, Result> = { kind: 'loading' }
  #failures = 0
  /** What has happened to the metadata since the last life ended, or the first load began. */
  #missed: MetadataDelta | undefined

  constructor(options: LedShardOptions<Request, Reply, Soft, Effect, Result>) {
    this.#options = options
    this.log = options.log
  }

  get state(): State<Request, Reply, Soft, Effect, Result>['kind'] {
    return this.#state.kind
  }

  /** Undefined while it is not loaded. */
  get shard(): Shard<Request, Reply, Soft, Effect, Result> | undefined {
    return this.#state.kind === 'running' ? this.#state.running.shard : undefined
  }

  /** Loads it in the background. */
  begin(): void {
    this.#state = { kind: 'loading' }
    void this.#options.turns.run(() => this.#load())
  }

  /** Rejects with a KafkaError. */
  call(request: Request, who: Omit<Caller, 'ticket'>): Promise<Reply> {
    if (this.#state.kind === 'running') return this.#state.running.call(request, who)
    return Promise.reject(new KafkaError(this.refusal!, `the coordinator of ${this.#name} is not loaded`))
  }

  /** Why it cannot be called, if so. */
  get refusal(): ErrorName | undefined {
    const state = this.#state
    if (state.kind === 'running') return undefined
    // As in Kafka: one that cannot be loaded is none.
    const isNone = state.kind === 'over' || (state.kind === 'waiting' && state.why === 'load')
    return isNone ? 'NOT_COORDINATOR' : 'COORDINATOR_LOAD_IN_PROGRESS'
  }

  /** A shard that is not loaded hears of it when it is: a topic that is deleted meanwhile must not keep its offsets. */
  imageChanged(delta: MetadataDelta): void {
    if (this.#state.kind === 'running') this.#state.running.imageChanged(delta)
    else this.#missed = this.#missed === undefined ? delta : bothDeltas(this.#missed, delta)
  }

  /** The leadership has ended. */
  end(): void {
    const state = this.#state
    this.#state = { kind: 'over' }
    if (state.kind === 'waiting') state.timer?.clear()
    if (state.kind === 'running') state.running.end('NOT_COORDINATOR', `this broker leads ${this.#name} no longer`)
  }

  get #name(): string {
    return `${this.log.topic}-${this.log.partition}`
  }

  get #world() {
    return this.#options.parts.world
  }

  async #load(): Promise<void> {
    const loading = this.#state
    const isOver = () => this.#state !== loading
    if (isOver() || loading.kind !== 'loading') return
    const { parts, log } = this.#options
    const startMs = this.#world.clock.monotonic()
    try {
      const shard = parts.newShard(log.partition)
      const { world, recordTypes, loadBytes } = parts
      const report = await loadShard({ log, shard, world, recordTypes, loadBytes, isOver })
      if (report === undefined || isOver()) return
      const tookMs = this.#world.clock.monotonic() - startMs
      this.#report(report, tookMs)
      this.#run(shard)
      this.#options.onLoad({ ok: true, tookMs })
    } catch (error) {
      if (!isOver()) this.#loadFailed(error, this.#world.clock.monotonic() - startMs)
    }
  }

  #run(shard: Shard<Request, Reply, Soft, Effect, Result>): void {
    const { parts, log } = this.#options
    const running: RunningShard<Request, Reply, Soft, Effect, Result> = new RunningShard({
      parts,
      shard,
      log,
      failed: (error) => void this.#broken(running, error),
      lost: () => this.#lost(running),
    })
    this.#state = { kind: 'running', running, sinceMs: this.#world.clock.monotonic() }
    running.begin()
    const missed = this.#missed
    this.#missed = undefined
    if (missed !== undefined) this.imageChanged(missed)
  }

  #report({ records, bytes, skipped, openTransactions }: LoadReport, tookMs: number): void {
    const fields = { leaderEpoch: this.log.leaderEpoch, records, bytes, tookMs: Math.round(tookMs) }
    const { logger } = this.#world
    if (records === 0) logger.debug(`loaded the coordinator of ${this.#name}`, fields)
    else logger.info(`loaded the coordinator of ${this.#name}`, fields)
    if (skipped > 0)
      logger.warn(`${this.#name} holds records of types that are not known; they are left alone`, { skipped })
    if (openTransactions > 0) {
      logger.warn(`${this.#name} holds transactions without end, whose records do not count`, { openTransactions })
    }
  }

  #loadFailed(error: unknown, tookMs: number): void {
    const retryMs = this.#waitAndLoad('load')
    const hint = 'kafka-dump-log shows what is there; a replica on another broker may be sound: let it lead'
    const fields = { leaderEpoch: this.log.leaderEpoch, retryMs, error }
    this.#world.logger.error(`cannot load the coordinator of ${this.#name}, its groups are not served: ${hint}`, fields)
    this.#options.onLoad({ ok: false, tookMs })
  }

  /** Its state is not what the log says. */
  async #broken(running: RunningShard<Request, Reply, Soft, Effect, Result>, error: unknown): Promise<void> {
    const state = this.#state
    if (state.kind !== 'running' || state.running !== running) return
    if (this.#world.clock.monotonic() - state.sinceMs >= SOUND_MS) this.#failures = 0
    const waiting: State<Request, Reply, Soft, Effect, Result> = { kind: 'waiting', why: 'state' }
    this.#state = waiting
    this.#world.logger.warn(`the coordinator of ${this.#name} is loaded anew: its records could not be written`, {
      leaderEpoch: this.log.leaderEpoch,
      error,
    })
    await running.drained()
    if (this.#state === waiting) this.#waitAndLoad('state')
  }

  #lost(running: RunningShard<Request, Reply, Soft, Effect, Result>): void {
    if (this.#state.kind === 'running' && this.#state.running === running) this.#state = { kind: 'over' }
  }

  #waitAndLoad(why: 'load' | 'state'): number {
    const retryMs = Math.min(RELOAD_MS_MAX, RELOAD_MS_MIN * 2 ** this.#failures)
    this.#failures += 1
    const timer = this.#world.timers.after(retryMs, () => this.begin())
    this.#state = { kind: 'waiting', why, timer }
    return retryMs
  }
}

function bothDeltas(first: MetadataDelta, second: MetadataDelta): MetadataDelta {
  return {
    topicsChanged: new Set([...first.topicsChanged, ...second.topicsChanged]),
    topicsRemoved: new Map([...first.topicsRemoved, ...second.topicsRemoved]),
    brokersChanged: new Set([...first.brokersChanged, ...second.brokersChanged]),
    configsChanged: new Set([...first.configsChanged, ...second.configsChanged]),
  }
}
