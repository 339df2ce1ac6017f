import {
  type BatchRecord,
  ErrorCode,
  errorByCode,
  KafkaError,
  type ProduceResponse,
  RecordBatch,
  singleRecordBatchBytesMax,
} from '@ottla/protocol'
import { assert } from '@ottla/runtime'
import { backOffMs } from '../back-off.ts'
import { ClientError } from '../errors.ts'
import { Batch, type BatchResult, reportThrow } from './batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { Drained, PartitionAnswer } from './produce-messages.ts'
import type { ProducerIdentity } from './producer-identity.ts'
import type { SenderParts } from './sender.ts'
import { type Verdict, verdict } from './verdict.ts'

export interface DeliveryParts extends SenderParts {
  readonly identity: ProducerIdentity | undefined
  readonly wake: () => void
}

interface Failure {
  readonly error: ClientError
  readonly code: number
  readonly answer: PartitionAnswer | undefined
}

/** Decides what becomes of batches that were sent, and tells those who sent the records. */
export class Deliveries {
  private readonly parts: DeliveryParts

  constructor(parts: DeliveryParts) {
    this.parts = parts
  }

  /** The broker has answered the request. */
  answered(
    drained: readonly Drained[],
    from: {
      readonly broker: string
      readonly answer: ProduceResponse
      readonly answerOf: (drained: Drained) => PartitionAnswer | undefined
    },
  ): void {
    this.parts.cluster.learnBrokers(from.answer.nodeEndpoints)
    for (const item of drained) this.settle(item, from.broker, from.answerOf(item))
    this.afterAnswers()
  }

  /** The request has no answer: a connection that broke, a time-out, a value that cannot be sent. */
  failed(drained: readonly Drained[], { broker, error }: { readonly broker: string; readonly error: unknown }): void {
    for (const item of drained) {
      const name = error instanceof KafkaError ? error.errorName : 'UNKNOWN_SERVER_ERROR'
      const message = error instanceof Error ? error.message : String(error)
      const clientError = this.error(item, { name, message, broker, cause: error })
      item.queue.inFlight -= 1
      if (item.batch.state !== 'done')
        this.judge(item, { error: clientError, code: clientError.code, answer: undefined })
    }
    this.afterAnswers()
  }

  /** acks=0: nobody will tell. */
  unanswered(drained: readonly Drained[]): void {
    for (const { queue, batch } of drained) {
      queue.inFlight -= 1
      this.finish(queue, batch, { ok: true, baseOffset: -1, logAppendTimeMs: -1 })
    }
    this.afterAnswers()
  }

  /** Gives up the batches whose delivery.timeout.ms is over. */
  expire(queue: PartitionQueue, nowMs: number): void {
    const { deliveryTimeoutMs } = this.parts.config
    // A batch that is given up takes itself, and what is done behind it, off the queue.
    for (const batch of [...queue.batches]) {
      if (nowMs - batch.createdMs < deliveryTimeoutMs) return
      if (batch.state !== 'done') this.giveUp(queue, batch, `not written within ${deliveryTimeoutMs} ms`)
    }
  }

  /** Gives up all batches of the partition. */
  abandon(queue: PartitionQueue, reason: string): void {
    for (const batch of [...queue.batches]) if (batch.state !== 'done') this.giveUp(queue, batch, reason)
  }

  /** Fails all batches with an error that holds for all of them. */
  refuseAll(queue: PartitionQueue, error: ClientError): void {
    for (const batch of [...queue.batches]) {
      if (batch.state !== 'done') this.finish(queue, batch, { ok: false, errorOf: () => error })
    }
  }

