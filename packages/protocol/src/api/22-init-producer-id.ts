/**
 * InitProducerId gives a producer its id and epoch. Versions 0-6, of which 6 is not stable yet: brokers serve 0-5.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 flexible
 * - 3 the producer may name the id and epoch that it had (KIP-360)
 * - 4 PRODUCER_FENCED may be answered
 * - 5 TRANSACTION_ABORTABLE may be answered (KIP-890)
 * - 6 two-phase commit (KIP-939)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bool, int16, int32, int64, string } from '../schema/types.ts'

export const InitProducerIdRequest = request(22, 'InitProducerId', '0-6', flexibleFrom(2), {
  transactionalId: string.nullable(),
  transactionTimeoutMs: int32,
  producerId: int64.v('3+').default(-1),
  producerEpoch: int16.v('3+').default(-1),
  enable2Pc: bool.v('6+').default(false),
  keepPreparedTxn: bool.v('6+').default(false),
})
export type InitProducerIdRequest = Infer<typeof InitProducerIdRequest>

export const InitProducerIdResponse = response(22, 'InitProducerId', '0-6', flexibleFrom(2), {
  throttleTimeMs: int32.ignorable(),
  errorCode: int16,
  producerId: int64.default(-1),
  producerEpoch: int16,
  ongoingTxnProducerId: int64.v('6+').default(-1),
  ongoingTxnProducerEpoch: int16.v('6+').default(-1),
})
export type InitProducerIdResponse = Infer<typeof InitProducerIdResponse>
