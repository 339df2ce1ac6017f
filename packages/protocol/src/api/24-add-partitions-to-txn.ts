/**
 * AddPartitionsToTxn adds partitions to an open transaction, or asks whether they are in it. Up to version 3 it comes from clients, with
 * one transaction; from 4 on from brokers, with many. Versions 0-5.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 PRODUCER_FENCED may be answered
 * - 3 flexible
 * - 4 many transactions at a time, and `verifyOnly` (KIP-890)
 * - 5 TRANSACTION_ABORTABLE may be answered (KIP-890)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string } from '../schema/types.ts'

const addPartitionsToTxnTopic = { name: string, partitions: array(int32) }

const addPartitionsToTxnTopicResult = {
  name: string,
  resultsByPartition: array({ partitionIndex: int32, partitionErrorCode: int16 }),
}

export const AddPartitionsToTxnRequest = request(24, 'AddPartitionsToTxn', '0-5', flexibleFrom(3), {
  transactions: array({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    verifyOnly: bool.default(false),
    topics: array(addPartitionsToTxnTopic),
  }).v('4+'),
  v3AndBelowTransactionalId: string.v('0-3'),
  v3AndBelowProducerId: int64.v('0-3'),
  v3AndBelowProducerEpoch: int16.v('0-3'),
  v3AndBelowTopics: array(addPartitionsToTxnTopic).v('0-3'),
})
export type AddPartitionsToTxnRequest = Infer<typeof AddPartitionsToTxnRequest>

export const AddPartitionsToTxnResponse = response(24, 'AddPartitionsToTxn', '0-5', flexibleFrom(3), {
  throttleTimeMs: int32,
  errorCode: int16.v('4+').ignorable(),
  resultsByTransaction: array({ transactionalId: string, topicResults: array(addPartitionsToTxnTopicResult) }).v('4+'),
  resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult).v('0-3'),
})
export type AddPartitionsToTxnResponse = Infer<typeof AddPartitionsToTxnResponse>
