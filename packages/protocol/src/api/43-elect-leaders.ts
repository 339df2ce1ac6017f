/**
 * ElectLeaders elects the preferred replicas (type 0), or unclean ones where nobody else is left (type 1). Null asks for all partitions.
 * Versions 0-2.
 *
 * - 1 election type; response: an error code for the whole request (KIP-460)
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const ElectLeadersRequest = request(43, 'ElectLeaders', '0-2', flexibleFrom(2), {
  electionType: int8.v('1+'),
  topicPartitions: array({ topic: string, partitions: array(int32) }).nullable(),
  timeoutMs: int32.default(60000),
})
export type ElectLeadersRequest = Infer<typeof ElectLeadersRequest>

export const ElectLeadersResponse = response(43, 'ElectLeaders', '0-2', flexibleFrom(2), {
  throttleTimeMs: int32,
  errorCode: int16.v('1+'),
  replicaElectionResults: array({
    topic: string,
    partitionResult: array({ partitionId: int32, errorCode: int16, errorMessage: string.nullable() }),
  }),
})
export type ElectLeadersResponse = Infer<typeof ElectLeadersResponse>
