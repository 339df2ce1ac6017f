/**
 * ShareFetch acquires records for a member of a share group, and acknowledges those it had (KIP-932). All versions are flexible.
 * Acknowledge types: 0 gap, 1 accept, 2 release, 3 reject, 4 renew. Versions 1-2.
 *
 * - 1 the baseline
 * - 2 how strictly the count of records is meant; renewing acquired records (KIP-1206, KIP-1222)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, int64, records, string, struct, uuid } from '../schema/types.ts'

export const ShareFetchRequest = request(78, 'ShareFetch', '1-2', flexibleFrom(0), {
  groupId: string.nullable().default(null),
  memberId: string.nullable(),
  shareSessionEpoch: int32,
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: int32.default(0x7fffffff),
  maxRecords: int32,
  batchSize: int32,
  shareAcquireMode: int8.v('2+').default(0).ignorable(),
  isRenewAck: bool.v('2+').default(false),
  topics: array({
    topicId: uuid,
    partitions: array({
      partitionIndex: int32,
      partitionMaxBytes: int32.v('0'),
      acknowledgementBatches: array({ firstOffset: int64, lastOffset: int64, acknowledgeTypes: array(int8) }),
    }),
  }),
  forgottenTopicsData: array({ topicId: uuid, partitions: array(int32) }),
})
export type ShareFetchRequest = Infer<typeof ShareFetchRequest>

export const ShareFetchResponse = response(78, 'ShareFetch', '1-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  acquisitionLockTimeoutMs: int32,
  responses: array({
    topicId: uuid,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      acknowledgeErrorCode: int16,
      acknowledgeErrorMessage: string.nullable().default(null),
      currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
      records: records,
      acquiredRecords: array({ firstOffset: int64, lastOffset: int64, deliveryCount: int16 }),
    }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable().default(null) }),
})
export type ShareFetchResponse = Infer<typeof ShareFetchResponse>
