/**
 * AlterPartition asks the controller to change the in-sync replicas of partitions (KIP-497). On controller listeners only. All versions
 * are flexible. Versions 2-3.
 *
 * - 2 the baseline: topic ids (KIP-841), leader recovery state (KIP-704)
 * - 3 in-sync replicas with their broker epochs (KIP-903)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, int64, uuid } from '../schema/types.ts'

export const AlterPartitionRequest = request(56, 'AlterPartition', '2-3', flexibleFrom(0), {
  brokerId: int32,
  brokerEpoch: int64.default(-1),
  topics: array({
    topicId: uuid.ignorable(),
    partitions: array({
      partitionIndex: int32,
      leaderEpoch: int32,
      newIsr: array(int32).v('0-2'),
      newIsrWithEpochs: array({ brokerId: int32, brokerEpoch: int64.default(-1) }).v('3+'),
      leaderRecoveryState: int8.default(0),
      partitionEpoch: int32,
    }),
  }),
})
export type AlterPartitionRequest = Infer<typeof AlterPartitionRequest>

export const AlterPartitionResponse = response(56, 'AlterPartition', '2-3', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  topics: array({
    topicId: uuid.ignorable(),
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      leaderId: int32,
      leaderEpoch: int32,
      isr: array(int32),
      leaderRecoveryState: int8.default(0).ignorable(),
      partitionEpoch: int32,
    }),
  }),
})
export type AlterPartitionResponse = Infer<typeof AlterPartitionResponse>
