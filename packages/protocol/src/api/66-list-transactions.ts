/**
 * ListTransactions lists the transactions that a broker coordinates (KIP-664). All versions are flexible. Versions 0-2.
 *
 * - 1 filter by age (KIP-994)
 * - 2 filter by a pattern of transactional ids (KIP-1152)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

export const ListTransactionsRequest = request(66, 'ListTransactions', '0-2', flexibleFrom(0), {
  stateFilters: array(string),
  producerIdFilters: array(int64),
  durationFilter: int64.approximate().v('1+').default(-1),
  transactionalIdPattern: string.v('2+').nullable().default(null),
})
export type ListTransactionsRequest = Infer<typeof ListTransactionsRequest>

export const ListTransactionsResponse = response(66, 'ListTransactions', '0-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  unknownStateFilters: array(string),
  transactionStates: array({ transactionalId: string, producerId: int64, transactionState: string }),
})
export type ListTransactionsResponse = Infer<typeof ListTransactionsResponse>
