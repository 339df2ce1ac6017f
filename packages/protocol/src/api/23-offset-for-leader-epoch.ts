/**
 * OffsetForLeaderEpoch asks a leader where one of its epochs ends, so that a follower or consumer can tell whether its
 * log has diverged (KIP-101, KIP-279, KIP-320). Versions 2-4.
 *
 * - 2 the baseline: current leader epoch, for fencing; the epoch found, throttle time
 * - 3 replica id
 * - 4 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

/** A reader that is no replica and may see beyond the high watermark. */
const DEBUGGING_CONSUMER = -2

export const OffsetForLeaderEpochRequest = request(23, 'OffsetForLeaderEpoch', '2-4', flexibleFrom(4), {
  replicaId: int32.v('3+').default(DEBUGGING_CONSUMER).ignorable(),
  topics: array({
    topic: string,
    partitions: array({
      partition: int32,
      currentLeaderEpoch: int32.default(-1).ignorable(),
      leaderEpoch: int32,
    }),
  }),
})
export type OffsetForLeaderEpochRequest = Infer<typeof OffsetForLeaderEpochRequest>

export const OffsetForLeaderEpochResponse = response(23, 'OffsetForLeaderEpoch', '2-4', flexibleFrom(4), {
  throttleTimeMs: int32.ignorable(),
  topics: array({
    topic: string,
    partitions: array({
      errorCode: int16,
      partition: int32,
      leaderEpoch: int32.default(-1).ignorable(),
      endOffset: int64.default(-1),
    }),
  }),
})
export type OffsetForLeaderEpochResponse = Infer<typeof OffsetForLeaderEpochResponse>
