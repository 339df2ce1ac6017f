/**
 * What the `quorum-state` file of a metadata quorum holds, as JSON. Versions 0-1.
 *
 * - 0 cluster id and voters
 * - 1 directory id of the replica voted for; voters are in the log (KIP-853)
 */
import { data, flexibleFrom, type Infer } from '../schema/message.ts'
import { array, int32, int64, string, uuid } from '../schema/types.ts'

export const QuorumStateData = data('QuorumStateData', '0-1', flexibleFrom(0), {
  clusterId: string.v('0'),
  leaderId: int32.default(-1),
  leaderEpoch: int32.default(-1),
  votedId: int32.default(-1),
  votedDirectoryId: uuid.v('1+'),
  appliedOffset: int64.v('0'),
  currentVoters: array({ voterId: int32 }).v('0').nullable(),
})
export type QuorumStateData = Infer<typeof QuorumStateData>
