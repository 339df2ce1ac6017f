/**
 * CreatePartitions adds partitions to topics; the count is the new total. Versions 0-3.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 flexible
 * - 3 THROTTLING_QUOTA_EXCEEDED may be answered (KIP-599)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string } from '../schema/types.ts'

export const CreatePartitionsRequest = request(37, 'CreatePartitions', '0-3', flexibleFrom(2), {
  topics: array({ name: string, count: int32, assignments: array({ brokerIds: array(int32) }).nullable() }),
  timeoutMs: int32,
  validateOnly: bool,
})
export type CreatePartitionsRequest = Infer<typeof CreatePartitionsRequest>

export const CreatePartitionsResponse = response(37, 'CreatePartitions', '0-3', flexibleFrom(2), {
  throttleTimeMs: int32,
  results: array({ name: string, errorCode: int16, errorMessage: string.nullable().default(null) }),
})
export type CreatePartitionsResponse = Infer<typeof CreatePartitionsResponse>
