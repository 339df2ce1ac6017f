/** After a change of leader: does the new leader's log still have what was read? (KIP-320, OffsetForLeaderEpoch) */
import { OffsetForLeaderEpochRequest } from '@ottla/protocol'
import { API } from '../api.ts'
import { ClientError, withAttempt } from '../errors.ts'
import { partitionKey } from '../group/member.ts'
import { groupBy } from '../group-by.ts'
import { type AssignedPartition, topicPartitionOf } from './assigned-partition.ts'
import type { FetcherContext } from './context.ts'
import { LogTruncationError } from './errors.ts'

const CONSUMER = -1
const UNDEFINED = -1

interface EpochEnd {
  readonly errorCode: number
  readonly leaderEpoch: number
  readonly endOffset: number
}

/** Validates partitions that are all led by this broker; resolves when each has an answer or has failed. */
export async function validatePositions(
  context: FetcherContext,
  brokerId: number,
  partitions: readonly AssignedPartition[],
): Promise<void> {
  const asked = partitions.map((partition) => ({ partition, generation: partition.generation }))
  for (const partition of partitions) partition.busy = true
  const answers = await askEpochEnds(context, brokerId, partitions)
  for (const { partition, generation } of asked) {
    partition.busy = false
    if (!context.subscription.wants(partition, generation)) continue
    if (answers instanceof ClientError) context.failed(partition, withAttempt(answers, topicPartitionOf(partition)))
    else if (answers === 'not served') partition.validated()
    else judge(context, partition, answers.get(partitionKey(partition)))
  }
}

type Answers = ReadonlyMap<string, EpochEnd> | 'not served' | ClientError

async function askEpochEnds(
  { cluster, call }: FetcherContext,
  brokerId: number,
  partitions: readonly AssignedPartition[],
): Promise<Answers> {
  try {
    const connection = await cluster.connect({ brokerId }, call)
    if (!connection.serves(OffsetForLeaderEpochRequest)) return 'not served'
    const body = { replicaId: CONSUMER, topics: byTopic(partitions) }
    const { topics } = await cluster.send({ brokerId }, API.offsetForLeaderEpoch, body, { call })
    return new Map(
      topics.flatMap(({ topic, partitions }) =>
        partitions.map((end) => [partitionKey({ topic, partition: end.partition }), end]),
      ),
    )
  } catch (error) {
    if (error instanceof ClientError) return error
    throw error
  }
}

function byTopic(partitions: readonly AssignedPartition[]) {
  return [...groupBy(partitions, ({ topic }) => topic)].map(([topic, its]) => ({
    topic,
    partitions: its.map(({ partition, leaderEpoch, offsetEpoch }) => ({
      partition,
      currentLeaderEpoch: leaderEpoch,
      leaderEpoch: offsetEpoch,
    })),
  }))
}

function judge(context: FetcherContext, partition: AssignedPartition, end: EpochEnd | undefined): void {
  const attempt = { api: 'OffsetForLeaderEpoch', ...topicPartitionOf(partition) }
  if (end === undefined) context.failed(partition, new ClientError('UNKNOWN_TOPIC_OR_PARTITION', undefined, attempt))
  else if (end.errorCode !== 0) context.failed(partition, ClientError.fromCode(end.errorCode, null, attempt))
  else if (end.leaderEpoch === UNDEFINED || end.endOffset === UNDEFINED) truncated(context, partition, undefined)
  else if (end.endOffset < partition.offset) truncated(context, partition, end)
  else partition.validated()
}

/** With a reset policy reading goes on where the logs part, as Kafka's consumer does; without one the application decides. */
function truncated(context: FetcherContext, partition: AssignedPartition, end: EpochEnd | undefined): void {
  const { offset } = partition
  const { autoOffsetReset } = context.config
  if (autoOffsetReset.kind === 'none') {
    partition.validated()
    partition.stuck = true
    context.report(partition, new LogTruncationError(partition, offset, end?.endOffset))
    return
  }
  const where = { topic: partition.topic, partition: partition.partition, offset, divergentOffset: end?.endOffset }
  context.world.logger.warn('the log was cut below the position', where)
  if (end === undefined) partition.reset(autoOffsetReset)
  else partition.moveTo(end.endOffset, end.leaderEpoch)
}
