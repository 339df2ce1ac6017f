/**
 * AddRaftVoter adds a voter to the metadata quorum (KIP-853). All versions are flexible. Versions 0-1.
 *
 * - 1 whether to answer only when the change is committed (KIP-1186)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string, uint16, uuid } from '../schema/types.ts'

export const AddRaftVoterRequest = request(80, 'AddRaftVoter', '0-1', flexibleFrom(0), {
  clusterId: string.nullable(),
  timeoutMs: int32,
  voterId: int32,
  voterDirectoryId: uuid,
  listeners: array({ name: string, host: string, port: uint16 }),
  ackWhenCommitted: bool.v('1+').default(true),
})
export type AddRaftVoterRequest = Infer<typeof AddRaftVoterRequest>

export const AddRaftVoterResponse = response(80, 'AddRaftVoter', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().ignorable(),
})
export type AddRaftVoterResponse = Infer<typeof AddRaftVoterResponse>
