import type { BatchFormat } from '@ottla/protocol'
import type { Timer } from '@ottla/runtime'
import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { Connection } from '../connection.ts'
import type { ClientWorld } from '../world.ts'
import type { Accumulator } from './accumulator.ts'
import type { Batch } from './batch.ts'
import { BrokerLane } from './broker-lane.ts'
import { Deliveries } from './deliveries.ts'
import type { ProducerConfig } from './options.ts'
import type { DrainRules, PartitionQueue } from './partition-queue.ts'
import { answersOf, type Drained, produceBody, TOPIC_IDS_VERSION } from './produce-messages.ts'
import { ProducerIdentity } from './producer-identity.ts'
import type { TopicDirectory } from './topic-directory.ts'

export interface SenderParts {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ProducerConfig
  readonly accumulator: Accumulator
  readonly directory: TopicDirectory
  /** Somebody waits for memory. */
  readonly isStarved: () => boolean
  /** Memory has been given back. */
  readonly onMemory: () => void
}

/** Size of a request without its batches, at most: topic names are up to 249 bytes. */
const REQUEST_OVERHEAD_BYTES = 1024
/** Below this size the way to the thread pool and back costs more than it saves. */
const PACKED_OFF_LOOP_BYTES_MIN = 64 * 1024

/**
 * Takes batches that are ready to their leaders. `wake` makes it look, at the end of the turn, at all partitions that have
 * batches: what is too old is given up, what is ready and whose broker is free goes out, one batch of a partition per request;
 * then a timer is set for the next moment at which time alone changes something.
 */
export class Sender {
  private readonly parts: SenderParts
  private readonly lanes = new Map<number, BrokerLane>()
  private readonly ending = new AbortController()
  private readonly identity: ProducerIdentity | undefined
  private readonly deliveries: Deliveries
  private readonly format: BatchFormat
  private timer: Timer | undefined
  private timerDueMs = Number.POSITIVE_INFINITY
  private awake = false
  private inHurry = 0

  constructor(parts: SenderParts) {
    this.parts = parts
    const { config, world, cluster } = parts
    const { signal } = this.ending
    const onReady = () => this.wake()
    this.identity = config.enableIdempotence
      ? new ProducerIdentity({ world, cluster, config, signal, onReady })
      : undefined
    this.deliveries = new Deliveries({ ...parts, identity: this.identity, wake: onReady })
    this.format = {
      codec: config.compressionType,
      ...(config.compressionLevel !== undefined && { level: config.compressionLevel }),
    }
  }

  /** Something has changed: look again soon. */
  wake(): void {
    if (this.awake || this.ending.signal.aborted) return
    this.awake = true
    this.parts.world.timers.endOfTurn(() => {
      this.awake = false
      if (!this.ending.signal.aborted) this.run()
    })
  }

  /** Nothing lingers until the returned function is called. */
  hurry(): () => void {
    this.inHurry += 1
    this.wake()
    return () => {
      this.inHurry -= 1
    }
  }

  /** Gives up what is left and sends nothing any more. */
  close(reason: string): void {
    for (const queue of this.parts.accumulator.active) this.deliveries.abandon(queue, reason)
    this.ending.abort(new Error(reason))
    this.timer?.clear()
  }

  private run(): void {
    const nowMs = this.parts.world.clock.monotonic()
    this.tidy(nowMs)
    this.packAhead(nowMs)
    while (this.drainOnce(nowMs)) {
      // Each round takes one batch of a partition; lanes that are still free may have the next.
    }
    this.setTimer(nowMs)
  }

  /** Gives up what is too old, lets sequences begin anew, and forgets partitions without batches. */
  private tidy(nowMs: number): void {
    const { active } = this.parts.accumulator
    for (const queue of active) {
      this.deliveries.expire(queue, nowMs)
      if (this.identity?.failure !== undefined) this.deliveries.refuseAll(queue, this.identity.failure)
      if (queue.needsReset && queue.inFlight === 0) this.reset(queue)
      if (queue.batches.length === 0) active.delete(queue)
    }
  }

