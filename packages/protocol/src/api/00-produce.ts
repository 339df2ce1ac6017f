/**
 * Produce appends record batches to partitions. Versions 3-13; ApiVersions shows 0 as the lowest, which librdkafka wants (KAFKA-18659).
 *
 * -  3 the baseline: record batches of magic 2, transactional id
 * -  4 KAFKA_STORAGE_ERROR may be answered
 * -  5 response: log start offset
 * -  7 zstd is allowed (KIP-110)
 * -  8 response: record errors and an error message (KIP-467)
 * -  9 flexible
 * - 10 response: current leader and node endpoints, tagged (KIP-951)
 * - 11 TRANSACTION_ABORTABLE may be answered (KIP-890)
 * - 12 a transactional produce adds its partitions to the transaction (KIP-890)
 * - 13 topic ids in place of names (KIP-516)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, records, string, struct, uuid } from '../schema/types.ts'

export const ProduceRequest = request(0, 'Produce', '3-13', flexibleFrom(9), {
  transactionalId: string.nullable().default(null),
  acks: int16,
  timeoutMs: int32,
  topicData: array({
    name: string.v('0-12').ignorable(),
    topicId: uuid.v('13+').ignorable(),
    partitionData: array({
      index: int32,
      records: records.nullable(),
    }),
  }),
})
export type ProduceRequest = Infer<typeof ProduceRequest>

export const ProduceResponse = response(0, 'Produce', '3-13', flexibleFrom(9), {
  responses: array({
    name: string.v('0-12').ignorable(),
    topicId: uuid.v('13+').ignorable(),
    partitionResponses: array({
      index: int32,
      errorCode: int16,
      baseOffset: int64,
      logAppendTimeMs: int64.default(-1).ignorable(),
      logStartOffset: int64.v('5+').default(-1).ignorable(),
      recordErrors: array({
        batchIndex: int32,
        batchIndexErrorMessage: string.nullable().default(null),
      })
        .v('8+')
        .ignorable(),
      errorMessage: string.v('8+').nullable().default(null).ignorable(),
      currentLeader: struct({
        leaderId: int32.default(-1),
        leaderEpoch: int32.default(-1),
      })
        .v('10+')
        .tagged(0),
    }),
  }),
  throttleTimeMs: int32.default(0).ignorable(),
  nodeEndpoints: array({
    nodeId: int32,
    host: string,
    port: int32,
    rack: string.nullable().default(null),
  })
    .v('10+')
    .tagged(0),
})
export type ProduceResponse = Infer<typeof ProduceResponse>
