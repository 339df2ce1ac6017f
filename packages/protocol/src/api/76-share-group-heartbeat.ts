/**
 * ShareGroupHeartbeat is the conversation between a member and its share group: joining, leaving, assignment (KIP-932). What has not
 * changed since the last heartbeat is null. Flexible. Version 1.
 *
 * - 1 the baseline
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, struct, uuid } from '../schema/types.ts'

export const ShareGroupHeartbeatRequest = request(76, 'ShareGroupHeartbeat', '1', flexibleFrom(0), {
  groupId: string,
  memberId: string,
  memberEpoch: int32,
  rackId: string.nullable().default(null),
  subscribedTopicNames: array(string).nullable().default(null),
})
export type ShareGroupHeartbeatRequest = Infer<typeof ShareGroupHeartbeatRequest>

export const ShareGroupHeartbeatResponse = response(76, 'ShareGroupHeartbeat', '1', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  memberId: string.nullable().default(null),
  memberEpoch: int32,
  heartbeatIntervalMs: int32,
  assignment: struct({ topicPartitions: array({ topicId: uuid, partitions: array(int32) }) })
    .nullable()
    .default(null),
})
export type ShareGroupHeartbeatResponse = Infer<typeof ShareGroupHeartbeatResponse>
