/**
 * AlterShareGroupOffsets sets where a share group without members starts to read (KIP-932). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const AlterShareGroupOffsetsRequest = request(91, 'AlterShareGroupOffsets', '0', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicName: string, partitions: array({ partitionIndex: int32, startOffset: int64 }) }),
})
export type AlterShareGroupOffsetsRequest = Infer<typeof AlterShareGroupOffsetsRequest>

export const AlterShareGroupOffsetsResponse = response(91, 'AlterShareGroupOffsets', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  responses: array({
    topicName: string,
    topicId: uuid,
    partitions: array({ partitionIndex: int32, errorCode: int16, errorMessage: string.nullable().default(null) }),
  }),
})
export type AlterShareGroupOffsetsResponse = Infer<typeof AlterShareGroupOffsetsResponse>
