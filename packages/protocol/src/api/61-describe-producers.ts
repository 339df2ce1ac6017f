/**
 * DescribeProducers tells the producers that a leader knows for its partitions, to find transactions that hang (KIP-664). Flexible.
 * Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

export const DescribeProducersRequest = request(61, 'DescribeProducers', '0', flexibleFrom(0), {
  topics: array({ name: string, partitionIndexes: array(int32) }),
})
export type DescribeProducersRequest = Infer<typeof DescribeProducersRequest>

export const DescribeProducersResponse = response(61, 'DescribeProducers', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      activeProducers: array({
        producerId: int64,
        producerEpoch: int32,
        lastSequence: int32.default(-1),
        lastTimestamp: int64.approximate().default(-1),
        coordinatorEpoch: int32,
        currentTxnStartOffset: int64.default(-1),
      }),
    }),
  }),
})
export type DescribeProducersResponse = Infer<typeof DescribeProducersResponse>
