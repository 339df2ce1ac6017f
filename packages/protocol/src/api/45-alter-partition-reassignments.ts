/**
 * AlterPartitionReassignments starts moving replicas, or with null replicas cancels a move (KIP-455). All versions are flexible. Versions
 * 0-1.
 *
 * - 1 whether the number of replicas may change (KIP-860)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string } from '../schema/types.ts'

export const AlterPartitionReassignmentsRequest = request(45, 'AlterPartitionReassignments', '0-1', flexibleFrom(0), {
  timeoutMs: int32.default(60000),
  allowReplicationFactorChange: bool.v('1+').default(true),
  topics: array({
    name: string,
    partitions: array({ partitionIndex: int32, replicas: array(int32).nullable().default(null) }),
  }),
})
export type AlterPartitionReassignmentsRequest = Infer<typeof AlterPartitionReassignmentsRequest>

export const AlterPartitionReassignmentsResponse = response(45, 'AlterPartitionReassignments', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32,
  allowReplicationFactorChange: bool.v('1+').default(true).ignorable(),
  errorCode: int16,
  errorMessage: string.nullable(),
  responses: array({
    name: string,
    partitions: array({ partitionIndex: int32, errorCode: int16, errorMessage: string.nullable() }),
  }),
})
export type AlterPartitionReassignmentsResponse = Infer<typeof AlterPartitionReassignmentsResponse>
