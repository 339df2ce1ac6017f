import type { Clock, CompressionCodec, Disk, DiskFile, Logger, Timers } from '@ottla/runtime'

/** What a partition's log needs from the world. */
export interface LogWorld {
  readonly disk: Disk
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

/**
 * A topic's configuration as far as its log is concerned. Names follow Kafka's topic keys; sizes in bytes, times in
 * milliseconds; -1 means unlimited where Kafka says so.
 */
export interface LogConfig {
  /** segment.bytes: a segment is rolled before it grows past this. */
  readonly segmentBytes: number
  /** segment.ms: a segment is rolled when its records span more time than this. */
  readonly segmentMs: number
  /** segment.jitter.ms: at most so much is taken off segment.ms, another part of it for each segment. */
  readonly segmentJitterMs: number
  /** segment.index.bytes: the largest size of an index file. */
  readonly indexBytesMax: number
  /** index.interval.bytes: bytes of log between two index entries. */
  readonly indexIntervalBytes: number
  /** max.message.bytes: the largest record batch. */
  readonly batchBytesMax: number
  /** compression.type: what the batches of clients are to be compressed with; `producer`: as they come. */
  readonly compression: 'producer' | 'none' | CompressionCodec
  /** compression.<codec>.level; undefined where the codec has no levels. */
  readonly compressionLevel: number | undefined
  /** message.timestamp.type */
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  /** message.timestamp.before.max.ms and message.timestamp.after.max.ms */
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** flush.messages: fdatasync once so many records are unflushed. */
  readonly flushMessages: number
  /** flush.ms */
  readonly flushMs: number
  /** cleanup.policy contains "compact": a record must have a key. */
  readonly compacted: boolean
  /** cleanup.policy contains "delete": segments go by age and size. */
  readonly deletes: boolean
  /** min.cleanable.dirty.ratio: a log is compacted when a larger share of its bytes has not been yet. */
  readonly minCleanableRatio: number
  /** min.compaction.lag.ms: records stay as they are for so long. */
  readonly minCompactionLagMs: number
  /** max.compaction.lag.ms: a log with an older record that has not been compacted is compacted whatever the ratio. */
  readonly maxCompactionLagMs: number
  /** delete.retention.ms: how long a tombstone stays once it has been compacted. */
  readonly deleteRetentionMs: number
  /** retention.ms; negative: no limit. */
  readonly retentionMs: number
  /** retention.bytes; negative: no limit. */
  readonly retentionBytes: number
  /** file.delete.delay.ms */
  readonly fileDeleteDelayMs: number
}

/** Bytes of an open segment file: what travels from the log to the socket without being copied into a frame. */
export interface FileRegion {
  readonly byteLength: number
  readonly file: DiskFile
  readonly position: number
  /** Becomes true when a truncation takes bytes of the region away: the connection that sends it must be closed. */
  readonly isCut?: boolean
  /** Keeps the file open until `release`; called exactly once by whoever sends or drops the region. */
  release(): void
}

export type ReadResult =
  | {
      readonly kind: 'region'
      readonly region: FileRegion
      readonly firstBatchOffset: number
      /** The region ends with its segment, and the limits allow more: it lies in the next one. */
      readonly continuesInNextSegment?: boolean
    }
  /** Nothing between the offset and the limit. */
  | { readonly kind: 'empty' }
  /** Below the log start offset or above the log end offset. */
  | { readonly kind: 'out-of-range'; readonly logStartOffset: number; readonly logEndOffset: number }

export interface ReadRequest {
  /** The first wanted offset; the batch that holds it is returned whole, from its start. */
  readonly offset: number
  /** Only batches that lie wholly below this offset: high watermark, last stable offset or log end offset. */
  readonly limitOffset: number
  readonly bytesMax: number
  /** Return the first batch whole even when it is larger than `bytesMax` (KIP-74). */
  readonly atLeastOneBatch: boolean
  /**
   * Begin behind batches without records, where others follow: what compaction leaves of a producer or of the end of a segment. Clients
   * that count records alone do not get past an answer that holds nothing else.
   */
  readonly skipsEmpty?: boolean
}

/** Who wrote the bytes: what a client sends is judged, what a leader or a coordinator sends is not. */
export type AppendOrigin = 'client' | 'coordinator'

export interface AppendRequest {
  /** One or more record batches v2; base offset and leader epoch are stamped in place. Must stay untouched until `done`. */
  readonly records: Uint8Array
  /** The content of a client's compressed batch, from whoever had to look into it: it is judged like that of any other. */
  readonly decompressed?: Uint8Array | undefined
  readonly leaderEpoch: number
  readonly origin: AppendOrigin
}

export type AppendResult =
  | {
      readonly ok: true
      readonly firstOffset: number
      readonly lastOffset: number
      /** The append time with LogAppendTime (or of the original append of a repeated batch), else -1. */
      readonly logAppendTimeMs: number
      readonly logStartOffset: number
      /** A batch that one of the producer's last five repeats; nothing was written. */
      readonly duplicate: boolean
    }
  | {
      readonly ok: false
      /** A name of protocol's error table: CORRUPT_MESSAGE, OUT_OF_ORDER_SEQUENCE_NUMBER, KAFKA_STORAGE_ERROR … */
      readonly error: string
      readonly message: string
      readonly recordErrors?: readonly { readonly batchIndex: number; readonly message: string }[]
      readonly logStartOffset: number
    }

export interface TimestampAndOffset {
  readonly offset: number
  readonly timestampMs: number
  readonly leaderEpoch: number
}

/** See DescribeProducers (KIP-664). */
export interface ActiveProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 when it has written nothing in this epoch. */
  readonly lastSequence: number
  readonly lastTimestampMs: number
  /** Of the last transaction marker, -1 when there was none. */
  readonly coordinatorEpoch: number
  /** First offset of the open transaction, -1 when none is open. */
  readonly currentTxnStartOffset: number
}

