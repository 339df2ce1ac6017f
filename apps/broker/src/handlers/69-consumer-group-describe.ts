/**
 * ConsumerGroupDescribe (69), versions 0-1: groups of the consumer protocol with members, assignments and epochs (KIP-848). 1: whether a member
 * uses the classic protocol (KIP-1099).
 *
 * A group with an assignment of a topic that the principal may not describe is shown without members.
 */
import type { DescribedConsumerGroup } from '@ottla/coordinator'
import {
  ConsumerGroupDescribeRequest,
  type ConsumerGroupDescribeResponse,
  ErrorCode,
  type InferInput,
} from '@ottla/protocol'
import type { Handler, RequestContext } from '../seams.ts'
import { authorizedOperations, OPERATIONS_NOT_ASKED } from '../security/authorized-operations.ts'
import { groupResource, topicResource } from '../security/resources.ts'
import { describeTogether } from './group-batches.ts'
import type { GroupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'
import { answersMuch, checkItems } from './request-limit.ts'

type Response = InferInput<typeof ConsumerGroupDescribeResponse>

export function consumerGroupDescribeHandler(parts: GroupParts): Handler<ConsumerGroupDescribeRequest, Response> {
  return {
    api: ConsumerGroupDescribeRequest.apiKey,
    min: 0,
    max: 1,
    serial: answersMuch,
    async handle(context, request) {
      checkItems(request.groupIds.length, 'groups')
      const asked = [...new Set(request.groupIds)]
      const refusals = new Map<string, GroupFailure>()
      for (const groupId of asked) {
        const failure = refusal(parts, context, groupId)
        if (failure !== undefined) refusals.set(groupId, failure)
      }
      const allowed = asked.filter((groupId) => !refusals.has(groupId))
      const described = await describeTogether<DescribedConsumerGroup>(parts, allowed, {
        describe: (groupIds) => parts.groups.call(groupIds[0]!, 'consumer-group-describe', { groupIds }, context),
        refuse: refused,
      })
      const groups = asked.map((groupId) => {
        const group = described.get(groupId)
        if (group === undefined) return refused(groupId, refusals.get(groupId) ?? NOT_ALLOWED)
        const authorized = request.includeAuthorizedOperations && group.errorCode === ErrorCode.NONE
        return {
          ...withoutHiddenTopics(parts, context, group),
          authorizedOperations: authorized
            ? authorizedOperations(parts.security, context, groupResource(groupId))
            : OPERATIONS_NOT_ASKED,
        }
      })
      return { throttleTimeMs: 0, groups }
    },
  }
}

const NOT_ALLOWED: GroupFailure = {
  errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED,
  errorMessage: 'Not authorized to describe this group.',
}

function refusal(parts: GroupParts, context: RequestContext, groupId: string): GroupFailure | undefined {
  if (!parts.config.groupSettings.consumerProtocolEnabled) {
    const errorMessage = 'group.coordinator.rebalance.protocols does not contain consumer.'
    return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage }
  }
  if (!parts.security.authorize(context, 'DESCRIBE', groupResource(groupId))) return NOT_ALLOWED
  if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID, errorMessage: 'A group id cannot be empty.' }
  return undefined
}

function withoutHiddenTopics(
  { security }: GroupParts,
  context: RequestContext,
  group: DescribedConsumerGroup,
): DescribedConsumerGroup {
  const topics = new Set(
    group.members.flatMap(({ assignment, targetAssignment }) => [
      ...assignment.topicPartitions.map(({ topicName }) => topicName),
      ...targetAssignment.topicPartitions.map(({ topicName }) => topicName),
    ]),
  )
  for (const name of topics) {
    if (security.authorize(context, 'DESCRIBE', topicResource(name))) continue
    const errorMessage = 'The group has described topic(s) that the client is not authorized to describe.'
    return refused(group.groupId, { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage })
  }
  return group
}

function refused(groupId: string, { errorCode, errorMessage }: GroupFailure): DescribedConsumerGroup {
  return {
    errorCode,
    errorMessage,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  }
}
