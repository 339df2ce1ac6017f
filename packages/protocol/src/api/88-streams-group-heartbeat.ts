/**
 * StreamsGroupHeartbeat is the conversation between a member and its streams group: joining with a topology, leaving, tasks (KIP-1071).
 * What has not changed since the last heartbeat is null. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, int64, string, struct, uint16 } from '../schema/types.ts'

const keyValue = { key: string, value: string }

const topicInfo = { name: string, partitions: int32, replicationFactor: int16, topicConfigs: array(keyValue) }

const taskIds = { subtopologyId: string, partitions: array(int32) }

const taskOffset = { subtopologyId: string, partition: int32, offset: int64 }

const topicPartition = { topic: string, partitions: array(int32) }

export const StreamsGroupHeartbeatRequest = request(88, 'StreamsGroupHeartbeat', '0', flexibleFrom(0), {
  groupId: string,
  memberId: string,
  memberEpoch: int32,
  endpointInformationEpoch: int32,
  instanceId: string.nullable().default(null),
  rackId: string.nullable().default(null),
  rebalanceTimeoutMs: int32.default(-1),
  topology: struct({
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
    .nullable()
    .default(null),
  activeTasks: array(taskIds).nullable().default(null),
  standbyTasks: array(taskIds).nullable().default(null),
  warmupTasks: array(taskIds).nullable().default(null),
  processId: string.nullable().default(null),
  userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
  clientTags: array(keyValue).nullable().default(null),
  taskOffsets: array(taskOffset).nullable().default(null),
  taskEndOffsets: array(taskOffset).nullable().default(null),
  shutdownApplication: bool.default(false),
})
export type StreamsGroupHeartbeatRequest = Infer<typeof StreamsGroupHeartbeatRequest>

export const StreamsGroupHeartbeatResponse = response(88, 'StreamsGroupHeartbeat', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  memberId: string,
  memberEpoch: int32,
  heartbeatIntervalMs: int32,
  acceptableRecoveryLag: int32,
  taskOffsetIntervalMs: int32,
  status: array({ statusCode: int8, statusDetail: string }).nullable(),
  activeTasks: array(taskIds).nullable().default(null),
  standbyTasks: array(taskIds).nullable().default(null),
  warmupTasks: array(taskIds).nullable().default(null),
  endpointInformationEpoch: int32,
  partitionsByUserEndpoint: array({
    userEndpoint: struct({ host: string, port: uint16 }),
    activePartitions: array(topicPartition),
    standbyPartitions: array(topicPartition),
  })
    .nullable()
    .default(null),
})
export type StreamsGroupHeartbeatResponse = Infer<typeof StreamsGroupHeartbeatResponse>
