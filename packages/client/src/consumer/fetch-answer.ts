/** What the answer of a Fetch means for one partition of it. */
import { ErrorCode, errorByCode, type FetchResponse } from '@ottla/protocol'
import { ClientError } from '../errors.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import type { FetcherContext } from './context.ts'
import { NoOffsetError } from './errors.ts'
import type { FetchBuffer, FetchedAnswer } from './fetch-buffer.ts'
import { FetchedPartition, findBatches, type ReadOptions } from './fetched-partition.ts'

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number]

/** A partition as it was when it was asked for. */
export interface Asked {
  readonly partition: AssignedPartition
  readonly generation: number
  readonly fetchOffset: number
  readonly brokerId: number
}

export interface Receiving {
  readonly context: FetcherContext
  readonly buffer: FetchBuffer
  readonly reading: ReadOptions
}

const NONE = -1

/** Keeps what was fetched, or does what the error asks for. An answer to an older question counts for nothing. */
export function receive(receiving: Receiving, asked: Asked, answer: PartitionAnswer, whole: FetchedAnswer): void {
  const { partition, generation, fetchOffset } = asked
  const { context } = receiving
  if (!context.subscription.wants(partition, generation) || partition.fetchOffset !== fetchOffset) return
  if (answer.errorCode !== 0) {
    refused(context, asked, answer)
    return
  }
  partition.failures = 0
  partition.highWatermark = answer.highWatermark
  partition.lastStableOffset = answer.lastStableOffset
  if (answer.preferredReadReplica !== NONE) prefer(context, partition, answer.preferredReadReplica)
  if (answer.records !== null && answer.records.length > 0) keep(receiving, partition, answer, whole)
}

function keep(
  { buffer, reading, context }: Receiving,
  partition: AssignedPartition,
  { records, abortedTransactions }: PartitionAnswer,
  whole: FetchedAnswer,
): void {
  const { batches, fault } = findBatches(records!)
  const last = batches.at(-1)
  if (last !== undefined) partition.fetchOffset = Math.max(partition.fetchOffset, last.lastOffset + 1)
  partition.stuck = fault !== undefined
  const aborted = context.config.isolationLevel === 'read_committed' ? (abortedTransactions ?? []) : null
  buffer.add(new FetchedPartition(partition, { batches, aborted, fault }, reading), whole)
}

/** Reads from a replica that the leader named, until metadata would be asked for again anyway. */
function prefer({ world, config }: FetcherContext, partition: AssignedPartition, brokerId: number): void {
  partition.preferredReplica = { brokerId, untilMs: world.clock.monotonic() + config.metadataMaxAgeMs }
}

function refused(context: FetcherContext, asked: Asked, answer: PartitionAnswer): void {
  const { partition } = asked
  const { errorCode, currentLeader } = answer
  const { topic, partition: number } = partition
  partition.preferredReplica = undefined
  if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) {
    outOfRange(context, asked)
    return
  }
  const error = new ClientError(errorByCode(errorCode).name, undefined, { api: 'Fetch', topic, partition: number })
  if (errorCode === ErrorCode.CORRUPT_MESSAGE) context.report(partition, error)
  const hint = { brokerId: currentLeader.leaderId, epoch: currentLeader.leaderEpoch }
  if (context.leaders.hint(partition, hint)) context.wake()
  else context.failed(partition, error)
}

/**
 * The leader's word counts, not that of another replica; and only once everything in front of the offset was taken, since a reset
 * drops it.
 */
function outOfRange(context: FetcherContext, { partition, fetchOffset, brokerId }: Asked): void {
  const leads = context.leaders.find(partition)?.brokerId === brokerId
  if (!leads) {
    context.wake()
    return
  }
  if (partition.waiting > 0) {
    partition.outOfRange = true
    return
  }
  const { autoOffsetReset } = context.config
  const { topic, partition: number } = partition
  if (autoOffsetReset.kind === 'none') {
    partition.stuck = true
    context.report(partition, new NoOffsetError(partition, fetchOffset))
    return
  }
  const fields = { topic, partition: number, offset: fetchOffset, reset: autoOffsetReset.kind }
  context.world.logger.warn('the position is outside of the log and is reset', fields)
  partition.reset(autoOffsetReset)
  context.wake()
}
