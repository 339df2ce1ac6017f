/**
 * One Produce request on its way: its appends are written, then, with acks=all, committed. One object and one promise per
 * request; each partition of it is a slot that fills in its part of the response.
 *
 * Order: every append is started by the handler in one go; when the last of them has been written the request's memory goes
 * back; when the last slot is committed, lost or timed out the response is complete. A timeout says nothing about the
 * records: they may still be committed. Where that waits for replicas to come back to the ISR it is told as
 * NOT_ENOUGH_REPLICAS_AFTER_APPEND, else as REQUEST_TIMED_OUT.
 */
import type { Timers } from '@ottla/runtime'
import type { AppendResult } from '@ottla/storage'
import { errorCodeOf } from './error-code.ts'
import type { Partition } from './partition.ts'
import type { Acks, ClientBatch } from './partition-types.ts'
import { type CommitWaiter, Wait, type WaitEnd } from './waiters.ts'

/** A partition's part of the response, in the words of the Produce message. */
export interface ProduceAnswer {
  readonly index: number
  errorCode: number
  baseOffset: number
  logAppendTimeMs: number
  logStartOffset: number
  recordErrors: readonly { readonly batchIndex: number; readonly batchIndexErrorMessage: string }[]
  errorMessage: string | null
  currentLeader?: { readonly leaderId: number; readonly leaderEpoch: number }
}

export interface PendingProduceOptions {
  readonly acks: Acks
  readonly timeoutMs: number
  readonly timers: Timers
  readonly closed: AbortSignal
  /** All batches are written or refused: nothing of the request's frame is needed any more. */
  readonly written: () => void
  /** Every answer is complete. Called once. */
  readonly complete: () => void
}

export function emptyAnswer(index: number): ProduceAnswer {
  return {
    index,
    errorCode: 0,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
  }
}

export function refuse(answer: ProduceAnswer, error: string, message: string | null): void {
  answer.errorCode = errorCodeOf(error)
  answer.errorMessage = message
}

export class PendingProduce {
  readonly #options: PendingProduceOptions
  readonly #uncommitted = new Set<Slot>()
  /** Appends that have not been written, and one for the handler that may start more. */
  #unwritten = 1
  #wait: Wait | undefined

  constructor(options: PendingProduceOptions) {
    this.#options = options
  }

  append(partition: Partition, batch: ClientBatch, answer: ProduceAnswer): void {
    this.#unwritten++
    const leaderEpoch = partition.leaderEpoch
    partition.append(batch, this.#options.acks, (result) => {
      fill(answer, result)
      if (result.ok && this.#options.acks === -1) {
        const slot = new Slot(this, partition, answer)
        this.#uncommitted.add(slot)
        partition.whenCommitted(result.lastOffset + 1, leaderEpoch, slot)
      }
      this.#written()
    })
  }

  /** The handler has started all appends. */
  started(): void {
    this.#written()
  }

  settled(slot: Slot): void {
    this.#uncommitted.delete(slot)
    if (this.#uncommitted.size > 0 || this.#unwritten > 0) return
    if (this.#wait === undefined) this.#options.complete()
    else this.#wait.ready()
  }

  #written(): void {
    if (--this.#unwritten > 0) return
    this.#options.written()
    if (this.#uncommitted.size === 0) {
      this.#options.complete()
      return
    }
    const { timers, timeoutMs, closed } = this.#options
    this.#wait = new Wait({ timers, timeoutMs, closed, ended: (end) => this.#ended(end) })
  }

  #ended(end: WaitEnd): void {
    for (const slot of this.#uncommitted) slot.giveUp(end)
    this.#uncommitted.clear()
    this.#options.complete()
  }
}

class Slot implements CommitWaiter {
  readonly #request: PendingProduce
  readonly #partition: Partition
  readonly #answer: ProduceAnswer

  constructor(request: PendingProduce, partition: Partition, answer: ProduceAnswer) {
    this.#request = request
    this.#partition = partition
    this.#answer = answer
  }

  committed(): void {
    this.#request.settled(this)
  }

  lost(): void {
    refuse(
      this.#answer,
      'NOT_LEADER_OR_FOLLOWER',
      'this broker stopped leading the partition before the records were committed',
    )
    this.#request.settled(this)
  }

  giveUp(end: WaitEnd): void {
    this.#partition.forget(this)
    if (end !== 'timeout') return
    if (this.#partition.hasEnoughReplicas) {
      refuse(this.#answer, 'REQUEST_TIMED_OUT', 'not all in-sync replicas had the records in time')
    } else {
      const message = 'the records are written, but too few replicas are in sync to commit them'
      refuse(this.#answer, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', message)
    }
  }
}

function fill(answer: ProduceAnswer, result: AppendResult): void {
  answer.logStartOffset = result.logStartOffset
  if (result.ok) {
    answer.baseOffset = result.firstOffset
    answer.logAppendTimeMs = result.logAppendTimeMs
    return
  }
  refuse(answer, result.error, result.message)
  answer.recordErrors = (result.recordErrors ?? []).map(({ batchIndex, message }) => ({
    batchIndex,
    batchIndexErrorMessage: message,
  }))
}
