/**
 * The state of a transactional id in `__transaction_state`: record type 0. Value versions 0-1.
 *
 * - 1 flexible; ids and epochs of the producer before and after, and the protocol's version, tagged (KIP-890)
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../schema/message.ts'
import { array, int8, int16, int32, int64, string } from '../schema/types.ts'

export const TransactionLogKey = coordinatorKey(0, 'TransactionLogKey', { transactionalId: string })
export type TransactionLogKey = Infer<typeof TransactionLogKey>

export const TransactionLogValue = coordinatorValue(0, 'TransactionLogValue', '0-1', flexibleFrom(1), {
  producerId: int64,
  previousProducerId: int64.v('1+').default(-1).tagged(0),
  nextProducerId: int64.v('1+').default(-1).tagged(1),
  producerEpoch: int16,
  nextProducerEpoch: int16.v('1+').default(-1).tagged(3),
  transactionTimeoutMs: int32,
  transactionStatus: int8,
  transactionPartitions: array({ topic: string, partitionIds: array(int32) }).nullable(),
  transactionLastUpdateTimestampMs: int64.approximate(),
  transactionStartTimestampMs: int64.approximate(),
  clientTransactionVersion: int16.v('1+').default(0).tagged(2),
})
export type TransactionLogValue = Infer<typeof TransactionLogValue>
