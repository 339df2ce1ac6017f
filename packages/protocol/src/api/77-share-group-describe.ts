/**
 * ShareGroupDescribe describes share groups (KIP-932). Flexible. Version 1.
 *
 * - 1 the baseline
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string, struct, uuid } from '../schema/types.ts'

/** An `authorizedOperations` field that was not asked for. */
const NOT_ASKED_FOR = -0x80000000

export const ShareGroupDescribeRequest = request(77, 'ShareGroupDescribe', '1', flexibleFrom(0), {
  groupIds: array(string),
  includeAuthorizedOperations: bool,
})
export type ShareGroupDescribeRequest = Infer<typeof ShareGroupDescribeRequest>

export const ShareGroupDescribeResponse = response(77, 'ShareGroupDescribe', '1', flexibleFrom(0), {
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
      rackId: string.nullable().default(null),
      memberEpoch: int32,
      clientId: string,
      clientHost: string,
      subscribedTopicNames: array(string),
      assignment: struct({ topicPartitions: array({ topicId: uuid, topicName: string, partitions: array(int32) }) }),
    }),
    authorizedOperations: int32.default(NOT_ASKED_FOR),
  }),
})
export type ShareGroupDescribeResponse = Infer<typeof ShareGroupDescribeResponse>
