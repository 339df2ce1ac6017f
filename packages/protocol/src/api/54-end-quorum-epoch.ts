/**
 * EndQuorumEpoch tells the voters of the metadata quorum that the leader resigns, and who should follow (KIP-595). On controller listeners
 * only. Versions 0-1.
 *
 * - 1 flexible; candidates with directory ids in place of successors, the leader's endpoints; response: node endpoints (KIP-853)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, uint16, uuid } from '../schema/types.ts'

export const EndQuorumEpochRequest = request(54, 'EndQuorumEpoch', '0-1', flexibleFrom(1), {
  clusterId: string.nullable().default(null),
  topics: array({
    topicName: string,
    partitions: array({
      partitionIndex: int32,
      leaderId: int32,
      leaderEpoch: int32,
      preferredSuccessors: array(int32).v('0').ignorable(),
      preferredCandidates: array({ candidateId: int32, candidateDirectoryId: uuid }).v('1+').ignorable(),
    }),
  }),
  leaderEndpoints: array({ name: string, host: string, port: uint16 }).v('1+').ignorable(),
})
export type EndQuorumEpochRequest = Infer<typeof EndQuorumEpochRequest>

export const EndQuorumEpochResponse = response(54, 'EndQuorumEpoch', '0-1', flexibleFrom(1), {
  errorCode: int16,
  topics: array({
    topicName: string,
    partitions: array({ partitionIndex: int32, errorCode: int16, leaderId: int32, leaderEpoch: int32 }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).v('1+').tagged(0),
})
export type EndQuorumEpochResponse = Infer<typeof EndQuorumEpochResponse>
