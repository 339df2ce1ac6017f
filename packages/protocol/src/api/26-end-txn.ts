/**
 * EndTxn commits or aborts a transaction. Versions 0-5.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 PRODUCER_FENCED may be answered
 * - 3 flexible
 * - 4 TRANSACTION_ABORTABLE may be answered (KIP-890)
 * - 5 every transaction ends with a new epoch; response: producer id and epoch of the next one (KIP-890)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bool, int16, int32, int64, string } from '../schema/types.ts'

export const EndTxnRequest = request(26, 'EndTxn', '0-5', flexibleFrom(3), {
  transactionalId: string,
  producerId: int64,
  producerEpoch: int16,
  committed: bool,
})
export type EndTxnRequest = Infer<typeof EndTxnRequest>

export const EndTxnResponse = response(26, 'EndTxn', '0-5', flexibleFrom(3), {
  throttleTimeMs: int32,
  errorCode: int16,
  producerId: int64.v('5+').default(-1).ignorable(),
  producerEpoch: int16.v('5+').default(-1).ignorable(),
})
export type EndTxnResponse = Infer<typeof EndTxnResponse>
