/**
 * ConsumerGroupHeartbeat (68), versions 0-1: a member of a group in the consumer protocol joins, stays, follows its assignment and leaves
 * (KIP-848). 1: regular expressions, and member ids that the client makes (KIP-1082).
 *
 * A subscription by names is refused when one of the topics may not be described: an assignment would tell that it exists.
 */
import {
  ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import type { Handler } from '../seams.ts'
import { groupResource, topicResource } from '../security/resources.ts'
import { groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { checkItems } from './request-limit.ts'

type Response = InferInput<typeof ConsumerGroupHeartbeatResponse>

export function consumerGroupHeartbeatHandler(parts: GroupParts): Handler<ConsumerGroupHeartbeatRequest, Response> {
  const { security } = parts
  return {
    api: ConsumerGroupHeartbeatRequest.apiKey,
    min: 0,
    max: 1,
    async handle(context, request) {
      const { groupId } = request
      const names = request.subscribedTopicNames ?? []
      const owned = (request.topicPartitions ?? []).reduce((sum, { partitions }) => sum + 1 + partitions.length, 0)
      checkItems(names.length + owned, 'topics and partitions')
      if (!parts.config.groupSettings.consumerProtocolEnabled) {
        return refused(
          ErrorCode.UNSUPPORTED_VERSION,
          'group.coordinator.rebalance.protocols does not contain consumer.',
        )
      }
      if (!security.authorize(context, 'READ', groupResource(groupId))) {
        return refused(ErrorCode.GROUP_AUTHORIZATION_FAILED)
      }
      if (names.some((name) => !security.authorize(context, 'DESCRIBE', topicResource(name)))) {
        return refused(ErrorCode.TOPIC_AUTHORIZATION_FAILED)
      }
      try {
        return await parts.groups.call(groupId, 'consumer-group-heartbeat', request, context)
      } catch (error) {
        const { errorCode, errorMessage } = groupFailure(error)
        return refused(errorCode, errorMessage)
      }
    },
  }
}

function refused(errorCode: number, errorMessage: string | null = null): Response {
  return { throttleTimeMs: 0, errorCode, errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 }
}
