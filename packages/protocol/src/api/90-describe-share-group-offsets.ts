/**
 * DescribeShareGroupOffsets tells where share groups start to read (KIP-932). All versions are flexible. Null asks for all topics.
 * Versions 0-1.
 *
 * - 1 response: lag (KIP-1226)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const DescribeShareGroupOffsetsRequest = request(90, 'DescribeShareGroupOffsets', '0-1', flexibleFrom(0), {
  groups: array({ groupId: string, topics: array({ topicName: string, partitions: array(int32) }).nullable() }),
})
export type DescribeShareGroupOffsetsRequest = Infer<typeof DescribeShareGroupOffsetsRequest>

export const DescribeShareGroupOffsetsResponse = response(90, 'DescribeShareGroupOffsets', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32,
  groups: array({
    groupId: string,
    topics: array({
      topicName: string,
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        startOffset: int64,
        leaderEpoch: int32,
        lag: int64.v('1+').default(-1).ignorable(),
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
  }),
})
export type DescribeShareGroupOffsetsResponse = Infer<typeof DescribeShareGroupOffsetsResponse>
