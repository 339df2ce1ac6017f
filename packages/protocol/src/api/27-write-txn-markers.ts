/**
 * WriteTxnMarkers has the coordinator of a transaction write its commit or abort markers at the leaders of its partitions. Between
 * brokers. Versions 1-2.
 *
 * - 1 the baseline, flexible
 * - 2 transaction version (KIP-1228)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, int64, string } from '../schema/types.ts'

export const WriteTxnMarkersRequest = request(27, 'WriteTxnMarkers', '1-2', flexibleFrom(1), {
  markers: array({
    producerId: int64,
    producerEpoch: int16,
    transactionResult: bool,
    topics: array({ name: string, partitionIndexes: array(int32) }),
    coordinatorEpoch: int32,
    transactionVersion: int8.v('2+').default(0).ignorable(),
  }),
})
export type WriteTxnMarkersRequest = Infer<typeof WriteTxnMarkersRequest>

export const WriteTxnMarkersResponse = response(27, 'WriteTxnMarkers', '1-2', flexibleFrom(1), {
  markers: array({
    producerId: int64,
    topics: array({ name: string, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
  }),
})
export type WriteTxnMarkersResponse = Infer<typeof WriteTxnMarkersResponse>
