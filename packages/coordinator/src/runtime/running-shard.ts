/**
 * One life of a shard: from the end of its load until it is unloaded. Takes inputs (calls, expired timers, results of effects, changes of the
 * metadata) and does what the shard's outcomes say.
 *
 * Order, for every input: this broker leads in this epoch and its disk is there -> the shard handles it, changing nothing -> records are
 * encoded, fit a batch, and would be committed: enough replicas are in sync -> they are replayed with the offsets that they will have -> soft
 * changes -> buffer. At the end of the turn the buffer is appended, as one batch where it fits. Replies wait in the gate until what they could
 * have seen is committed.
 *
 * With too few replicas in sync what brings forth no records goes on (heartbeats keep sessions alive), calls that do are refused, and other
 * inputs are handled afresh a while later.
 *
 * Invariants: only this object appends to the partition, so the offsets predicted are those that the log gives. An input that is refused before
 * the replay has changed nothing. After a failure behind the replay, or an append that fails or lands elsewhere, the state is
 * not what the log says: this life ends, all that was open fails, and nothing of it passes the gate.
 */
import { type ErrorName, KafkaError } from '@ottla/protocol'
import type { MetadataDelta } from '@ottla/replication'
import { randomUuid, type Timer } from '@ottla/runtime'
import type { Caller, Outcome, Shard, ShardRecord, ShardView, TicketReply, TimerSetting } from '../shard.ts'
import type { ShardAppendResult, ShardLog, ShardRefusal } from '../shard-log.ts'
import { AppendBuffer, type Batch, batchBytesMaxOf, type EncodedRecord, encodedRecord } from './append-buffer.ts'
import { CommitGate } from './commit-gate.ts'
import { OpenCalls } from './open-calls.ts'
import type { CoordinatorRuntimeOptions } from './options.ts'
import { TimerTable } from './timer-table.ts'

export interface RunningShardOptions<Request, Reply, Soft, Effect, Result> {
  readonly parts: CoordinatorRuntimeOptions<Request, Reply, Soft, Effect, Result>
  /** Replayed to the end of the log. */
  readonly shard: Shard<Request, Reply, Soft, Effect, Result>
  readonly log: ShardLog
  /** The state cannot be trusted any more; called once, when this life has ended. */
  readonly failed: (error: unknown) => void
  /** The leadership is over; called once, when this life has ended. */
  readonly lost: () => void
}

interface Input<Reply, Soft, Effect> {
  readonly outcomeOf: () => Outcome<Reply, Soft, Effect>
  /** Of the call that the outcome is for. */
  readonly ticket?: number
  /** What it brings forth cannot be written now; it has changed nothing. Without a call to answer it comes again a while later. */
  readonly refuse: (refusal: ShardRefusal | 'too-large') => void
  /** A defect: it has changed nothing. */
  readonly failed?: () => void
}

/** Inputs that nobody can be refused for wait so long for more replicas, or a larger max.message.bytes. */
const POSTPONED_MS = 500
/** What comes again, or is asked for again and again, is complained about no more often than this. */
const COMPLAINT_MS = 60_000

/** What clients are told, as Kafka maps it. */
const REFUSALS: Readonly<Record<ShardRefusal | 'too-large', ErrorName>> = {
  'too-large': 'RECORD_LIST_TOO_LARGE',
  NOT_LEADER_OR_FOLLOWER: 'NOT_COORDINATOR',
  KAFKA_STORAGE_ERROR: 'NOT_COORDINATOR',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
}

