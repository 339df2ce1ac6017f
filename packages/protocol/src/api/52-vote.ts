/**
 * Vote asks a voter of the metadata quorum for its vote (KIP-595). On controller listeners only. All versions are flexible. Versions 0-2.
 *
 * - 1 voter id and directory ids; response: node endpoints (KIP-853)
 * - 2 pre-vote (KIP-996)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string, uint16, uuid } from '../schema/types.ts'

export const VoteRequest = request(52, 'Vote', '0-2', flexibleFrom(0), {
  clusterId: string.nullable().default(null),
  voterId: int32.v('1+').default(-1).ignorable(),
  topics: array({
    topicName: string,
    partitions: array({
      partitionIndex: int32,
      replicaEpoch: int32,
      replicaId: int32,
      replicaDirectoryId: uuid.v('1+').ignorable(),
      voterDirectoryId: uuid.v('1+').ignorable(),
      lastOffsetEpoch: int32,
      lastOffset: int64,
      preVote: bool.v('2+'),
    }),
  }),
})
export type VoteRequest = Infer<typeof VoteRequest>

export const VoteResponse = response(52, 'Vote', '0-2', flexibleFrom(0), {
  errorCode: int16,
  topics: array({
    topicName: string,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      leaderId: int32,
      leaderEpoch: int32,
      voteGranted: bool,
    }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).v('1+').tagged(0),
})
export type VoteResponse = Infer<typeof VoteResponse>
