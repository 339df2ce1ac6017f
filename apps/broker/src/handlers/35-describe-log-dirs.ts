/**
 * DescribeLogDirs (API key 35), versions 1-5: the log directories of this broker and how large the partitions in them are
 * (KIP-113). 3: an error of the whole request (CLUSTER_AUTHORIZATION_FAILED). 4: total and usable bytes of the file system
 * (KIP-827). 5: cordoned directories (KIP-1066), of which there are none here.
 *
 * Null asks for all partitions; of those that are named the ones that lie here are told, without an error for the others.
 * A directory that is offline is KAFKA_STORAGE_ERROR without topics and sizes. Sizes are those of the segments; the offset lag
 * of a leader's log is 0, and there are no future logs.
 */
import {
  ApiKey,
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import type { DiskSpace } from '@ottla/runtime'
import type { BrokerParts, Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'

type Response = InferInput<typeof DescribeLogDirsResponse>
type Result = Response['results'][number]
type Wanted = (log: DescribedLog) => boolean

export interface DescribedLog {
  readonly topic: string
  readonly partition: number
  readonly sizeBytes: number
  readonly logEndOffset: number
  readonly highWatermark: number
}

/** What storage's LogDirectory tells of itself. */
export interface DescribedDirectory {
  readonly absolutePath: string
  readonly isOffline: boolean
  readonly logs: readonly DescribedLog[]
  space(): Promise<DiskSpace>
}

export interface LogDirsParts extends BrokerParts {
  readonly logDirectories: readonly DescribedDirectory[]
}

export function describeLogDirsHandler(parts: LogDirsParts): Handler<DescribeLogDirsRequest, Response> {
  return {
    api: ApiKey.DescribeLogDirs,
    min: 1,
    max: 5,
    async handle(context, request) {
      if (!parts.security.authorize(context, 'DESCRIBE', CLUSTER)) {
        return { throttleTimeMs: 0, errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, results: [] }
      }
      const wanted = wantedOf(request.topics)
      const results = await Promise.all(parts.logDirectories.map((directory) => describe(parts, directory, wanted)))
      return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, results }
    },
  }
}

function wantedOf(topics: DescribeLogDirsRequest['topics']): Wanted {
  if (topics === null) return () => true
  const names = new Set(topics.flatMap(({ topic, partitions }) => partitions.map((index) => `${topic}-${index}`)))
  return ({ topic, partition }) => names.has(`${topic}-${partition}`)
}

async function describe(parts: LogDirsParts, directory: DescribedDirectory, wanted: Wanted): Promise<Result> {
  const { absolutePath: logDir } = directory
  if (directory.isOffline) return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir, topics: [] }
  try {
    const space = await directory.space()
    return { errorCode: ErrorCode.NONE, logDir, topics: byTopic(directory.logs.filter(wanted)), ...space }
  } catch (error) {
    parts.runtime.logger.warn('cannot tell how much room a log directory has', { path: logDir, error })
    return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir, topics: [] }
  }
}

function byTopic(logs: readonly DescribedLog[]): Result['topics'] {
  const topics = Map.groupBy(logs, ({ topic }) => topic)
  return Array.from(topics, ([name, ofTopic]) => ({ name, partitions: ofTopic.map(describePartition) }))
}

function describePartition({ partition, sizeBytes, logEndOffset, highWatermark }: DescribedLog) {
  return {
    partitionIndex: partition,
    partitionSize: sizeBytes,
    // Kafka's formula, in which only the log of a replica that lags is behind.
    offsetLag: Math.max(highWatermark - logEndOffset, 0),
    isFutureKey: false,
  }
}
