/**
 * DescribeTransactions tells the state of transactions by their ids (KIP-664). Flexible. Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

export const DescribeTransactionsRequest = request(65, 'DescribeTransactions', '0', flexibleFrom(0), {
  transactionalIds: array(string),
})
export type DescribeTransactionsRequest = Infer<typeof DescribeTransactionsRequest>

export const DescribeTransactionsResponse = response(65, 'DescribeTransactions', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  transactionStates: array({
    errorCode: int16,
    transactionalId: string,
    transactionState: string,
    transactionTimeoutMs: int32,
    transactionStartTimeMs: int64.approximate(),
    producerId: int64,
    producerEpoch: int16,
    topics: array({ topic: string, partitions: array(int32) }),
  }),
})
export type DescribeTransactionsResponse = Infer<typeof DescribeTransactionsResponse>