export interface EpochEndOffset {
  readonly leaderEpoch: number
  /** Exclusive. */
  readonly endOffset: number
}

/**
 * One partition's log: the only class of this package that others write to and read from.
 *
 * Order of an append (docs/ARCHITECTURE.md): check against the pending state, assign offsets, one full vectored write for all
 * appends of this turn, then publish (log end offset, indexes, epochs and producer state become visible together), then
 * call every `done` in order. A write may complete in a later turn.
 */
export interface PartitionLogSurface {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly directory: string
  /** First offset that may be read: never falls but by a truncation, never above the high watermark. */
  readonly logStartOffset: number
  /** Offset of the next record to be published. */
  readonly logEndOffset: number
  /** Set by the partition's state machine; never above the log end offset. */
  readonly highWatermark: number
  /** First offset of the oldest open transaction, else the high watermark. */
  readonly lastStableOffset: number
  readonly sizeBytes: number
  readonly segmentCount: number
  /** Offset below which everything has been through fdatasync. */
  readonly recoveryPoint: number
  /** Latest leader epoch in the log, -1 in an empty log that never had one. */
  readonly latestLeaderEpoch: number
  /** What the disk holds is not known any more: nothing is appended or read. */
  readonly isOffline: boolean
  readonly config: LogConfig

  append(request: AppendRequest, done: (result: AppendResult) => void): void
  /**
   * Appends batches that already carry offsets and epochs, as a follower does: checks CRC and order, and that no batch is of a later
   * epoch than its leader's, which the CRC does not cover; judges nothing else.
   */
  appendAsFollower(records: Uint8Array, done: (result: AppendResult) => void, leaderEpoch?: number): void
  /**
   * Throws (or rejects with) a `KafkaError`: KAFKA_STORAGE_ERROR from a log that is closed or offline, or a disk that fails;
   * CORRUPT_MESSAGE where the way to the offset leads over bytes that are no batch.
   */
  read(request: ReadRequest): ReadResult | Promise<ReadResult>
  updateHighWatermark(offset: number): void
  updateConfig(config: LogConfig): void
  /** A leader's new epoch starts at the log end offset: written to leader-epoch-checkpoint before the first append. */
  assignLeaderEpoch(leaderEpoch: number): Promise<void>
  /** Largest offset of the epoch or of the nearest older one (KIP-101); undefined when there is none. */
  endOffsetForEpoch(leaderEpoch: number): EpochEndOffset | undefined
  leaderEpochAt(offset: number): number
  /** First record with a timestamp at or after this one, below the limit; undefined when there is none. */
  offsetForTimestamp(timestampMs: number, limitOffset: number): Promise<TimestampAndOffset | undefined>
  /** The record with the largest timestamp (ListOffsets -3). */
  offsetOfMaxTimestamp(): Promise<TimestampAndOffset | undefined>
  /**
   * Removes what lies at and behind `offset`; durable, with all that was derived from it, when the promise resolves. Rejects with a
   * `DiskError`; for want of room the log is as it was, or ends earlier already: the call may be repeated, and the next append
   * completes what is left to do, or fails.
   */
  truncateTo(offset: number): Promise<void>
  /**
   * Removes everything and begins again, empty, at an offset: for a follower whose leader's log begins behind its own end. Rejects
   * as `truncateTo`.
   */
  truncateFullyAndStartAt(offset: number): Promise<void>
  /**
   * Moves the log start offset up to `offset`, at once; whole segments below go with the next `LogDirectory.enforceRetention`.
   * Resolves with the log start offset, which is no lower than `offset` then and survives any crash. Does not lower it.
   * Rejects with OFFSET_OUT_OF_RANGE above the high watermark, and with KAFKA_STORAGE_ERROR when it cannot be made durable.
   */
  deleteRecordsBefore(offset: number): Promise<number>
  /** What the log knows of the idempotent and transactional producers that wrote to it lately. */
  activeProducers(): readonly ActiveProducer[]
  /** Hands everything published so far to fdatasync and moves the recovery point. */
  flush(): Promise<void>
  /** Pending appends are written or failed first; further calls fail. */
  close(): Promise<void>
}
