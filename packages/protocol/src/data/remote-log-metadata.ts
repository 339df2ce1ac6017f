/**
 * Records of `__remote_log_metadata`, in the frame of the metadata log: what is where in tiered storage (KIP-405). Version 0, flexible.
 */
import { type Infer, metadataRecord } from '../schema/message.ts'
import { array, bool, bytes, int8, int32, int64, string, struct, uuid } from '../schema/types.ts'

export const RemoteLogSegmentMetadataRecord = metadataRecord(0, 'RemoteLogSegmentMetadataRecord', '0', {
  remoteLogSegmentId: struct({ topicIdPartition: struct({ name: string, id: uuid, partition: int32 }), id: uuid }),
  startOffset: int64,
  endOffset: int64,
  brokerId: int32,
  maxTimestampMs: int64.approximate(),
  eventTimestampMs: int64.approximate(),
  segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
  segmentSizeInBytes: int32,
  customMetadata: bytes.nullable().default(null),
  remoteLogSegmentState: int8,
  txnIndexEmpty: bool.tagged(0),
})
export type RemoteLogSegmentMetadataRecord = Infer<typeof RemoteLogSegmentMetadataRecord>

export const RemoteLogSegmentMetadataUpdateRecord = metadataRecord(1, 'RemoteLogSegmentMetadataUpdateRecord', '0', {
  remoteLogSegmentId: struct({ topicIdPartition: struct({ name: string, id: uuid, partition: int32 }), id: uuid }),
  brokerId: int32,
  eventTimestampMs: int64.approximate(),
  customMetadata: bytes.nullable().default(null),
  remoteLogSegmentState: int8,
})
export type RemoteLogSegmentMetadataUpdateRecord = Infer<typeof RemoteLogSegmentMetadataUpdateRecord>

export const RemotePartitionDeleteMetadataRecord = metadataRecord(2, 'RemotePartitionDeleteMetadataRecord', '0', {
  topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
  brokerId: int32,
  eventTimestampMs: int64.approximate(),
  remotePartitionDeleteState: int8,
})
export type RemotePartitionDeleteMetadataRecord = Infer<typeof RemotePartitionDeleteMetadataRecord>

export const RemoteLogSegmentMetadataSnapshotRecord = metadataRecord(3, 'RemoteLogSegmentMetadataSnapshotRecord', '0', {
  segmentId: uuid,
  startOffset: int64,
  endOffset: int64,
  brokerId: int32,
  maxTimestampMs: int64.approximate(),
  eventTimestampMs: int64.approximate(),
  segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
  segmentSizeInBytes: int32,
  customMetadata: bytes.nullable().default(null),
  remoteLogSegmentState: int8,
  txnIndexEmpty: bool.tagged(0),
})
export type RemoteLogSegmentMetadataSnapshotRecord = Infer<typeof RemoteLogSegmentMetadataSnapshotRecord>