export class RunningShard<Request, Reply, Soft, Effect, Result> {
  readonly #options: RunningShardOptions<Request, Reply, Soft, Effect, Result>
  readonly #shard: Shard<Request, Reply, Soft, Effect, Result>
  readonly #log: ShardLog
  readonly #calls = new OpenCalls<Reply>()
  readonly #buffer: AppendBuffer
  readonly #gate: CommitGate
  readonly #timers: TimerTable
  /** Settings that wait in the gate, by key: the newest of each. */
  readonly #pendingSettings = new Map<string, TimerSetting>()
  /** Where the next record will stand. */
  #nextOffset: number
  #appendsInFlight = 0
  #isFlushDue = false
  /** Inputs that wait for replicas, in their order. */
  #postponed: Input<Reply, Soft, Effect>[] = []
  #postponedTimer: Timer | undefined
  #complaintDueMs = Number.NEGATIVE_INFINITY
  /** Calls that failed with somebody else's: the shard, which has not changed, has them parked still. */
  readonly #givenUp = new Set<number>()
  #isOver = false
  #drained: (() => void) | undefined

  constructor(options: RunningShardOptions<Request, Reply, Soft, Effect, Result>) {
    this.#options = options
    this.#shard = options.shard
    this.#log = options.log
    const { clock, timers } = options.parts.world
    this.#nextOffset = options.log.logEndOffset
    this.#buffer = new AppendBuffer(options.parts.codec ?? 'none')
    this.#gate = new CommitGate({
      clock,
      timers,
      log: options.log,
      writtenEnd: this.#nextOffset,
      timeoutMs: options.parts.replyTimeoutMs,
      lost: () => this.#lost(),
    })
    this.#timers = new TimerTable({ clock, timers }, (key) => this.#expired(key))
  }

  get shard(): Shard<Request, Reply, Soft, Effect, Result> {
    return this.#shard
  }

  /** Calls without a reply, parked ones among them. */
  get openCalls(): number {
    return this.#calls.size
  }

  get timers(): number {
    return this.#timers.size
  }

  /** The log has been replayed: its timers start. */
  begin(): void {
    this.#handle(() => this.#shard.loaded(this.#view()))
  }

  call(request: Request, who: Omit<Caller, 'ticket'>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const ticket = this.#calls.open(resolve, reject)
      const refuse = (refusal: keyof typeof REFUSALS) => {
        this.#calls.fail(ticket, REFUSALS[refusal], `${this.#name} does not take the records: ${refusal}`)
      }
      const refusal = this.#log.refusal()
      if (refusal !== undefined && refusal !== 'NOT_ENOUGH_REPLICAS') refuse(refusal)
      else
        this.#input({ outcomeOf: () => this.#shard.handle(request, { ...who, ticket }, this.#view()), ticket, refuse })
    })
  }

  imageChanged(delta: MetadataDelta): void {
    this.#handle(() => this.#shard.imageChanged(delta, this.#view()))
  }

  /** This life is over: everything open fails, nothing that is buffered is appended. */
  end(error: ErrorName, message: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#gate.end()
    this.#timers.end()
    this.#pendingSettings.clear()
    this.#postponed = []
    this.#postponedTimer?.clear()
    this.#buffer.take()
    this.#calls.failAll(error, message)
    this.#givenUp.clear()
  }

  /** Resolves when the log has answered every append. */
  drained(): Promise<void> {
    if (this.#appendsInFlight === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  get #world() {
    return this.#options.parts.world
  }

  get #name(): string {
    return `${this.#log.topic}-${this.#log.partition}`
  }

  #view(): ShardView {
    const { clock, random } = this.#world
    return { nowMs: clock.now(), image: this.#options.parts.image(), newId: () => randomUuid(random) }
  }

  #expired(key: string): void {
    this.#input({
      outcomeOf: () => this.#shard.expired(key, this.#view()),
      refuse: () => this.#timers.set(key, POSTPONED_MS),
      failed: () => this.#timers.set(key, COMPLAINT_MS),
    })
  }

  /** An input that comes once: what it brings forth must not be lost. */
  #handle(outcomeOf: () => Outcome<Reply, Soft, Effect>): void {
    const input: Input<Reply, Soft, Effect> = { outcomeOf, refuse: () => this.#postpone(input) }
    if (this.#postponed.length > 0) this.#postponed.push(input)
    else this.#input(input)
  }

  #postpone(input: Input<Reply, Soft, Effect>): void {
    this.#postponed.push(input)
    this.#postponedTimer ??= this.#world.timers.after(POSTPONED_MS, () => {
      this.#postponedTimer = undefined
      const inputs = this.#postponed
      this.#postponed = []
      for (const { outcomeOf } of inputs) this.#handle(outcomeOf)
    })
  }

  #input(input: Input<Reply, Soft, Effect>): void {
    if (this.#isOver) return
    const { outcomeOf, ticket, refuse, failed } = input
    let outcome: Outcome<Reply, Soft, Effect>
    let records: readonly EncodedRecord[]
    try {
      outcome = outcomeOf()
      const timestamp = this.#world.clock.now()
      records = (outcome.records ?? []).map((record) => encodedRecord(record, timestamp))
    } catch (error) {
      this.#world.logger.error(`${this.#name}: a coordinator's input failed; it has changed nothing`, { error })
      if (ticket !== undefined) this.#calls.fail(ticket, 'UNKNOWN_SERVER_ERROR', 'the coordinator failed')
      failed?.()
      return
    }
    const refusal = records.length > 0 ? this.#log.refusal() : undefined
    const tooLarge = this.#tooLarge(records, outcome.divisible === true)
    if (refusal !== undefined) refuse(refusal)
    else if (tooLarge !== undefined) this.#refuseLarge(input, outcome, tooLarge)
    else this.#perform(outcome, records)
  }

  #tooLarge(records: readonly EncodedRecord[], isDivisible: boolean): string | undefined {
    if (records.length === 0) return undefined
    const limit = this.#log.batchBytesMax
    const bytes = isDivisible
      ? records.reduce((most, record) => Math.max(most, batchBytesMaxOf([record])), 0)
      : batchBytesMaxOf(records)
    if (bytes <= limit) return undefined
    return `${records.length} records take ${bytes} bytes, where ${this.#log.topic} takes ${limit}`
  }

  /** Whoever waits for what a call was to bring fails with the call; what comes again will bring it once it fits. */
  #refuseLarge(
    { ticket, refuse }: Input<Reply, Soft, Effect>,
    outcome: Outcome<Reply, Soft, Effect>,
    why: string,
  ): void {
    const nowMs = this.#world.clock.monotonic()
    if (nowMs >= this.#complaintDueMs) {
      this.#complaintDueMs = nowMs + COMPLAINT_MS
      const hint = 'raise max.message.bytes of the topic if that is to succeed'
      this.#world.logger.warn(`${this.#name}: what a coordinator was to write is too large: ${hint}`, { why })
    }
    if (ticket !== undefined) {
      for (const reply of outcome.replies ?? []) {
        if (reply.ticket !== ticket) this.#givenUp.add(reply.ticket)
        this.#calls.fail(reply.ticket, 'RECORD_LIST_TOO_LARGE', why)
      }
    }
    refuse('too-large')
  }

  #perform(outcome: Outcome<Reply, Soft, Effect>, records: readonly EncodedRecord[]): void {
    try {
      for (const record of outcome.records ?? []) this.#replay(record)
      for (const soft of outcome.soft ?? []) this.#shard.apply(soft)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#write(records, outcome.divisible === true)
    const endOffset = this.#nextOffset
    for (const setting of outcome.timers ?? []) this.#set(setting, endOffset)
    for (const reply of outcome.replies ?? []) this.#reply(reply, endOffset)
    for (const effect of outcome.effects ?? []) {
      this.#gate.add({ endOffset, passed: () => this.#run(effect) })
    }
  }

  #replay(record: ShardRecord): void {
    this.#shard.replay(this.#nextOffset, record)
    this.#nextOffset += 1
  }

  #write(records: readonly EncodedRecord[], isDivisible: boolean): void {
    if (records.length === 0) return
    const limit = this.#log.batchBytesMax
    // Also what may be divided stays together where it fits: a crash between two batches would leave half of it.
    if (isDivisible && batchBytesMaxOf(records) > limit) for (const record of records) this.#buffer.add([record], limit)
    else this.#buffer.add(records, limit)
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    this.#world.timers.endOfTurn(() => {
      this.#isFlushDue = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#isOver) return
    const batches = this.#buffer.take()
    let firstOffset = this.#nextOffset - batches.reduce((sum, { recordCount }) => sum + recordCount, 0)
    for (const batch of batches) {
      this.#append(batch, firstOffset)
      firstOffset += batch.recordCount
      // An append that was refused at once: what comes behind it must not be written either.
      if (this.#isOver) return
    }
  }

  #append({ bytes, recordCount }: Batch, firstOffset: number): void {
    this.#appendsInFlight++
    this.#log.append(bytes, (result) => {
      this.#appendsInFlight--
      if (!this.#isOver) this.#appended(result, { firstOffset, endOffset: firstOffset + recordCount })
      if (this.#appendsInFlight === 0) this.#drained?.()
    })
  }

  #appended(result: ShardAppendResult, predicted: { firstOffset: number; endOffset: number }): void {
    if (!result.ok) {
      this.#fail(new KafkaError('COORDINATOR_NOT_AVAILABLE', `${result.error}: ${result.message}`))
    } else if (result.firstOffset !== predicted.firstOffset || result.lastOffset + 1 !== predicted.endOffset) {
      const at = `records ${result.firstOffset} to ${result.lastOffset} were to begin at ${predicted.firstOffset}`
      this.#fail(new Error(`${at}: somebody else writes to ${this.#name}`))
    } else {
      this.#gate.written(predicted.endOffset)
    }
  }

  #set(setting: TimerSetting, endOffset: number): void {
    const { key, afterMs, onceCommitted } = setting
    this.#pendingSettings.delete(key)
    if (afterMs === undefined) this.#timers.clear(key)
    else if (onceCommitted !== true) this.#timers.set(key, afterMs)
    else {
      this.#timers.clear(key)
      this.#pendingSettings.set(key, setting)
      this.#gate.add({ endOffset, passed: () => this.#start(setting, afterMs) })
    }
  }

  /** Unless the key has been set again since. */
  #start(setting: TimerSetting, afterMs: number): void {
    if (this.#pendingSettings.get(setting.key) !== setting) return
    this.#pendingSettings.delete(setting.key)
    this.#timers.set(setting.key, afterMs)
  }

  #reply({ ticket, reply, waits }: TicketReply<Reply>, endOffset: number): void {
    const send = () => {
      if (this.#calls.reply(ticket, reply) || this.#givenUp.delete(ticket)) return
      this.#world.logger.error(`${this.#name}: a coordinator has answered a request that is answered`, { ticket })
    }
    if (waits === false) send()
    else this.#gate.add({ endOffset, passed: send, late: () => this.#late(ticket) })
  }

  #late(ticket: number): void {
    const message = `${this.#name} did not have its records on enough replicas within ${this.#options.parts.replyTimeoutMs()} ms`
    this.#calls.fail(ticket, 'COORDINATOR_NOT_AVAILABLE', message)
  }

  #run(effect: Effect): void {
    const { timers, logger } = this.#world
    const breathe = () => new Promise<void>((resolve) => timers.endOfTurn(resolve))
    Promise.resolve()
      .then(() => this.#options.parts.runEffect(effect, breathe))
      .then(
        (result) => this.#handle(() => this.#shard.finished(result, this.#view())),
        (error: unknown) => logger.error(`${this.#name}: what a coordinator had asked for failed`, { error }),
      )
  }

  #fail(error: unknown): void {
    this.end('COORDINATOR_NOT_AVAILABLE', `the coordinator of ${this.#name} is loaded anew`)
    this.#options.failed(error)
  }

  #lost(): void {
    this.end('NOT_COORDINATOR', `this broker leads ${this.#name} no longer`)
    this.#options.lost()
  }
}
