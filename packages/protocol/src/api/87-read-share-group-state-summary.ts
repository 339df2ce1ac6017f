/**
 * ReadShareGroupStateSummary reads start offsets and epochs of share partitions from the coordinator of their state (KIP-932). Between
 * brokers. All versions are flexible. Versions 0-1.
 *
 * - 1 response: count of deliveries that are complete (KIP-1226)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const ReadShareGroupStateSummaryRequest = request(87, 'ReadShareGroupStateSummary', '0-1', flexibleFrom(0), {
  groupId: string,
  topics: array({ topicId: uuid, partitions: array({ partition: int32, leaderEpoch: int32 }) }),
})
export type ReadShareGroupStateSummaryRequest = Infer<typeof ReadShareGroupStateSummaryRequest>

export const ReadShareGroupStateSummaryResponse = response(87, 'ReadShareGroupStateSummary', '0-1', flexibleFrom(0), {
  results: array({
    topicId: uuid,
    partitions: array({
      partition: int32,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      stateEpoch: int32,
      leaderEpoch: int32,
      startOffset: int64,
      deliveryCompleteCount: int32.v('1+').default(-1).ignorable(),
    }),
  }),
})
export type ReadShareGroupStateSummaryResponse = Infer<typeof ReadShareGroupStateSummaryResponse>
