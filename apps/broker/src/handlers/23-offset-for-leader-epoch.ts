/**
 * OffsetForLeaderEpoch (API key 23), versions 2-4: where a leader epoch ended in the leader's log, so that a reader that was
 * told of a new leader can find out whether its position is still on the same history (KIP-320). The end of the latest epoch is
 * the log end; of an epoch that left no records here, that of the nearest older one. An epoch that the log does not know is answered
 * with -1 and -1, without an error. A leader epoch in the request that is not the present one: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH.
 */
import {
  ApiKey,
  type InferInput,
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse,
} from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import { errorCodeOf } from '../partitions/error-code.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler } from '../seams.ts'
import { CLUSTER, topicResource } from '../security/resources.ts'

type Response = InferInput<typeof OffsetForLeaderEpochResponse>
type Requested = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number]
type Answer = Response['topics'][number]['partitions'][number]

export function offsetForLeaderEpochHandler(parts: DataParts): Handler<OffsetForLeaderEpochRequest, Response> {
  const { partitions: hosted, security } = parts
  return {
    api: ApiKey.OffsetForLeaderEpoch,
    min: 2,
    max: 4,
    handle(context, request) {
      const isReplica = security.authorize(context, 'CLUSTER_ACTION', CLUSTER)
      const topics = request.topics.map(({ topic, partitions }) => {
        const mayDescribe = isReplica || security.authorize(context, 'DESCRIBE', topicResource(topic))
        const image = hosted.topicByName(topic)
        const answer = (requested: Requested) =>
          mayDescribe ? endOf(parts, image, requested) : refused(requested, 'TOPIC_AUTHORIZATION_FAILED')
        return { topic, partitions: partitions.map(answer) }
      })
      return { throttleTimeMs: 0, topics }
    },
  }
}

function endOf({ partitions }: DataParts, image: TopicImage | undefined, requested: Requested): Answer {
  if (image === undefined) return refused(requested, 'UNKNOWN_TOPIC_OR_PARTITION')
  const partition = partitions.find(image, requested.partition)
  const error = typeof partition === 'string' ? partition : partition.check(requested.currentLeaderEpoch)
  if (typeof partition === 'string' || error !== undefined) return refused(requested, error!)
  const end = partition.log.endOffsetForEpoch(requested.leaderEpoch)
  const { leaderEpoch, endOffset } = end ?? { leaderEpoch: -1, endOffset: -1 }
  return { errorCode: 0, partition: requested.partition, leaderEpoch, endOffset }
}

function refused({ partition }: Requested, error: string): Answer {
  return { errorCode: errorCodeOf(error), partition, leaderEpoch: -1, endOffset: -1 }
}
