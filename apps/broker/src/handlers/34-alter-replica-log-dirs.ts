/**
 * AlterReplicaLogDirs (API key 34), versions 1-2: which log directory of this broker a replica shall lie in (KIP-113). Replicas are not
 * moved between directories here. What is asked for is granted where it is so already, as with a file that
 * kafka-reassign-partitions has printed for the way back; else INVALID_REQUEST.
 *
 * LOG_DIR_NOT_FOUND for a path that is none of the broker's, KAFKA_STORAGE_ERROR for one that is offline, REPLICA_NOT_AVAILABLE for a
 * replica that does not lie here: a new one goes where the fewest are, whatever was asked for.
 */
import {
  type AlterReplicaLogDirsRequest,
  type AlterReplicaLogDirsResponse,
  ApiKey,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import type { BrokerParts, Handler } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'

type Response = InferInput<typeof AlterReplicaLogDirsResponse>

/** What this handler looks at in a log directory. */
export interface NamedDirectory {
  readonly absolutePath: string
  readonly isOffline: boolean
  readonly logs: readonly { readonly topic: string; readonly partition: number }[]
}

export interface AlterLogDirsParts extends BrokerParts {
  readonly logDirectories: readonly NamedDirectory[]
}

export function alterReplicaLogDirsHandler(parts: AlterLogDirsParts): Handler<AlterReplicaLogDirsRequest, Response> {
  return {
    api: ApiKey.AlterReplicaLogDirs,
    min: 1,
    max: 2,
    async handle(context, { dirs }) {
      const isAllowed = parts.security.authorize(context, 'ALTER', CLUSTER)
      const judge = isAllowed ? judgeOf(parts.logDirectories) : () => ErrorCode.CLUSTER_AUTHORIZATION_FAILED
      const answers = dirs.flatMap(({ path, topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions.map((partitionIndex) => ({
            topicName: name,
            partitionIndex,
            errorCode: judge(path, name, partitionIndex),
          })),
        ),
      )
      const results = [...Map.groupBy(answers, ({ topicName }) => topicName)].map(([topicName, ofTopic]) => ({
        topicName,
        partitions: ofTopic.map(({ partitionIndex, errorCode }) => ({ partitionIndex, errorCode })),
      }))
      return { throttleTimeMs: 0, results }
    },
  }
}

type Judge = (path: string, topic: string, partition: number) => number

function judgeOf(directories: readonly NamedDirectory[]): Judge {
  const byPath = new Map(directories.map((directory) => [directory.absolutePath, directory]))
  const places = new Map(
    directories.flatMap(({ absolutePath, logs }) =>
      logs.map(({ topic, partition }) => [`${partition} ${topic}`, absolutePath] as const),
    ),
  )
  return (path, topic, partition) => {
    const directory = byPath.get(path)
    if (directory === undefined) return ErrorCode.LOG_DIR_NOT_FOUND
    if (directory.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR
    const place = places.get(`${partition} ${topic}`)
    if (place === undefined) return ErrorCode.REPLICA_NOT_AVAILABLE
    return place === path ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST
  }
}
