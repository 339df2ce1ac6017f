/**
 * ShareAcknowledge acknowledges records that a member of a share group has acquired (KIP-932). All versions are flexible. Acknowledge
 * types as for ShareFetch. Versions 1-2.
 *
 * - 1 the baseline
 * - 2 renewing acquired records; response: how long they are held (KIP-1222)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, int64, string, struct, uuid } from '../schema/types.ts'

export const ShareAcknowledgeRequest = request(79, 'ShareAcknowledge', '1-2', flexibleFrom(0), {
  groupId: string.nullable().default(null),
  memberId: string.nullable(),
  shareSessionEpoch: int32,
  isRenewAck: bool.v('2+').default(false),
  topics: array({
    topicId: uuid,
    partitions: array({
      partitionIndex: int32,
      acknowledgementBatches: array({ firstOffset: int64, lastOffset: int64, acknowledgeTypes: array(int8) }),
    }),
  }),
})
export type ShareAcknowledgeRequest = Infer<typeof ShareAcknowledgeRequest>

export const ShareAcknowledgeResponse = response(79, 'ShareAcknowledge', '1-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  acquisitionLockTimeoutMs: int32.v('2+').ignorable(),
  responses: array({
    topicId: uuid,
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
    }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable().default(null) }),
})
export type ShareAcknowledgeResponse = Infer<typeof ShareAcknowledgeResponse>
