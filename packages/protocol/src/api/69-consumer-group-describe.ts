/**
 * ConsumerGroupDescribe describes groups of the consumer protocol (KIP-848). All versions are flexible. Versions 0-1.
 *
 * - 1 response: member types (KIP-1099)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string, struct, uuid } from '../schema/types.ts'

/** An `authorizedOperations` field that was not asked for. */
const NOT_ASKED_FOR = -0x80000000

const assignment = { topicPartitions: array({ topicId: uuid, topicName: string, partitions: array(int32) }) }

export const ConsumerGroupDescribeRequest = request(69, 'ConsumerGroupDescribe', '0-1', flexibleFrom(0), {
  groupIds: array(string),
  includeAuthorizedOperations: bool,
})
export type ConsumerGroupDescribeRequest = Infer<typeof ConsumerGroupDescribeRequest>

export const ConsumerGroupDescribeResponse = response(69, 'ConsumerGroupDescribe', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32,
  groups: array({
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    groupId: string,
    groupState: string,
    groupEpoch: int32,
    assignmentEpoch: int32,
    assignorName: string,
    members: array({
      memberId: string,
      instanceId: string.nullable().default(null),
      rackId: string.nullable().default(null),
      memberEpoch: int32,
      clientId: string,
      clientHost: string,
      subscribedTopicNames: array(string),
      subscribedTopicRegex: string.nullable().default(null),
      assignment: struct(assignment),
      targetAssignment: struct(assignment),
      memberType: int8.v('1+').default(-1).ignorable(),
    }),
    authorizedOperations: int32.default(NOT_ASKED_FOR),
  }),
})
export type ConsumerGroupDescribeResponse = Infer<typeof ConsumerGroupDescribeResponse>
