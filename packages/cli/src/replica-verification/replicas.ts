import { ClientError, type TopicPartition } from '@ottla/client'
import { API, type Cluster } from '@ottla/client/internal'
import { anyBatchesIn, CorruptRecordError } from '@ottla/protocol'
import { partitionName } from '../names/partition-json.ts'
import type { ReplicaBatches } from './compare.ts'

/** As whom brokers know a reader that looks at followers, too. */
const DEBUGGING_CONSUMER = -2
/** Later versions name topics by id. */
const TOPIC_NAMES_VERSION = 12
const MIN_BYTES = 1

/** A partition under comparison. */
export interface Compared extends TopicPartition {
  readonly replicas: readonly number[]
  /** Everything before it is compared. */
  offset: number
  /** The largest high watermark that a replica has told. */
  highWatermark: number
  /** Where the partition ended at the start; `--once` goes so far. */
  readonly end: number
  /** Nothing more can be compared: its replicas have different offsets. */
  isTornApart: boolean
}

export interface FetchLimits {
  readonly fetchSize: number
  readonly maxWaitMs: number
}

/** What a replica says to a Fetch: its batches, or why there are none. */
export type ReplicaAnswer =
  | { readonly ok: true; readonly value: ReplicaBatches }
  | { readonly ok: false; readonly why: string }

/** Asks each broker once for all of its replicas; answers by partition name. */
export async function fetchReplicas(
  cluster: Cluster,
  partitions: readonly Compared[],
  limits: FetchLimits,
): Promise<Map<string, ReplicaAnswer[]>> {
  const brokerIds = [...new Set(partitions.flatMap(({ replicas }) => replicas))]
  const fetched = await Promise.all(
    brokerIds.map((brokerId) => {
      const there = partitions.filter(({ replicas }) => replicas.includes(brokerId))
      return fetchFrom(cluster, brokerId, { there, limits })
    }),
  )
  const answers = new Map<string, ReplicaAnswer[]>(partitions.map((partition) => [partitionName(partition), []]))
  for (const ofBroker of fetched) for (const [name, answer] of ofBroker) answers.get(name)?.push(answer)
  return answers
}

interface Asked {
  readonly there: readonly Compared[]
  readonly limits: FetchLimits
}

async function fetchFrom(
  cluster: Cluster,
  brokerId: number,
  { there, limits }: Asked,
): Promise<Map<string, ReplicaAnswer>> {
  const topics = [...Map.groupBy(there, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({
      partition,
      fetchOffset: offset,
      partitionMaxBytes: limits.fetchSize,
    })),
  }))
  const body = { replicaId: DEBUGGING_CONSUMER, maxWaitMs: limits.maxWaitMs, minBytes: MIN_BYTES, topics }
  const versions = { max: TOPIC_NAMES_VERSION }
  try {
    const { responses } = await cluster.retrying({ timeoutMs: limits.maxWaitMs + ANSWER_TIMEOUT_MS }, (call) =>
      cluster.send({ brokerId }, API.fetch, body, { call, versions }),
    )
    return new Map(
      responses.flatMap(({ topic, partitions }) =>
        partitions.map((answer) => [
          partitionName({ topic, partition: answer.partitionIndex }),
          replicaAnswer(brokerId, answer),
        ]),
      ),
    )
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const why = `replica ${brokerId}: ${error.message}`
    return new Map(there.map((partition) => [partitionName(partition), { ok: false, why }]))
  }
}

const ANSWER_TIMEOUT_MS = 10_000

interface PartitionAnswer {
  readonly errorCode: number
  readonly highWatermark: number
  readonly records: Uint8Array | null
}

function replicaAnswer(brokerId: number, { errorCode, highWatermark, records }: PartitionAnswer): ReplicaAnswer {
  if (errorCode !== 0) {
    const { errorName } = ClientError.fromCode(errorCode, null, {})
    return { ok: false, why: `replica ${brokerId}: ${errorName}` }
  }
  try {
    const batches = [...anyBatchesIn(records ?? new Uint8Array(0))].map((batch) => ({
      lastOffset: batch.lastOffset,
      crc: batch.crc,
      isValid: batch.isCrcValid(),
    }))
    return { ok: true, value: { brokerId, highWatermark, batches } }
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error
    return { ok: false, why: `replica ${brokerId}: ${error.message}` }
  }
}
