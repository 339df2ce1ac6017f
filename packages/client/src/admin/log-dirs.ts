import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { Call, CallOptions } from '../retry.ts'
import { partitionsByTopic, type TopicPartition } from './leaders.ts'
import { failed, type Outcome, settle, succeeded } from './outcome.ts'

export interface ReplicaSize extends TopicPartition {
  readonly sizeBytes: number
  /** How far the replica is behind; of a future replica, behind the present one. */
  readonly offsetLag: number
  /** It is being moved here from another directory of the broker. */
  readonly isFuture: boolean
}

export interface LogDirectory {
  readonly path: string
  /** What is wrong with the directory; then it shows no replicas. */
  readonly error: ClientError | undefined
  readonly replicas: readonly ReplicaSize[]
  /** Of the file system, in bytes; undefined from brokers before 3.3 (KIP-827). */
  readonly totalBytes: number | undefined
  readonly usableBytes: number | undefined
  /** No new replica is placed here (KIP-1066). */
  readonly isCordoned: boolean
}

export interface DescribeLogDirsOptions extends CallOptions {
  /** Only these partitions; all without it. */
  readonly partitions?: readonly TopicPartition[]
}

/** The log directories of brokers, by broker id. */
export async function describeLogDirs(
  cluster: Cluster,
  brokerIds: readonly number[],
  options: DescribeLogDirsOptions,
): Promise<Map<number, Outcome<readonly LogDirectory[]>>> {
  const topics = options.partitions === undefined ? null : partitionsByTopic(options.partitions)
  return settle(cluster, {
    items: [...new Set(brokerIds)],
    options,
    repeat: (error) => error.retriable,
    attempt: async (pending, call) => {
      const answers = pending.map(async (id) => [id, await askBroker(cluster, id, { topics, call })] as const)
      return new Map(await Promise.all(answers))
    },
  })
}

interface Asking {
  readonly topics: { topic: string; partitions: number[] }[] | null
  readonly call: Call
}

async function askBroker(
  cluster: Cluster,
  brokerId: number,
  { topics, call }: Asking,
): Promise<Outcome<readonly LogDirectory[]>> {
  const attempt = { api: 'DescribeLogDirs', broker: `${brokerId}` }
  try {
    const answer = await cluster.send({ brokerId }, API.describeLogDirs, { topics }, { call })
    if (answer.errorCode !== 0) return failed(answer.errorCode, null, attempt)
    return succeeded(answer.results.map(describedDirectory))
  } catch (error) {
    // One broker that does not answer does not spoil what the others say.
    if (!(error instanceof ClientError)) throw error
    return { ok: false, error }
  }
}

interface Result {
  readonly errorCode: number
  readonly logDir: string
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly {
      readonly partitionIndex: number
      readonly partitionSize: number
      readonly offsetLag: number
      readonly isFutureKey: boolean
    }[]
  }[]
  readonly totalBytes: number
  readonly usableBytes: number
  readonly isCordoned: boolean
}

function describedDirectory(result: Result): LogDirectory {
  const replicas = result.topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partitionIndex: partition, partitionSize: sizeBytes, offsetLag, isFutureKey: isFuture }) => ({
      topic,
      partition,
      sizeBytes,
      offsetLag,
      isFuture,
    })),
  )
  const error =
    result.errorCode === 0 ? undefined : ClientError.fromCode(result.errorCode, null, { api: 'DescribeLogDirs' })
  return {
    path: result.logDir,
    error,
    replicas,
    totalBytes: bytesOrUnknown(result.totalBytes),
    usableBytes: bytesOrUnknown(result.usableBytes),
    isCordoned: result.isCordoned,
  }
}

function bytesOrUnknown(bytes: number): number | undefined {
  return bytes < 0 ? undefined : bytes
}
