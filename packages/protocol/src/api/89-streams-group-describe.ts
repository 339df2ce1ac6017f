/**
 * StreamsGroupDescribe describes streams groups with their topology and tasks (KIP-1071). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string, struct, uint16 } from '../schema/types.ts'

/** An `authorizedOperations` field that was not asked for. */
const NOT_ASKED_FOR = -0x80000000

const keyValue = { key: string, value: string }

const topicInfo = { name: string, partitions: int32, replicationFactor: int16, topicConfigs: array(keyValue) }

const taskOffset = { subtopologyId: string, partition: int32, offset: int64 }

const taskIds = { subtopologyId: string, partitions: array(int32) }

const assignment = { activeTasks: array(taskIds), standbyTasks: array(taskIds), warmupTasks: array(taskIds) }

export const StreamsGroupDescribeRequest = request(89, 'StreamsGroupDescribe', '0', flexibleFrom(0), {
  groupIds: array(string),
  includeAuthorizedOperations: bool,
})
export type StreamsGroupDescribeRequest = Infer<typeof StreamsGroupDescribeRequest>

export const StreamsGroupDescribeResponse = response(89, 'StreamsGroupDescribe', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  groups: array({
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    groupId: string,
    groupState: string,
    groupEpoch: int32,
    assignmentEpoch: int32,
    topology: struct({
      epoch: int32,
      subtopologies: array({
        subtopologyId: string,
        sourceTopics: array(string),
        repartitionSinkTopics: array(string),
        stateChangelogTopics: array(topicInfo),
        repartitionSourceTopics: array(topicInfo),
      })
        .nullable()
        .default(null),
    })
      .nullable()
      .default(null),
    members: array({
      memberId: string,
      memberEpoch: int32,
      instanceId: string.nullable().default(null),
      rackId: string.nullable().default(null),
      clientId: string,
      clientHost: string,
      topologyEpoch: int32,
      processId: string,
      userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
      clientTags: array(keyValue),
      taskOffsets: array(taskOffset),
      taskEndOffsets: array(taskOffset),
      assignment: struct(assignment),
      targetAssignment: struct(assignment),
      isClassic: bool,
    }),
    authorizedOperations: int32.default(NOT_ASKED_FOR),
  }),
})
export type StreamsGroupDescribeResponse = Infer<typeof StreamsGroupDescribeResponse>
