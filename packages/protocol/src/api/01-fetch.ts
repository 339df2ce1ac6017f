/**
 * Fetch reads batches from partitions, for consumers and for replicas. Versions 4-18.
 *
 * -  4 the baseline: isolation level, last stable offset, aborted transactions
 * -  5 log start offset, of a replica in the request and of the leader in the response
 * -  6 KAFKA_STORAGE_ERROR may be answered
 * -  7 fetch sessions: session id and epoch, forgotten topics (KIP-227)
 * -  8 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * -  9 current leader epoch (KIP-320)
 * - 10 batches may be zstd (KIP-110)
 * - 11 rack id, preferred read replica (KIP-392)
 * - 12 flexible; last fetched epoch, diverging epoch, current leader, snapshot id (KIP-595), cluster id
 * - 13 topic ids in place of names (KIP-516)
 * - 14 OFFSET_MOVED_TO_TIERED_STORAGE may be answered (KIP-405)
 * - 15 replica state with the broker epoch in place of the replica id (KIP-903)
 * - 16 response: node endpoints (KIP-951)
 * - 17 directory id of the replica (KIP-853)
 * - 18 high watermark known to the replica (KIP-1166)
 */
import { INT64_MAX } from '../bytes/reader.ts'
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, int64, records, string, struct, uuid } from '../schema/types.ts'

export const FetchRequest = request(1, 'Fetch', '4-18', flexibleFrom(12), {
  clusterId: string.v('12+').nullable().default(null).tagged(0).ignorable(),
  replicaId: int32.v('0-14').default(-1),
  replicaState: struct({
    replicaId: int32.default(-1),
    replicaEpoch: int64.default(-1),
  })
    .v('15+')
    .tagged(1),
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: int32.default(0x7fffffff).ignorable(),
  isolationLevel: int8.default(0).ignorable(),
  sessionId: int32.v('7+').default(0).ignorable(),
  sessionEpoch: int32.v('7+').default(-1).ignorable(),
  topics: array({
    topic: string.v('0-12').ignorable(),
    topicId: uuid.v('13+').ignorable(),
    partitions: array({
      partition: int32,
      currentLeaderEpoch: int32.v('9+').default(-1).ignorable(),
      fetchOffset: int64,
      lastFetchedEpoch: int32.v('12+').default(-1),
      logStartOffset: int64.v('5+').default(-1).ignorable(),
      partitionMaxBytes: int32,
      replicaDirectoryId: uuid.v('17+').tagged(0).ignorable(),
      highWatermark: int64.approximate().v('18+').default(INT64_MAX).tagged(1).ignorable(),
    }),
  }),
  forgottenTopicsData: array({
    topic: string.v('7-12').ignorable(),
    topicId: uuid.v('13+').ignorable(),
    partitions: array(int32),
  }).v('7+'),
  rackId: string.v('11+').default('').ignorable(),
})
export type FetchRequest = Infer<typeof FetchRequest>

export const FetchResponse = response(1, 'Fetch', '4-18', flexibleFrom(12), {
  throttleTimeMs: int32.default(0).ignorable(),
  errorCode: int16.v('7+').ignorable(),
  sessionId: int32.v('7+').default(0),
  responses: array({
    topic: string.v('0-12').ignorable(),
    topicId: uuid.v('13+').ignorable(),
    partitions: array({
      partitionIndex: int32,
      errorCode: int16,
      highWatermark: int64,
      lastStableOffset: int64.default(-1).ignorable(),
      logStartOffset: int64.v('5+').default(-1).ignorable(),
      divergingEpoch: struct({
        epoch: int32.default(-1),
        endOffset: int64.default(-1),
      })
        .v('12+')
        .tagged(0),
      currentLeader: struct({
        leaderId: int32.default(-1),
        leaderEpoch: int32.default(-1),
      })
        .v('12+')
        .tagged(1),
      snapshotId: struct({
        endOffset: int64.default(-1),
        epoch: int32.default(-1),
      })
        .v('12+')
        .tagged(2),
      abortedTransactions: array({
        producerId: int64,
        firstOffset: int64,
      })
        .nullable()
        .ignorable(),
      preferredReadReplica: int32.v('11+').default(-1),
      records: records.nullable(),
    }),
  }),
  nodeEndpoints: array({
    nodeId: int32,
    host: string,
    port: int32,
    rack: string.nullable().default(null),
  })
    .v('16+')
    .tagged(0),
})
export type FetchResponse = Infer<typeof FetchResponse>
