/**
 * RemoveRaftVoter removes a voter from the metadata quorum (KIP-853). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { int16, int32, string, uuid } from '../schema/types.ts'

export const RemoveRaftVoterRequest = request(81, 'RemoveRaftVoter', '0', flexibleFrom(0), {
  clusterId: string.nullable(),
  voterId: int32,
  voterDirectoryId: uuid,
})
export type RemoveRaftVoterRequest = Infer<typeof RemoveRaftVoterRequest>

export const RemoveRaftVoterResponse = response(81, 'RemoveRaftVoter', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().ignorable(),
})
export type RemoveRaftVoterResponse = Infer<typeof RemoveRaftVoterResponse>
