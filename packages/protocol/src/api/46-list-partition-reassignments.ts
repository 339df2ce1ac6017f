/**
 * ListPartitionReassignments lists the moves of replicas that are going on (KIP-455). Flexible. Null asks for all topics. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const ListPartitionReassignmentsRequest = request(46, 'ListPartitionReassignments', '0', flexibleFrom(0), {
  timeoutMs: int32.default(60000),
  topics: array({ name: string, partitionIndexes: array(int32) })
    .nullable()
    .default(null),
})
export type ListPartitionReassignmentsRequest = Infer<typeof ListPartitionReassignmentsRequest>

export const ListPartitionReassignmentsResponse = response(46, 'ListPartitionReassignments', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable(),
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      replicas: array(int32),
      addingReplicas: array(int32),
      removingReplicas: array(int32),
    }),
  }),
})
export type ListPartitionReassignmentsResponse = Infer<typeof ListPartitionReassignmentsResponse>
