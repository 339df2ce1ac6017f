/** A follower's Fetch and ListOffsets in the words of the protocol. */
import type { FetchRequest, InferInput, ListOffsetsRequest } from '@ottla/protocol'
import type { Named, PartitionId, ReplicaRequest } from './fetch-session.ts'
import type { Following } from './following.ts'

/** `replica.fetch.*` and their like. */
export interface ReplicaFetchConfig {
  /** replica.fetch.wait.max.ms */
  readonly waitMaxMs: number
  /** replica.fetch.min.bytes */
  readonly bytesMin: number
  /** replica.fetch.max.bytes: per partition. */
  readonly partitionBytesMax: number
  /** replica.fetch.response.max.bytes */
  readonly responseBytesMax: number
  /** replica.fetch.backoff.ms: the longest rest after a failure. */
  readonly backoffMaxMs: number
  /** replica.socket.timeout.ms: how long a fetch may go unanswered. */
  readonly socketTimeoutMs: number
}

/** Who fetches: broker id and its epoch of the moment (KIP-903). */
export interface ReplicaState {
  readonly replicaId: number
  readonly replicaEpoch: number
}

export interface FetchBodyOptions {
  readonly replicaState: ReplicaState
  readonly config: ReplicaFetchConfig
  /** How long the leader may keep the request for lack of records. */
  readonly waitMaxMs: number
}

/** Topics by id and the replica's epoch: nothing below version 15 can carry a follower's request. */
export const FETCH_VERSIONS = { min: 15 }

export function fetchBody(
  request: ReplicaRequest<Following>,
  { replicaState, config, waitMaxMs }: FetchBodyOptions,
): InferInput<typeof FetchRequest> {
  return {
    replicaState,
    maxWaitMs: waitMaxMs,
    minBytes: config.bytesMin,
    maxBytes: config.responseBytesMax,
    isolationLevel: 0,
    sessionId: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    topics: byTopic(
      request.named,
      ({ id }) => id,
      (named) => wantedPartition(named, config),
    ),
    forgottenTopicsData: byTopic(
      request.forgotten,
      (id) => id,
      ({ partition }) => partition,
    ),
  }
}

function wantedPartition({ id, position }: Named<Following>, config: ReplicaFetchConfig) {
  return { partition: id.partition, ...position, partitionMaxBytes: config.partitionBytesMax }
}

function byTopic<Item, T>(items: readonly Item[], idOf: (item: Item) => PartitionId, of: (item: Item) => T) {
  const topics = new Map<string, { topicId: string; partitions: T[] }>()
  for (const item of items) {
    const { topicId } = idOf(item)
    const known = topics.get(topicId)
    if (known === undefined) topics.set(topicId, { topicId, partitions: [of(item)] })
    else known.partitions.push(of(item))
  }
  return [...topics.values()]
}

const EARLIEST = -2

/** Asks where the leader's log starts. */
export function leaderStartBody(following: Following, replicaId: number): InferInput<typeof ListOffsetsRequest> {
  const { log, leaderEpoch } = following
  const partition = { partitionIndex: log.partition, currentLeaderEpoch: leaderEpoch, timestamp: EARLIEST }
  return { replicaId, isolationLevel: 0, topics: [{ name: log.topic, partitions: [partition] }] }
}
