/**
 * AddOffsetsToTxn adds the offsets of a consumer group to an open transaction. Versions 0-4.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 PRODUCER_FENCED may be answered
 * - 3 flexible
 * - 4 TRANSACTION_ABORTABLE may be answered (KIP-890)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { int16, int32, int64, string } from '../schema/types.ts'

export const AddOffsetsToTxnRequest = request(25, 'AddOffsetsToTxn', '0-4', flexibleFrom(3), {
  transactionalId: string,
  producerId: int64,
  producerEpoch: int16,
  groupId: string,
})
export type AddOffsetsToTxnRequest = Infer<typeof AddOffsetsToTxnRequest>

export const AddOffsetsToTxnResponse = response(25, 'AddOffsetsToTxn', '0-4', flexibleFrom(3), {
  throttleTimeMs: int32,
  errorCode: int16,
})
export type AddOffsetsToTxnResponse = Infer<typeof AddOffsetsToTxnResponse>
