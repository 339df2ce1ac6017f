/**
 * DescribeQuorum tells leader, voters and observers of the metadata quorum and how far each of them is (KIP-595). All versions are
 * flexible. Versions 0-2.
 *
 * - 1 response: when replicas last fetched and were caught up (KIP-836)
 * - 2 response: error messages, directory ids, nodes with their listeners (KIP-853)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uint16, uuid } from '../schema/types.ts'

const replicaState = {
  replicaId: int32,
  replicaDirectoryId: uuid.v('2+'),
  logEndOffset: int64,
  lastFetchTimestamp: int64.approximate().v('1+').default(-1).ignorable(),
  lastCaughtUpTimestamp: int64.approximate().v('1+').default(-1).ignorable(),
}

export const DescribeQuorumRequest = request(55, 'DescribeQuorum', '0-2', flexibleFrom(0), {
  topics: array({ topicName: string, partitions: array({ partitionIndex: int32 }) }),
})
export type DescribeQuorumRequest = Infer<typeof DescribeQuorumRequest>

export const DescribeQuorumResponse = response(55, 'DescribeQuorum', '0-2', flexibleFrom(0), {
  errorCode: int16,
  errorMessage: string.v('2+').nullable().ignorable(),
  topics: array({
    topicName: string,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      errorMessage: string.v('2+').nullable().ignorable(),
      leaderId: int32,
      leaderEpoch: int32,
      highWatermark: int64,
      currentVoters: array(replicaState),
      observers: array(replicaState),
    }),
  }),
  nodes: array({ nodeId: int32, listeners: array({ name: string, host: string, port: uint16 }) }).v('2+'),
})
export type DescribeQuorumResponse = Infer<typeof DescribeQuorumResponse>
