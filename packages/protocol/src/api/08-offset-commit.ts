/**
 * OffsetCommit stores how far a group has read, per partition. Versions 2-10.
 *
 * -  2 the baseline: generation, member id, a retention time
 * -  3 response: throttle time
 * -  4 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * -  5 the retention time is gone: the broker's `offsets.retention.minutes` decides (KIP-211)
 * -  6 leader epoch of the committed offset (KIP-320)
 * -  7 group instance id (KIP-345)
 * -  8 flexible
 * -  9 members of the consumer protocol commit with their member epoch in place of the generation (KIP-848)
 * - 10 topic ids in place of names (KIP-848)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const OffsetCommitRequest = request(8, 'OffsetCommit', '2-10', flexibleFrom(8), {
  groupId: string,
  generationIdOrMemberEpoch: int32.default(-1).ignorable(),
  memberId: string.ignorable(),
  groupInstanceId: string.v('7+').nullable().default(null),
  retentionTimeMs: int64.approximate().v('2-4').default(-1).ignorable(),
  topics: array({
    name: string.v('0-9').ignorable(),
    topicId: uuid.v('10+').ignorable(),
    partitions: array({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: int32.v('6+').default(-1).ignorable(),
      committedMetadata: string.nullable(),
    }),
  }),
})
export type OffsetCommitRequest = Infer<typeof OffsetCommitRequest>

export const OffsetCommitResponse = response(8, 'OffsetCommit', '2-10', flexibleFrom(8), {
  throttleTimeMs: int32.v('3+').ignorable(),
  topics: array({
    name: string.v('0-9').ignorable(),
    topicId: uuid.v('10+').ignorable(),
    partitions: array({ partitionIndex: int32, errorCode: int16 }),
  }),
})
export type OffsetCommitResponse = Infer<typeof OffsetCommitResponse>
