/**
 * DeleteShareGroupState deletes the state of share partitions at its coordinator (KIP-932). Between brokers. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, uuid } from '../schema/types.ts'

export const DeleteShareGroupStateRequest = request(86, 'DeleteShareGroupState', '0', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicId: uuid, partitions: array({ partition: int32 }) }),
})
export type DeleteShareGroupStateRequest = Infer<typeof DeleteShareGroupStateRequest>

export const DeleteShareGroupStateResponse = response(86, 'DeleteShareGroupState', '0', flexibleFrom(0), {
  results: array({
    topicId: uuid,
    partitions: array({ partition: int32, errorCode: int16, errorMessage: string.nullable().default(null) }),
  }),
})
export type DeleteShareGroupStateResponse = Infer<typeof DeleteShareGroupStateResponse>
