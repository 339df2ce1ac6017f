/**
 * ConsumerGroupHeartbeat is the whole conversation between a member and its group in the consumer protocol: joining, leaving, assignment
 * (KIP-848). What has not changed since the last heartbeat is null. All versions are flexible. Versions 0-1.
 *
 * - 1 subscription by a regular expression; the member makes its own id (KIP-1082)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, struct, uuid } from '../schema/types.ts'

export const ConsumerGroupHeartbeatRequest = request(68, 'ConsumerGroupHeartbeat', '0-1', flexibleFrom(0), {
  groupId: string,
  memberId: string,
  memberEpoch: int32,
  instanceId: string.nullable().default(null),
  rackId: string.nullable().default(null),
  rebalanceTimeoutMs: int32.default(-1),
  subscribedTopicNames: array(string).nullable().default(null),
  subscribedTopicRegex: string.v('1+').nullable().default(null),
  serverAssignor: string.nullable().default(null),
  topicPartitions: array({ topicId: uuid, partitions: array(int32) })
    .nullable()
    .default(null),
})
export type ConsumerGroupHeartbeatRequest = Infer<typeof ConsumerGroupHeartbeatRequest>

export const ConsumerGroupHeartbeatResponse = response(68, 'ConsumerGroupHeartbeat', '0-1', flexibleFrom(0), {
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
export type ConsumerGroupHeartbeatResponse = Infer<typeof ConsumerGroupHeartbeatResponse>
