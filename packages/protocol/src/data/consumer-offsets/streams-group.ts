/**
 * Streams groups (KIP-1071) in `__consumer_offsets`: record types 17 and 19 to 23. Version 0, values flexible.
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../../schema/message.ts'
import { array, bits64, int8, int16, int32, int64, string, struct, uint16 } from '../../schema/types.ts'

export const StreamsGroupMetadataKey = coordinatorKey(17, 'StreamsGroupMetadataKey', { groupId: string })
export type StreamsGroupMetadataKey = Infer<typeof StreamsGroupMetadataKey>

export const StreamsGroupMetadataValue = coordinatorValue(17, 'StreamsGroupMetadataValue', '0', flexibleFrom(0), {
  epoch: int32,
  metadataHash: bits64,
  validatedTopologyEpoch: int32.default(-1).tagged(0),
  lastAssignmentConfigs: array({ key: string, value: string }).nullable().tagged(1),
})
export type StreamsGroupMetadataValue = Infer<typeof StreamsGroupMetadataValue>

export const StreamsGroupMemberMetadataKey = coordinatorKey(19, 'StreamsGroupMemberMetadataKey', {
  groupId: string,
  memberId: string,
})
export type StreamsGroupMemberMetadataKey = Infer<typeof StreamsGroupMemberMetadataKey>

export const StreamsGroupMemberMetadataValue = coordinatorValue(
  19,
  'StreamsGroupMemberMetadataValue',
  '0',
  flexibleFrom(0),
  {
    instanceId: string.nullable(),
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    rebalanceTimeoutMs: int32.default(-1),
    topologyEpoch: int32,
    processId: string,
    userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
    clientTags: array({ key: string, value: string }),
  },
)
export type StreamsGroupMemberMetadataValue = Infer<typeof StreamsGroupMemberMetadataValue>

export const StreamsGroupTargetAssignmentMetadataKey = coordinatorKey(20, 'StreamsGroupTargetAssignmentMetadataKey', {
  groupId: string,
})
export type StreamsGroupTargetAssignmentMetadataKey = Infer<typeof StreamsGroupTargetAssignmentMetadataKey>

export const StreamsGroupTargetAssignmentMetadataValue = coordinatorValue(
  20,
  'StreamsGroupTargetAssignmentMetadataValue',
  '0',
  flexibleFrom(0),
  { assignmentEpoch: int32, assignmentTimestamp: int64.approximate().default(0).tagged(0).ignorable() },
)
export type StreamsGroupTargetAssignmentMetadataValue = Infer<typeof StreamsGroupTargetAssignmentMetadataValue>

export const StreamsGroupTargetAssignmentMemberKey = coordinatorKey(21, 'StreamsGroupTargetAssignmentMemberKey', {
  groupId: string,
  memberId: string,
})
export type StreamsGroupTargetAssignmentMemberKey = Infer<typeof StreamsGroupTargetAssignmentMemberKey>

const taskIds = { subtopologyId: string, partitions: array(int32) }

export const StreamsGroupTargetAssignmentMemberValue = coordinatorValue(
  21,
  'StreamsGroupTargetAssignmentMemberValue',
  '0',
  flexibleFrom(0),
  { activeTasks: array(taskIds), standbyTasks: array(taskIds), warmupTasks: array(taskIds) },
)
export type StreamsGroupTargetAssignmentMemberValue = Infer<typeof StreamsGroupTargetAssignmentMemberValue>

export const StreamsGroupCurrentMemberAssignmentKey = coordinatorKey(22, 'StreamsGroupCurrentMemberAssignmentKey', {
  groupId: string,
  memberId: string,
})
export type StreamsGroupCurrentMemberAssignmentKey = Infer<typeof StreamsGroupCurrentMemberAssignmentKey>

const taskIdsWithEpochs = {
  subtopologyId: string,
  partitions: array(int32),
  assignmentEpochs: array(int32).nullable().tagged(0),
}

export const StreamsGroupCurrentMemberAssignmentValue = coordinatorValue(
  22,
  'StreamsGroupCurrentMemberAssignmentValue',
  '0',
  flexibleFrom(0),
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    activeTasks: array(taskIdsWithEpochs),
    standbyTasks: array(taskIdsWithEpochs),
    warmupTasks: array(taskIdsWithEpochs),
    activeTasksPendingRevocation: array(taskIdsWithEpochs),
    standbyTasksPendingRevocation: array(taskIdsWithEpochs),
    warmupTasksPendingRevocation: array(taskIdsWithEpochs),
  },
)
export type StreamsGroupCurrentMemberAssignmentValue = Infer<typeof StreamsGroupCurrentMemberAssignmentValue>

export const StreamsGroupTopologyKey = coordinatorKey(23, 'StreamsGroupTopologyKey', { groupId: string })
export type StreamsGroupTopologyKey = Infer<typeof StreamsGroupTopologyKey>

const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array({ key: string, value: string }),
}

export const StreamsGroupTopologyValue = coordinatorValue(23, 'StreamsGroupTopologyValue', '0', flexibleFrom(0), {
  epoch: int32,
  subtopologies: array({
    subtopologyId: string,
    sourceTopics: array(string),
    sourceTopicRegex: array(string),
    stateChangelogTopics: array(topicInfo),
    repartitionSinkTopics: array(string),
    repartitionSourceTopics: array(topicInfo),
    copartitionGroups: array({
      sourceTopics: array(int16),
      sourceTopicRegex: array(int16),
      repartitionSourceTopics: array(int16),
    }),
  }),
})
export type StreamsGroupTopologyValue = Infer<typeof StreamsGroupTopologyValue>
