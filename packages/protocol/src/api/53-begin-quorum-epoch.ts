/**
 * BeginQuorumEpoch tells the voters of the metadata quorum who leads the new epoch (KIP-595). On controller listeners only. Versions 0-1.
 *
 * - 1 flexible; voter ids, the leader's endpoints; response: node endpoints (KIP-853)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, uint16, uuid } from '../schema/types.ts'

export const BeginQuorumEpochRequest = request(53, 'BeginQuorumEpoch', '0-1', flexibleFrom(1), {
  clusterId: string.nullable().default(null),
  voterId: int32.v('1+').default(-1).ignorable(),
  topics: array({
    topicName: string,
    partitions: array({
      partitionIndex: int32,
      voterDirectoryId: uuid.v('1+').ignorable(),
      leaderId: int32,
      leaderEpoch: int32,
    }),
  }),
  leaderEndpoints: array({ name: string, host: string, port: uint16 }).v('1+').ignorable(),
})
export type BeginQuorumEpochRequest = Infer<typeof BeginQuorumEpochRequest>

export const BeginQuorumEpochResponse = response(53, 'BeginQuorumEpoch', '0-1', flexibleFrom(1), {
  errorCode: int16,
  topics: array({
    topicName: string,
    partitions: array({ partitionIndex: int32, errorCode: int16, leaderId: int32, leaderEpoch: int32 }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).v('1+').tagged(0),
})
export type BeginQuorumEpochResponse = Infer<typeof BeginQuorumEpochResponse>