  private reset(queue: PartitionQueue): void {
    const current = this.identity?.current()
    if (current === undefined) return
    if (queue.isIn(current)) this.identity?.bump()
    const next = this.identity?.current()
    if (next !== undefined) queue.reset(next)
  }

  private rules(nowMs: number): DrainRules {
    const { lingerMs, maxInFlightRequestsPerConnection, enableIdempotence } = this.parts.config
    return {
      nowMs,
      lingerMs,
      inFlightMax: maxInFlightRequestsPerConnection,
      idempotent: enableIdempotence,
      urgent: this.inHurry > 0 || this.parts.isStarved(),
    }
  }

  /** Large batches are compressed off the event loop, as soon as they are full or due: as many as may be in flight. */
  private packAhead(nowMs: number): void {
    const { codec } = this.format
    if (codec === undefined || codec === 'none') return
    const format = { ...this.format, codec }
    const rules = this.rules(nowMs)
    for (const queue of this.parts.accumulator.active) {
      const due = queue.next(rules)
      for (const batch of queue.batches.slice(0, rules.inFlightMax)) {
        const isDue = batch.closed || (due?.batch === batch && due.readyAtMs <= nowMs)
        if (isDue && isLarge(batch) && !batch.isPacked && !batch.isPacking && batch.state === 'gathering') {
          batch.packOffLoop(format, this.parts.world.offload).then(
            () => this.wake(),
            (error: unknown) => this.deliveries.unpackable(queue, batch, error),
          )
        }
      }
    }
  }

  /** Sends one request to each broker that is free and has something to get. False when there was nothing to send. */
  private drainOnce(nowMs: number): boolean {
    const { active } = this.parts.accumulator
    const rules = this.rules(nowMs)
    const drafts = new Map<BrokerLane, { connection: Connection; readonly drained: Drained[]; bytes: number }>()
    for (const queue of active) {
      const next = queue.next(rules)
      if (next === undefined || next.readyAtMs > nowMs) continue
      const lane = this.laneOf(queue)
      const connection = lane?.free(nowMs)
      if (lane === undefined || connection === undefined) continue
      const draft = drafts.get(lane) ?? { connection, drained: [], bytes: REQUEST_OVERHEAD_BYTES }
      const { sizeBytes } = next.batch
      if (draft.drained.length > 0 && draft.bytes + sizeBytes > this.parts.config.maxRequestSize) continue
      const bytes = this.prepare(queue, next.batch)
      if (bytes === undefined) continue
      draft.drained.push({ queue, batch: next.batch, bytes })
      draft.bytes += bytes.length
      drafts.set(lane, draft)
    }
    for (const [lane, { connection, drained }] of drafts) {
      for (const { queue } of drained) {
        active.delete(queue)
        active.add(queue)
      }
      this.send(lane, connection, drained)
    }
    return drafts.size > 0
  }

  /** The way to the leader; asks for the leader where nobody is known. */
  private laneOf({ topic, partition }: PartitionQueue): BrokerLane | undefined {
    const leader = this.parts.directory.leaderOf(topic, partition)
    if (leader === undefined) {
      this.parts.directory.want(topic)
      return undefined
    }
    const known = this.lanes.get(leader)
    if (known !== undefined) return known
    const lane = new BrokerLane(leader, {
      ...this.parts,
      signal: this.ending.signal,
      onFree: () => this.wake(),
      onFailure: (brokerId) => this.askForLeaders(brokerId),
    })
    this.lanes.set(leader, lane)
    return lane
  }

