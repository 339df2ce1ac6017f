/**
 * A shard's whole surroundings in a few lines, for tests: records go through their bytes into a log and are replayed at once, timers run by a clock
 * that the test moves, replies are collected by ticket. `reload` is what a change of leader does.
 */
import { encodeVersioned } from '@ottla/protocol'
import {
  CONSUMER_OFFSETS_RECORDS,
  decodeCoordinatorRecord,
  encodeCoordinatorKey,
} from '@ottla/protocol/coordinator-records'
import { EMPTY_IMAGE, type MetadataDelta, type MetadataImage } from '@ottla/replication'
import type { Caller, Outcome, Shard, ShardRecord, ShardView } from '../../../shard.ts'

export interface LoggedRecord {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

export interface ShardRunOptions<Effect, Result> {
  runEffect?(effect: Effect, image: MetadataImage): Promise<Result>
}

export class ShardRun<Request, Reply, Soft, Effect, Result> {
  nowMs = 1_700_000_000_000
  image: MetadataImage = EMPTY_IMAGE
  shard: Shard<Request, Reply, Soft, Effect, Result>
  /** Everything that was ever written. */
  readonly log: LoggedRecord[] = []
  readonly replies = new Map<number, Reply>()
  /** By key: when it is due. */
  readonly timers = new Map<string, number>()
  /** How many records each outcome had. */
  readonly outcomeSizes: number[] = []
  readonly #newShard: () => Shard<Request, Reply, Soft, Effect, Result>
  readonly #options: ShardRunOptions<Effect, Result>
  #effects: Promise<void>[] = []
  #nextTicket = 0
  #nextId = 0

  constructor(
    newShard: () => Shard<Request, Reply, Soft, Effect, Result>,
    options: ShardRunOptions<Effect, Result> = {},
  ) {
    this.#newShard = newShard
    this.#options = options
    this.shard = newShard()
    this.#follow(this.shard.loaded(this.view))
  }

  get view(): ShardView {
    return { nowMs: this.nowMs, image: this.image, newId: () => `id-${this.#nextId++}` }
  }

  /** Returns the ticket. */
  send(request: Request, caller: Partial<Caller> = {}): number {
    const ticket = this.#nextTicket++
    const who = { ticket, clientId: 'client', clientHost: '/127.0.0.1', apiVersion: 8, ...caller }
    this.#follow(this.shard.handle(request, who, this.view))
    return ticket
  }

  /** Sends, and gives the reply that is there at once or after the work that has no time to wait for. */
  call(request: Request, caller: Partial<Caller> = {}): Reply | undefined {
    const ticket = this.send(request, caller)
    this.advance(0)
    return this.replies.get(ticket)
  }

  advance(ms: number): void {
    const until = this.nowMs + ms
    for (let due = this.#due(until); due !== undefined; due = this.#due(until)) {
      this.nowMs = Math.max(this.nowMs, due[1])
      this.timers.delete(due[0])
      this.#follow(this.shard.expired(due[0], this.view))
    }
    this.nowMs = until
  }

  changeImage(image: MetadataImage, delta: Partial<MetadataDelta>): void {
    this.image = image
    const nothing = {
      topicsChanged: new Set<string>(),
      brokersChanged: new Set<number>(),
      configsChanged: new Set<string>(),
    }
    this.#follow(this.shard.imageChanged({ ...nothing, topicsRemoved: new Map(), ...delta }, this.view))
  }

  /** Waits for effects under way, and for those that they lead to. */
  async settle(): Promise<void> {
    while (this.#effects.length > 0) await Promise.all(this.#effects.splice(0))
  }

  /** Another shard, from the log alone. */
  reload(log: readonly LoggedRecord[] = this.log): void {
    this.shard = this.#newShard()
    this.timers.clear()
    for (const [offset, logged] of log.entries()) this.#replay(offset, logged)
    this.#follow(this.shard.loaded(this.view))
  }

  /** The log after compaction: the last record of each key, without tombstones, at the offset that it had. */
  reloadCompacted(): void {
    const last = new Map(this.log.map(({ key }, offset) => [Buffer.from(key).toString('hex'), offset]))
    this.shard = this.#newShard()
    this.timers.clear()
    for (const [offset, logged] of this.log.entries()) {
      if (logged.value !== null && last.get(Buffer.from(logged.key).toString('hex')) === offset)
        this.#replay(offset, logged)
    }
    this.#follow(this.shard.loaded(this.view))
  }

  #due(until: number): readonly [string, number] | undefined {
    let first: readonly [string, number] | undefined
    for (const timer of this.timers)
      if (timer[1] <= until && (first === undefined || timer[1] < first[1])) first = timer
    return first
  }

  #follow(outcome: Outcome<Reply, Soft, Effect>): void {
    if (outcome.records?.length) this.outcomeSizes.push(outcome.records.length)
    for (const record of outcome.records ?? []) {
      const logged = encodeRecord(record)
      this.log.push(logged)
      this.#replay(this.log.length - 1, logged)
    }
    for (const soft of outcome.soft ?? []) this.shard.apply(soft)
    for (const { ticket, reply } of outcome.replies ?? []) this.#answer(ticket, reply)
    for (const { key, afterMs } of outcome.timers ?? []) {
      if (afterMs === undefined) this.timers.delete(key)
      else this.timers.set(key, this.nowMs + afterMs)
    }
    for (const effect of outcome.effects ?? []) this.#effects.push(this.#run(effect, this.shard))
  }

  #answer(ticket: number, reply: Reply): void {
    if (this.replies.has(ticket)) throw new Error(`ticket ${ticket} has been answered before`)
    this.replies.set(ticket, reply)
  }

  async #run(effect: Effect, shard: Shard<Request, Reply, Soft, Effect, Result>): Promise<void> {
    const result = await this.#options.runEffect?.(effect, this.image)
    if (result !== undefined && shard === this.shard) this.#follow(shard.finished(result, this.view))
  }

  #replay(offset: number, { key, value }: LoggedRecord): void {
    const decoded = decodeCoordinatorRecord(CONSUMER_OFFSETS_RECORDS, key, value)
    if (decoded.kind === 'unknown') return
    const valueVersion = value === null ? 0 : new DataView(value.buffer, value.byteOffset).getInt16(0)
    this.shard.replay(offset, { ...decoded, valueVersion })
  }
}

export function encodeRecord({ pair, key, value, valueVersion }: ShardRecord): LoggedRecord {
  return {
    key: encodeCoordinatorKey(pair.key, key as never),
    value: value === null ? null : encodeVersioned(pair.value, valueVersion, value as never),
  }
}
