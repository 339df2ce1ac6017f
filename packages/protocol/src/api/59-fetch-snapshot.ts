/**
 * FetchSnapshot reads a piece of a snapshot of the metadata log (KIP-630). On controller listeners only. All versions are flexible.
 * Versions 0-1.
 *
 * - 1 directory id of the replica; response: node endpoints (KIP-853)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, records, string, struct, uint16, uuid } from '../schema/types.ts'

export const FetchSnapshotRequest = request(59, 'FetchSnapshot', '0-1', flexibleFrom(0), {
  clusterId: string.nullable().default(null).tagged(0),
  replicaId: int32.default(-1),
  maxBytes: int32.default(0x7fffffff),
  topics: array({
    name: string,
    partitions: array({
      partition: int32,
      currentLeaderEpoch: int32,
      snapshotId: struct({ endOffset: int64, epoch: int32 }),
      position: int64,
      replicaDirectoryId: uuid.v('1+').tagged(0).ignorable(),
    }),
  }),
})
export type FetchSnapshotRequest = Infer<typeof FetchSnapshotRequest>

export const FetchSnapshotResponse = response(59, 'FetchSnapshot', '0-1', flexibleFrom(0), {
  throttleTimeMs: int32.ignorable(),
  errorCode: int16,
  topics: array({
    name: string,
    partitions: array({
      index: int32,
      errorCode: int16,
      snapshotId: struct({ endOffset: int64, epoch: int32 }),
      currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }).tagged(0),
      size: int64,
      position: int64,
      unalignedRecords: records,
    }),
  }),
  nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).v('1+').tagged(0),
})
export type FetchSnapshotResponse = Infer<typeof FetchSnapshotResponse>
