/**
 * OffsetDelete forgets committed offsets of a group for topics that it does not read (KIP-496). Not flexible. Version 0.
 */
import { type Infer, notFlexible, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const OffsetDeleteRequest = request(47, 'OffsetDelete', '0', notFlexible, {
  groupId: string,
  topics: array({ name: string, partitions: array({ partitionIndex: int32 }) }),
})
export type OffsetDeleteRequest = Infer<typeof OffsetDeleteRequest>

export const OffsetDeleteResponse = response(47, 'OffsetDelete', '0', notFlexible, {
  errorCode: int16,
  throttleTimeMs: int32.ignorable(),
  topics: array({ name: string, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
})
export type OffsetDeleteResponse = Infer<typeof OffsetDeleteResponse>
