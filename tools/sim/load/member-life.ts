import { type ConsumedRecord, Consumer, DESERIALIZERS, UnreadableRecordError } from '@ottla/client'
import type { Runtime } from '@ottla/runtime'
import { type GroupOffset, placeOf, type SimEvent } from '../history.ts'
import { GROUP_TOPICS_PATTERN, type MemberPlan } from '../plan/plan.ts'
import { CLIENT_TIMES } from './producer-load.ts'

export interface LifeWorld {
  readonly bootstrapServers: string
  readonly runtime: Runtime
  readonly nowMs: () => number
  readonly tell: (event: SimEvent) => void
  /** It goes on failing: as a supervisor does, it is to be started anew. */
  readonly onHopeless: () => void
}

const POLL_MS = 500
const AFTER_ERROR_MS = 50
const CLOSE_MS = 4_000
/** One after the other, without a record in between. */
const FAILURES_MAX = 8

type TextRecord = ConsumedRecord<Uint8Array | null, string | null>
/** What a member was when it was handed records. */
interface Standing {
  readonly epoch: number
  /** By place. */
  readonly assignments: ReadonlyMap<string, number>
}

interface Pending extends GroupOffset {
  readonly leaderEpoch: number
  readonly assignment: number
}

type Place = { readonly topic: string; readonly partition: number }

/** One process of a member, from its start on: handles what it is given, each record for a while, and tells of all that. */
export class MemberLife {
  readonly client: string
  readonly #plan: MemberPlan
  readonly #world: LifeWorld
  readonly #consumer: Consumer<Uint8Array | null, string | null>
  /** In which it was assigned what it has; a cooperative member is in a later generation while it keeps that through a rebalance. */
  #epoch = -1
  /** How often each partition was assigned to it. */
  readonly #assignments = new Map<string, number>()
  /** What is handled and not known to be committed, by place. */
  readonly #pending = new Map<string, Pending>()
  #isCommitting = false
  #failures = 0
  #stopped = false

