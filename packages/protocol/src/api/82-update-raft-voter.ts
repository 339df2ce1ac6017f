/**
 * UpdateRaftVoter tells the metadata quorum the endpoints and kraft.version range of a voter (KIP-853). On controller listeners only.
 * Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, struct, uint16, uuid } from '../schema/types.ts'

export const UpdateRaftVoterRequest = request(82, 'UpdateRaftVoter', '0', flexibleFrom(0), {
  clusterId: string.nullable(),
  currentLeaderEpoch: int32,
  voterId: int32,
  voterDirectoryId: uuid,
  listeners: array({ name: string, host: string, port: uint16 }),
  kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
})
export type UpdateRaftVoterRequest = Infer<typeof UpdateRaftVoterRequest>

export const UpdateRaftVoterResponse = response(82, 'UpdateRaftVoter', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  currentLeader: struct({
    leaderId: int32.default(-1),
    leaderEpoch: int32.default(-1),
    host: string,
    port: int32,
  }).tagged(0),
})
export type UpdateRaftVoterResponse = Infer<typeof UpdateRaftVoterResponse>
