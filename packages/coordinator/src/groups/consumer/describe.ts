import type { MetadataImage } from '@ottla/replication'
import type { DescribedConsumerGroup } from '../requests.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { type HeldPartitions, listed, type Partitions } from './partitions.ts'

/** KIP-1099. */
const CLASSIC_MEMBER = 0
const CONSUMER_MEMBER = 1

export function describeConsumerGroup(
  group: ConsumerGroup,
  { image, assignors }: { readonly image: MetadataImage; readonly assignors: readonly string[] },
): DescribedConsumerGroup {
  return {
    errorCode: 0,
    errorMessage: null,
    groupId: group.groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.assignor(assignors) ?? '',
    members: Array.from(group.members.values(), (member) => describedMember(group, member, image)),
  }
}

function describedMember(group: ConsumerGroup, member: ConsumerMember, image: MetadataImage) {
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.memberEpoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames],
    subscribedTopicRegex: member.subscribedTopicRegex,
    assignment: { topicPartitions: named(member.assigned, image) },
    targetAssignment: { topicPartitions: named(group.targetOf(member.memberId), image) },
    memberType: member.classic === undefined ? CONSUMER_MEMBER : CLASSIC_MEMBER,
  }
}

/** Topics that are gone are left out. */
function named(partitions: Partitions | HeldPartitions, image: MetadataImage) {
  return listed(partitions).flatMap((topic) => {
    const topicName = image.topicNamesById.get(topic.topicId)
    return topicName === undefined ? [] : [{ ...topic, topicName }]
  })
}
