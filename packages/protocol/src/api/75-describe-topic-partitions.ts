/**
 * DescribeTopicPartitions describes topics page by page, with their eligible leader replicas (KIP-966). Version 0, flexible. An empty
 * topic list asks for all topics; the cursor of one answer begins the next request.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string, struct, uuid } from '../schema/types.ts'

const NOT_ASKED_FOR = -0x80000000

const cursor = struct({
  topicName: string,
  partitionIndex: int32,
})
  .nullable()
  .default(null)

export const DescribeTopicPartitionsRequest = request(75, 'DescribeTopicPartitions', '0', flexibleFrom(0), {
  topics: array({
    name: string,
  }),
  responsePartitionLimit: int32.default(2000),
  cursor,
})
export type DescribeTopicPartitionsRequest = Infer<typeof DescribeTopicPartitionsRequest>

export const DescribeTopicPartitionsResponse = response(75, 'DescribeTopicPartitions', '0', flexibleFrom(0), {
  throttleTimeMs: int32.ignorable(),
  topics: array({
    errorCode: int16,
    name: string.nullable(),
    topicId: uuid.ignorable(),
    isInternal: bool.default(false).ignorable(),
    partitions: array({
      errorCode: int16,
      partitionIndex: int32,
      leaderId: int32,
      leaderEpoch: int32.default(-1).ignorable(),
      replicaNodes: array(int32),
      isrNodes: array(int32),
      eligibleLeaderReplicas: array(int32).nullable().default(null),
      lastKnownElr: array(int32).nullable().default(null),
      offlineReplicas: array(int32).ignorable(),
    }),
    topicAuthorizedOperations: int32.default(NOT_ASKED_FOR),
  }),
  nextCursor: cursor,
})
export type DescribeTopicPartitionsResponse = Infer<typeof DescribeTopicPartitionsResponse>