  constructor(plan: MemberPlan, client: string, world: LifeWorld) {
    this.client = client
    this.#plan = plan
    this.#world = world
    this.#consumer = new Consumer(world.runtime, {
      ...CLIENT_TIMES,
      bootstrapServers: world.bootstrapServers,
      clientId: client,
      groupId: plan.group,
      groupProtocol: plan.protocol,
      ...(plan.protocol === 'classic'
        ? { partitionAssignmentStrategy: plan.assignor.split(','), sessionTimeoutMs: 2_000, heartbeatIntervalMs: 300 }
        : { groupRemoteAssignor: plan.assignor }),
      ...(plan.isStatic && { groupInstanceId: plan.name }),
      autoOffsetReset: 'earliest',
      fetchMaxWaitMs: 300,
      maxPollRecords: 20,
      maxPollIntervalMs: plan.patienceMs,
      enableAutoCommit: plan.commits === 'auto',
      autoCommitIntervalMs: 400,
      valueDeserializer: DESERIALIZERS.string,
    })
    this.#subscribe()
    void (plan.style === 'poll' ? this.#poll() : this.#run())
  }

  async close(): Promise<void> {
    this.#stopped = true
    await this.#consumer.close({ timeoutMs: CLOSE_MS })
  }

  #subscribe(): void {
    const { byPattern, protocol, topics } = this.#plan
    const pattern = protocol === 'consumer' ? { pattern: GROUP_TOPICS_PATTERN } : new RegExp(GROUP_TOPICS_PATTERN)
    const moved = (how: 'assigned' | 'revoked' | 'lost') => (partitions: readonly Place[]) =>
      this.#moved(how, partitions)
    this.#consumer.subscribe(byPattern ? pattern : topics, {
      onAssigned: moved('assigned'),
      onRevoked: moved('revoked'),
      onLost: moved('lost'),
    })
  }

  #moved(how: 'assigned' | 'revoked' | 'lost', partitions: readonly Place[]): void {
    const { memberId, generationId: epoch } = this.#consumer.groupMetadata()
    if (how === 'assigned') {
      this.#epoch = epoch
      for (const place of partitions) this.#assignments.set(placeOf(place), this.#assignmentOf(place) + 1)
    }
    this.#world.tell({ kind: 'moved', ...this.#about, how, memberId, epoch, partitions })
  }

  get #about() {
    return { atMs: this.#world.nowMs(), client: this.client, group: this.#plan.group }
  }

  #assignmentOf(place: Place): number {
    return this.#assignments.get(placeOf(place)) ?? 0
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#handleAll(await this.#consumer.poll({ timeoutMs: POLL_MS }))
        await this.#commitPending()
      } catch (error) {
        await this.#goOn(error)
      }
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#consumer.run({
          concurrency: 1 + this.#world.runtime.random.integer(3),
          ...(this.#plan.commits === 'auto'
            ? { eachRecord: (record) => this.#handle(record, this.#standing([record])) }
            : { eachBatch: (batch) => this.#handleBatch(batch, batch.records) }),
        })
      } catch (error) {
        await this.#goOn(error)
      }
    }
  }

  /** What the member is while it is handed these. */
  #standing(records: readonly TextRecord[]): Standing {
    const assignments = new Map(records.map((record) => [placeOf(record), this.#assignmentOf(record)]))
    return { epoch: this.#epoch, assignments }
  }

  /** Fails when its commit does: then it is handed out again. */
  async #handleBatch(place: Place, records: readonly TextRecord[]): Promise<void> {
    await this.#handleAll(records)
    try {
      await this.#commitPending()
    } catch (error) {
      this.#assignments.set(placeOf(place), this.#assignmentOf(place) + 1)
      throw error
    }
  }

  async #handleAll(records: readonly TextRecord[]): Promise<void> {
    if (records.length === 0) return
    const standing = this.#standing(records)
    for (const record of records) await this.#handle(record, standing)
    if (this.#plan.commits === 'auto') return
    for (const { topic, partition, offset, leaderEpoch } of records) {
      const place = placeOf({ topic, partition })
      const assignment = standing.assignments.get(place)!
      this.#pending.set(place, { topic, partition, offset: offset + 1, leaderEpoch, assignment })
    }
  }

  async #handle(record: TextRecord, { epoch, assignments }: Standing): Promise<void> {
    this.#failures = 0
    const { topic, partition, offset, value } = record
    const assignment = assignments.get(placeOf(record))!
    const its = { topic, partition, offset, value: value ?? '', epoch, assignment }
    const { tell, runtime } = this.#world
    tell({ kind: 'handling', ...this.#about, ...its })
    await this.#pause(this.#handleMs(runtime.random.integer(3_000)))
    tell({ kind: 'handled', ...this.#about, ...its })
  }

  /** Seldom it takes long, and very seldom longer than max.poll.interval.ms. */
  #handleMs(lot: number): number {
    if (lot === 0) return 4_000
    if (lot < 12) return 100 * lot
    return (lot % 100) * 0.02 * this.#plan.handleMs
  }

  /** What was handled in an assignment that is over is no longer its business. */
  async #commitPending(): Promise<void> {
    const assigned = new Set(this.#consumer.assignment().map(placeOf))
    const its = [...this.#pending].filter(([place, { assignment }]) => {
      return assigned.has(place) && assignment === this.#assignments.get(place)
    })
    if (its.length === 0 || this.#isCommitting) return
    const offsets = its.map(([, { assignment: _, ...offset }]) => offset)
    const sinceMs = this.#world.nowMs()
    const done = () => {
      for (const [place, pending] of its) if (this.#pending.get(place) === pending) this.#pending.delete(place)
      this.#committing('committed', offsets, sinceMs)
    }
    this.#committing('committing', offsets, sinceMs)
    if (this.#plan.commits === 'sync') await this.#consumer.commitSync(offsets).then(done)
    else this.#commitInBackground(offsets, done)
  }

  #commitInBackground(offsets: readonly (GroupOffset & { readonly leaderEpoch: number })[], done: () => void): void {
    this.#isCommitting = true
    this.#consumer.commitAsync(offsets, (error) => {
      this.#isCommitting = false
      if (error === undefined) done()
      // What was refused, and what has been handled meanwhile.
      if (this.#pending.size > 0 && !this.#stopped)
        this.#world.runtime.timers.after(AFTER_ERROR_MS, () => void this.#commitPending())
    })
  }

  #committing(kind: 'committing' | 'committed', offsets: readonly GroupOffset[], sinceMs: number): void {
    this.#world.tell({ kind, ...this.#about, offsets, sinceMs })
  }

  async #goOn(error: unknown): Promise<void> {
    if (this.#stopped) return
    const { logger } = this.#world.runtime
    logger.info(`the application goes on after ${(error as Error).message}`)
    if (error instanceof UnreadableRecordError) {
      const { topic, partition, message, offset, nextOffset } = error
      const client = this.client
      this.#world.tell({
        kind: 'unreadable',
        atMs: this.#world.nowMs(),
        client,
        topic,
        partition,
        offset,
        nextOffset,
        message,
      })
      this.#seek({ topic, partition }, nextOffset)
    }
    this.#failures++
    if (this.#failures === FAILURES_MAX) this.#world.onHopeless()
    await this.#pause(AFTER_ERROR_MS)
  }

  #seek(place: Place, offset: number): void {
    // It may have been given up since.
    if (this.#consumer.assignment().some((its) => placeOf(its) === placeOf(place))) this.#consumer.seek(place, offset)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.runtime.timers.after(ms, resolve))
  }
}
