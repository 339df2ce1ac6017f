/**
 * InitializeShareGroupState makes the coordinator of share state begin the state of share partitions (KIP-932). Between brokers. Flexible.
 * Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const InitializeShareGroupStateRequest = request(83, 'InitializeShareGroupState', '0', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicId: uuid, partitions: array({ partition: int32, stateEpoch: int32, startOffset: int64 }) }),
})
export type InitializeShareGroupStateRequest = Infer<typeof InitializeShareGroupStateRequest>

export const InitializeShareGroupStateResponse = response(83, 'InitializeShareGroupState', '0', flexibleFrom(0), {
  results: array({
    topicId: uuid,
    partitions: array({ partition: int32, errorCode: int16, errorMessage: string.nullable().default(null) }),
  }),
})
export type InitializeShareGroupStateResponse = Infer<typeof InitializeShareGroupStateResponse>
