/**
 * WriteShareGroupState writes the state of share partitions at its coordinator (KIP-932). Between brokers. All versions are flexible.
 * Versions 0-1.
 *
 * - 1 count of deliveries that are complete (KIP-1226)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const WriteShareGroupStateRequest = request(85, 'WriteShareGroupState', '0-1', flexibleFrom(0), {
  groupId: string,
  topics: array({
    topicId: uuid,
    partitions: array({
      partition: int32,
      stateEpoch: int32,
      leaderEpoch: int32,
      startOffset: int64,
      deliveryCompleteCount: int32.v('1+').default(-1).ignorable(),
      stateBatches: array({ firstOffset: int64, lastOffset: int64, deliveryState: int8, deliveryCount: int16 }),
    }),
  }),
})
export type WriteShareGroupStateRequest = Infer<typeof WriteShareGroupStateRequest>

export const WriteShareGroupStateResponse = response(85, 'WriteShareGroupState', '0-1', flexibleFrom(0), {
  results: array({
    topicId: uuid,
    partitions: array({ partition: int32, errorCode: int16, errorMessage: string.nullable().default(null) }),
  }),
})
export type WriteShareGroupStateResponse = Infer<typeof WriteShareGroupStateResponse>