  /** The batch cannot be compressed: it is not sent at all. */
  unpackable(queue: PartitionQueue, batch: Batch, cause: unknown): void {
    if (batch.state === 'done') return
    const { topic, partition } = queue
    const { compressionType } = this.parts.config
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${topic}-${partition}: compressionType=${compressionType} cannot be used: ${reason}`
    const error = new ClientError('UNSUPPORTED_COMPRESSION_TYPE', message, { topic, partition }, cause)
    this.finish(queue, batch, { ok: false, errorOf: () => error })
    this.afterAnswers()
  }

  private giveUp(queue: PartitionQueue, batch: Batch, reason: string): void {
    const { lastError, attempts } = batch
    const { topic, partition } = queue
    const failure = lastError ?? this.parts.directory.failure(topic)
    const why =
      failure === undefined ? (attempts === 0 ? ': it could not be sent' : ': no answer') : `: ${failure.message}`
    const elapsedMs = this.parts.world.clock.monotonic() - batch.createdMs
    const { broker } = lastError?.attempt ?? {}
    const attempt = { api: 'Produce', topic, partition, elapsedMs, ...(broker !== undefined && { broker }) }
    const error = new ClientError('REQUEST_TIMED_OUT', `${topic}-${partition}: ${reason}${why}`, attempt, failure)
    this.finish(queue, batch, { ok: false, errorOf: () => error })
  }

  private settle(item: Drained, broker: string, answer: PartitionAnswer | undefined): void {
    const { queue, batch } = item
    queue.inFlight -= 1
    if (batch.state === 'done') return
    if (answer === undefined) {
      const message = `${broker} left ${queue.topic}-${queue.partition} out of its answer`
      const error = this.error(item, { name: 'UNKNOWN_SERVER_ERROR', message, broker })
      this.judge(item, { error, code: error.code, answer })
    } else if (answer.errorCode === 0) {
      this.written(item, answer)
    } else {
      const { name } = errorByCode(answer.errorCode)
      const error = this.error(item, { name, message: answer.errorMessage ?? undefined, broker })
      this.judge(item, { error, code: answer.errorCode, answer })
    }
  }

  private written({ queue, batch }: Drained, answer: PartitionAnswer | undefined): void {
    // A batch that was answered is out of the socket: its buffer can be used again.
    batch.state = 'waiting'
    const { baseOffset = -1, logAppendTimeMs = -1 } = answer ?? {}
    this.finish(queue, batch, { ok: true, baseOffset, logAppendTimeMs })
  }

  private judge(item: Drained, failure: Failure): void {
    const { queue, batch } = item
    const { enableIdempotence, retries } = this.parts.config
    batch.state = 'waiting'
    batch.lastError = failure.error
    const outcome = verdict({
      code: failure.code,
      recordCount: batch.recordCount,
      idempotent: enableIdempotence,
      isFirst: queue.isFirst(batch),
      attempts: batch.attempts,
      retriesLeft: batch.attempts <= retries,
    })
    this.carryOut(outcome, item, failure)
  }

  private carryOut(outcome: Verdict, item: Drained, failure: Failure): void {
    const { queue, batch } = item
    switch (outcome) {
      case 'written':
        this.written(item, failure.answer)
        return
      case 'split':
        this.split(item)
        return
      case 'fail':
        if (isCertain(failure)) queue.refused(batch)
        this.finish(queue, batch, { ok: false, errorOf: errorsOf(failure) })
        return
      case 'find leader':
        this.findLeader(item, failure)
        return
      case 'new id':
        this.parts.identity?.renew()
        queue.mustReset()
        break
      case 'reset':
        queue.mustReset()
        break
      case 'retry':
        break
    }
    this.retryLater(item, failure)
  }

  /** To the leader that the answer names at once, else after a pause. */
  private findLeader(item: Drained, failure: Failure): void {
    const { queue, batch } = item
    const { topic, partition } = queue
    const { leaderId = -1, leaderEpoch = -1 } = failure.answer?.currentLeader ?? {}
    if (leaderId >= 0) {
      const { directory } = this.parts
      directory.leaderChanged(topic, partition, { leader: leaderId, leaderEpoch })
      if (batch.attempts === 1 && directory.leaderOf(topic, partition) === leaderId) {
        batch.retryAtMs = 0
        return
      }
    }
    this.parts.directory.want(topic)
    this.retryLater(item, failure)
  }

  private retryLater({ queue, batch }: Drained, { error }: Failure): void {
    const { config, world } = this.parts
    const options = { firstMs: config.retryBackoffMs, maxMs: config.retryBackoffMaxMs, random: world.random }
    batch.retryAtMs = world.clock.monotonic() + backOffMs(batch.attempts - 1, options)
    const fields = { topic: queue.topic, partition: queue.partition, error: error.errorName, attempt: batch.attempts }
    world.logger.warn(`${error.message}; the batch is sent again`, fields)
  }

  /** In two halves; a record that is too large by itself ends up alone and fails. */
  private split({ queue, batch, bytes }: Drained): void {
    const records = [...new RecordBatch(bytes).records()]
    const half = Math.ceil(records.length / 2)
    const first = partOf(batch, records.slice(0, half), { from: 0, reservedBytes: batch.reservedBytes })
    const second = partOf(batch, records.slice(half), { from: half, reservedBytes: 0 })
    second.waiters.push(...batch.waiters)
    queue.replace(batch, [first, second])
    this.parts.world.logger.warn('a batch is too large for the broker and is sent in two', {
      topic: queue.topic,
      partition: queue.partition,
      sizeBytes: bytes.length,
    })
  }

  private finish(queue: PartitionQueue, batch: Batch, result: BatchResult): void {
    const { accumulator, world } = this.parts
    for (const done of queue.finish(batch, result, accumulator.memory)) {
      done.deliver(queue, (error) => reportThrow(world, error))
    }
  }

  private afterAnswers(): void {
    this.parts.onMemory()
    this.parts.wake()
  }

  private error(
    { queue, batch }: Drained,
    what: { name: ClientError['errorName']; message: string | undefined; broker: string; cause?: unknown },
  ): ClientError {
    const { topic, partition } = queue
    const elapsedMs = this.parts.world.clock.monotonic() - batch.createdMs
    return new ClientError(
      what.name,
      what.message,
      { api: 'Produce', broker: what.broker, topic, partition, elapsedMs },
      what.cause,
    )
  }
}

/** The broker itself says that it has written nothing. */
function isCertain({ answer, error, code }: Failure): boolean {
  return answer !== undefined && !error.retriable && code !== ErrorCode.UNKNOWN_SERVER_ERROR
}

/** The part of a batch that begins with record number `from`. It takes over so much of the batch's memory. */
function partOf(
  batch: Batch,
  records: readonly BatchRecord[],
  { from, reservedBytes }: { readonly from: number; readonly reservedBytes: number },
): Batch {
  const room = records.reduce((sum, { key, value, headers }) => sum + singleRecordBatchBytesMax(key, value, headers), 0)
  const part = new Batch({ buffer: new Uint8Array(room), reservedBytes }, batch.createdMs)
  for (const [index, { key, value, headers, timestamp }] of records.entries()) {
    const fits = part.append({ key, value, headers, timestamp }, batch.entries[from + index]!)
    assert(fits, 'part of a batch fits into a buffer for its records')
  }
  part.closed = true
  part.state = 'waiting'
  part.attempts = batch.attempts
  return part
}

/** Where the broker names the records that it refused, the others are told that it was not them. */
function errorsOf({ error, answer }: Failure): (index: number) => ClientError {
  const refused = new Map(answer?.recordErrors.map((record) => [record.batchIndex, record.batchIndexErrorMessage]))
  if (refused.size === 0) return () => error
  const others = new ClientError(
    error.errorName,
    'not written, because another record of its batch was refused',
    error.attempt,
  )
  return (index) => {
    if (!refused.has(index)) return others
    return new ClientError(error.errorName, refused.get(index) ?? error.message, error.attempt)
  }
}
