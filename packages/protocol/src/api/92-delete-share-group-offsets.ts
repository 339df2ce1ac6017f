/**
 * DeleteShareGroupOffsets forgets where a share group without members starts to read (KIP-932). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, uuid } from '../schema/types.ts'

export const DeleteShareGroupOffsetsRequest = request(92, 'DeleteShareGroupOffsets', '0', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicName: string }),
})
export type DeleteShareGroupOffsetsRequest = Infer<typeof DeleteShareGroupOffsetsRequest>

export const DeleteShareGroupOffsetsResponse = response(92, 'DeleteShareGroupOffsets', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  responses: array({
    topicName: string,
    topicId: uuid,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
  }),
})
export type DeleteShareGroupOffsetsResponse = Infer<typeof DeleteShareGroupOffsetsResponse>
