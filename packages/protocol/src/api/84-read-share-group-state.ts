/**
 * ReadShareGroupState reads the state of share partitions from its coordinator (KIP-932). Between brokers. Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const ReadShareGroupStateRequest = request(84, 'ReadShareGroupState', '0', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicId: uuid, partitions: array({ partition: int32, leaderEpoch: int32 }) }),
})
export type ReadShareGroupStateRequest = Infer<typeof ReadShareGroupStateRequest>

export const ReadShareGroupStateResponse = response(84, 'ReadShareGroupState', '0', flexibleFrom(0), {
  results: array({
    topicId: uuid,
    partitions: array({
      partition: int32,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      stateEpoch: int32,
      startOffset: int64,
      stateBatches: array({ firstOffset: int64, lastOffset: int64, deliveryState: int8, deliveryCount: int16 }),
    }),
  }),
})
export type ReadShareGroupStateResponse = Infer<typeof ReadShareGroupStateResponse>
