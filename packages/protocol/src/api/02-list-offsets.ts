/**
 * ListOffsets looks offsets up by timestamp or by a special timestamp: -1 the end, -2 the start. Versions 1-11.
 *
 * -  1 the baseline: one offset and its timestamp
 * -  2 isolation level (-1 then means the last stable offset); response: throttle time
 * -  4 leader epochs, for fencing (KIP-320)
 * -  5 OFFSET_NOT_AVAILABLE may be answered (KIP-207)
 * -  6 flexible
 * -  7 -3: the record with the highest timestamp (KIP-734)
 * -  8 -4: the start of what is on the local disk (KIP-405)
 * -  9 -5: the end of what is in tiered storage (KIP-1005)
 * - 10 timeout, for look-ups that go to tiered storage (KIP-1075)
 * - 11 -6: the first offset still to be uploaded (KIP-1023)
 *
 * Times beyond 2^53 - 1 (Long.MAX_VALUE is in use for "later than all") are read as the nearest number.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, int64, string } from '../schema/types.ts'

export const ListOffsetsRequest = request(2, 'ListOffsets', '1-11', flexibleFrom(6), {
  replicaId: int32,
  isolationLevel: int8.v('2+'),
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      currentLeaderEpoch: int32.v('4+').default(-1).ignorable(),
      timestamp: int64.approximate(),
    }),
  }),
  timeoutMs: int32.v('10+').ignorable(),
})
export type ListOffsetsRequest = Infer<typeof ListOffsetsRequest>

export const ListOffsetsResponse = response(2, 'ListOffsets', '1-11', flexibleFrom(6), {
  throttleTimeMs: int32.v('2+').ignorable(),
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      timestamp: int64.approximate().default(-1),
      offset: int64.default(-1),
      leaderEpoch: int32.v('4+').default(-1),
    }),
  }),
})
export type ListOffsetsResponse = Infer<typeof ListOffsetsResponse>
