/**
 * OffsetFetch tells the committed offsets of groups. Versions 1-10.
 *
 * -  1 the baseline: one group; offsets are kept in `__consumer_offsets`
 * -  2 null asks for all topics; response: an error code for the group
 * -  3 response: throttle time
 * -  4 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * -  5 response: leader epoch of the committed offset (KIP-320)
 * -  6 flexible
 * -  7 `requireStable` waits out open transactions (KIP-447)
 * -  8 several groups at a time (KIP-709)
 * -  9 member id and epoch, checked for groups of the consumer protocol (KIP-848)
 * - 10 topic ids in place of names (KIP-848)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const OffsetFetchRequest = request(9, 'OffsetFetch', '1-10', flexibleFrom(6), {
  groupId: string.v('0-7'),
  topics: array({ name: string, partitionIndexes: array(int32) })
    .v('0-7')
    .nullable('2-7'),
  groups: array({
    groupId: string,
    memberId: string.v('9+').nullable().default(null).ignorable(),
    memberEpoch: int32.v('9+').default(-1).ignorable(),
    topics: array({
      name: string.v('8-9').ignorable(),
      topicId: uuid.v('10+').ignorable(),
      partitionIndexes: array(int32),
    }).nullable(),
  }).v('8+'),
  requireStable: bool.v('7+').default(false),
})
export type OffsetFetchRequest = Infer<typeof OffsetFetchRequest>

export const OffsetFetchResponse = response(9, 'OffsetFetch', '1-10', flexibleFrom(6), {
  throttleTimeMs: int32.v('3+').ignorable(),
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: int32.v('5-7').default(-1).ignorable(),
      metadata: string.nullable(),
      errorCode: int16,
    }),
  }).v('0-7'),
  errorCode: int16.v('2-7').default(0).ignorable(),
  groups: array({
    groupId: string,
    topics: array({
      name: string.v('8-9').ignorable(),
      topicId: uuid.v('10+').ignorable(),
      partitions: array({
        partitionIndex: int32,
        committedOffset: int64,
        committedLeaderEpoch: int32.default(-1).ignorable(),
        metadata: string.nullable(),
        errorCode: int16,
      }),
    }),
    errorCode: int16.default(0),
  }).v('8+'),
})
export type OffsetFetchResponse = Infer<typeof OffsetFetchResponse>
