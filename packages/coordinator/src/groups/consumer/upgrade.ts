/**
 * A classic group becomes a consumer group when the first member of the consumer protocol joins (group.consumer.migration.policy). Its members stay, as
 * members that speak the classic protocol, and keep their partitions; those that wait in a rebalance are told to join again.
 */
import type { ShardRecord } from '../../shard.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import { type ClassicMember, metadataOf } from '../classic/classic-member.ts'
import { groupMetadataTombstone } from '../classic/group-metadata.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, newMember, sortedNames } from './consumer-member.ts'
import { groupEpochRecord, memberRecord, targetEpochRecord, targetRecord } from './consumer-records.ts'
import { GroupDraft } from './draft.ts'
import { assignmentIn, heldSince, subscriptionIn, withIds } from './embedded-protocol.ts'
import type { ListedPartitions } from './partitions.ts'
import { partitionsOf } from './partitions.ts'
import { GroupRefusal } from './refusal.ts'
import { renewSession } from './steps.ts'
import { topicsHash } from './topics-hash.ts'
import type { ConsumerWorld, Work } from './world.ts'

type Context = Pick<Work, 'world' | 'view'>

/** A draft of the consumer group with the classic group's members, behind the classic group's tombstone. Throws GROUP_ID_NOT_FOUND. */
export function upgraded(classic: ClassicGroup, context: Context): GroupDraft {
  const { groupId } = classic
  refuseUpgrade(classic, context.world)
  const members = convertedMembers(classic, context)
  const group = new ConsumerGroup(groupId, context.world.topicIds)
  const draft = new GroupDraft(group, [groupMetadataTombstone(groupId)])
  draft.write(...members.map((member) => memberRecord(groupId, member)))
  const metadataHash = topicsHash(group.subscribed.names(), context.view.image)
  draft.write(groupEpochRecord(groupId, { epoch: classic.generation, metadataHash }), ...targets(groupId, members))
  draft.write(targetEpochRecord(groupId, classic.generation, 0))
  for (const member of members) {
    draft.writeCurrent(member)
    renewSession({ ...context, draft }, member)
  }
  draft.add(context.world.classic.dissolve(classic, context.view))
  context.world.logger.info('A classic group has become a consumer group', {
    group: groupId,
    members: members.length,
  })
  return draft
}

function targets(groupId: string, members: readonly ConsumerMember[]): ShardRecord[] {
  return members.map((member) =>
    targetRecord(
      groupId,
      member.memberId,
      new Map([...member.assigned].map(([topicId, partitions]) => [topicId, new Set(partitions.keys())])),
    ),
  )
}

function refuseUpgrade(classic: ClassicGroup, { settings }: ConsumerWorld): void {
  const { consumerMigrationPolicy, consumerMaxSize } = settings()
  if (consumerMigrationPolicy !== 'upgrade' && consumerMigrationPolicy !== 'bidirectional') {
    throw refusal(classic, 'online upgrade is disabled')
  }
  if (classic.protocolType !== 'consumer') {
    throw refusal(classic, 'the group does not use the consumer embedded protocol')
  }
  if (classic.members.size > consumerMaxSize) {
    throw refusal(classic, 'the group size exceeds the consumer group maximum size')
  }
}

function convertedMembers(classic: ClassicGroup, context: Context): readonly ConsumerMember[] {
  const taken = new Set<string>()
  return Array.from(classic.members.values(), (member) => converted(classic, member, { ...context, taken }))
}

/** `taken`: what members before this one have. A careless leader may give a partition to two; here it has one holder. */
function converted(
  classic: ClassicGroup,
  member: ClassicMember,
  { view, taken }: Context & { readonly taken: Set<string> },
): ConsumerMember {
  const subscription = subscriptionIn(metadataOf(member, classic.protocol) ?? member.protocols[0]?.metadata)
  const assignment = assignmentIn(member.assignment)
  if (subscription === undefined || assignment === undefined) {
    throw refusal(classic, 'the embedded consumer protocol is malformed')
  }
  if (assignment.userData !== null && assignment.userData.length > 0) {
    throw refusal(
      classic,
      'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade',
    )
  }
  const owned = untaken(withIds(assignment.assignedPartitions, view.image), taken)
  return {
    ...newMember(member.memberId),
    instanceId: member.groupInstanceId,
    rackId: subscription.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: sortedNames(subscription.topics),
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    classic: {
      sessionTimeoutMs: member.sessionTimeoutMs,
      supportedProtocols: member.protocols.map(({ name, metadata }) => ({ name, metadata })),
    },
    memberEpoch: classic.generation,
    previousMemberEpoch: classic.generation,
    assigned: heldSince(owned, classic.generation),
  }
}

function untaken(owned: readonly ListedPartitions[], taken: Set<string>): readonly ListedPartitions[] {
  return [...partitionsOf(owned)].flatMap(([topicId, partitions]) => {
    const free = [...partitions].filter((partition) => !taken.has(`${topicId}-${partition}`))
    for (const partition of free) taken.add(`${topicId}-${partition}`)
    return free.length === 0 ? [] : [{ topicId, partitions: free }]
  })
}

function refusal({ groupId }: ClassicGroup, why: string): GroupRefusal {
  return new GroupRefusal(
    'GROUP_ID_NOT_FOUND',
    `Cannot upgrade classic group ${groupId} to consumer group because ${why}.`,
  )
}