  /** The batch's bytes; undefined while it is being compressed, while there is no producer id, and if it cannot be compressed. */
  private prepare(queue: PartitionQueue, batch: Batch): Uint8Array | undefined {
    const current = this.identity?.current()
    if (batch.isPacking || (this.identity !== undefined && batch.stamp === undefined && current === undefined)) {
      return undefined
    }
    if (!batch.isPacked) {
      try {
        batch.pack(this.format)
      } catch (error) {
        this.deliveries.unpackable(queue, batch, error)
        return undefined
      }
    }
    // Sequences are given last, so that a batch that cannot be sent leaves no gap.
    if (current !== undefined) queue.sequence(batch, current)
    return batch.bytes()
  }

  private send(lane: BrokerLane, connection: Connection, drained: readonly Drained[]): void {
    const { config, directory } = this.parts
    for (const { queue, batch } of drained) {
      batch.state = 'inFlight'
      batch.attempts += 1
      queue.inFlight += 1
    }
    // As they are now: by the time of the answer the topic may be another one of the same name.
    const ids = new Map(drained.map(({ queue: { topic } }) => [topic, directory.idOf(topic)]))
    const idOf = (topic: string) => ids.get(topic)
    const body = () => produceBody(drained, { acks: config.acks, timeoutMs: config.requestTimeoutMs, idOf })
    const versions = drained.every(({ queue }) => idOf(queue.topic) !== undefined) ? {} : { max: TOPIC_IDS_VERSION - 1 }
    const broker = connection.broker
    if (config.acks === 0) {
      try {
        connection.sendUnanswered(API.produce.request, body, { versions })
        this.deliveries.unanswered(drained)
      } catch (error) {
        this.deliveries.failed(drained, { broker, error })
      }
      return
    }
    lane.inFlight += 1
    connection.send(API.produce, body, { timeoutMs: config.requestTimeoutMs, versions }).then(
      (answer) => {
        lane.inFlight -= 1
        if (answer.throttleTimeMs > 0) lane.throttle(answer.throttleTimeMs)
        this.deliveries.answered(drained, { broker, answer, answerOf: answersOf(answer, idOf) })
      },
      (error: unknown) => {
        lane.inFlight -= 1
        this.deliveries.failed(drained, { broker, error })
      },
    )
  }

  private askForLeaders(brokerId: number): void {
    const { accumulator, directory } = this.parts
    const error = this.lanes.get(brokerId)?.lastError
    for (const { topic, partition, batches } of accumulator.active) {
      if (directory.leaderOf(topic, partition) !== brokerId) continue
      directory.want(topic)
      if (batches[0] !== undefined) batches[0].lastError = error
    }
  }

  /** For what only time will change: a batch that lingers or waits, its deadline, a broker's pause. */
  private setTimer(nowMs: number): void {
    const { accumulator, config } = this.parts
    const rules = this.rules(nowMs)
    let dueMs = Number.POSITIVE_INFINITY
    for (const queue of accumulator.active) {
      const first = queue.batches[0]
      if (first !== undefined) dueMs = Math.min(dueMs, first.createdMs + config.deliveryTimeoutMs)
      const next = queue.next(rules)
      if (next !== undefined && next.readyAtMs > nowMs) dueMs = Math.min(dueMs, next.readyAtMs)
    }
    for (const { freeAtMs } of this.lanes.values()) if (freeAtMs > nowMs) dueMs = Math.min(dueMs, freeAtMs)
    this.setTimerFor(dueMs, nowMs)
  }

  /** A timer that fires too early does no harm: it is left alone. */
  private setTimerFor(dueMs: number, nowMs: number): void {
    if (dueMs >= this.timerDueMs) return
    this.timer?.clear()
    this.timer = undefined
    this.timerDueMs = dueMs
    this.timer = this.parts.world.timers.after(dueMs - nowMs, () => {
      this.timerDueMs = Number.POSITIVE_INFINITY
      this.run()
    })
  }
}

function isLarge(batch: Batch): boolean {
  return batch.sizeBytes >= PACKED_OFF_LOOP_BYTES_MIN
}
