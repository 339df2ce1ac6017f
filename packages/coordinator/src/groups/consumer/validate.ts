/** What a ConsumerGroupHeartbeat must look like, whatever the group. Throws a `GroupRefusal` with Kafka's words. */
import type { ConsumerGroupHeartbeatRequest } from '@ottla/protocol'
import type { GroupSettings } from '../settings.ts'
import { LEAVE_EPOCH, STATIC_LEAVE_EPOCH } from './consumer-member.ts'
import { GroupRefusal } from './refusal.ts'

/** From this version on members make their ids themselves (KIP-1082). */
const OWN_MEMBER_ID_VERSION = 1

export function checkHeartbeat(
  body: ConsumerGroupHeartbeatRequest,
  { apiVersion, settings }: { readonly apiVersion: number; readonly settings: GroupSettings },
): void {
  const { memberEpoch, serverAssignor } = body
  if (apiVersion >= OWN_MEMBER_ID_VERSION || memberEpoch > 0 || memberEpoch === LEAVE_EPOCH) {
    refuseBlank(body.memberId, 'MemberId')
  }
  refuseBlank(body.groupId, 'GroupId')
  refuseBlank(body.instanceId, 'InstanceId')
  refuseBlank(body.rackId, 'RackId')
  if (memberEpoch === 0) checkJoin(body)
  else if (memberEpoch === STATIC_LEAVE_EPOCH) refuseIf(body.instanceId === null, "InstanceId can't be null.")
  else refuseIf(memberEpoch < STATIC_LEAVE_EPOCH, 'MemberEpoch is invalid.')
  if (serverAssignor !== null && !settings.consumerAssignors.includes(serverAssignor)) {
    const supported = settings.consumerAssignors.join(', ')
    throw new GroupRefusal(
      'UNSUPPORTED_ASSIGNOR',
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${supported}.`,
    )
  }
}

function checkJoin(body: ConsumerGroupHeartbeatRequest): void {
  refuseIf(body.rebalanceTimeoutMs === -1, 'RebalanceTimeoutMs must be provided in first request.')
  const owned = body.topicPartitions
  refuseIf(owned === null || owned.length > 0, 'TopicPartitions must be empty when (re-)joining.')
  refuseIf(
    body.subscribedTopicNames === null && body.subscribedTopicRegex === null,
    'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
  )
}

function refuseBlank(value: string | null, field: string): void {
  refuseIf(value !== null && value.trim() === '', `${field} can't be empty.`)
}

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw new GroupRefusal('INVALID_REQUEST', message)
}
