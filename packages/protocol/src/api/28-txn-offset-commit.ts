/**
 * TxnOffsetCommit stores offsets as part of a transaction. Versions 0-5.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 leader epoch of the committed offset (KIP-320)
 * - 3 flexible; member id, group instance id, generation (KIP-447)
 * - 4 TRANSACTION_ABORTABLE may be answered (KIP-890)
 * - 5 also does what AddOffsetsToTxn does (KIP-890)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

export const TxnOffsetCommitRequest = request(28, 'TxnOffsetCommit', '0-5', flexibleFrom(3), {
  transactionalId: string,
  groupId: string,
  producerId: int64,
  producerEpoch: int16,
  generationId: int32.v('3+').default(-1),
  memberId: string.v('3+').default(''),
  groupInstanceId: string.v('3+').nullable().default(null),
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: int32.v('2+').default(-1).ignorable(),
      committedMetadata: string.nullable(),
    }),
  }),
})
export type TxnOffsetCommitRequest = Infer<typeof TxnOffsetCommitRequest>

export const TxnOffsetCommitResponse = response(28, 'TxnOffsetCommit', '0-5', flexibleFrom(3), {
  throttleTimeMs: int32,
  topics: array({ name: string, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
})
export type TxnOffsetCommitResponse = Infer<typeof TxnOffsetCommitResponse>
