/** Committed offsets as records: bytes equal to those that Kafka 4.3 writes. */

import { ZERO_UUID } from '@ottla/protocol'
import { LegacyOffsetCommitKey, OffsetCommitKey, OffsetCommitValue } from '@ottla/protocol/coordinator-records'
import type { ShardRecord } from '../../shard.ts'
import type { OffsetKey } from './offset-table.ts'
import type { CommittedOffset } from './topic-offsets.ts'

const OFFSET_COMMIT = { key: OffsetCommitKey, value: OffsetCommitValue }

/** The one version that can say when an offset expires; it has neither leader epoch nor topic id. */
const VERSION_WITH_EXPIRY = 1
const VERSION = 4

export function offsetRecord(key: OffsetKey, committed: CommittedOffset): ShardRecord<OffsetKey, OffsetCommitValue> {
  return {
    pair: OFFSET_COMMIT,
    key,
    value: {
      offset: committed.offset,
      leaderEpoch: committed.leaderEpoch,
      metadata: committed.metadata,
      commitTimestamp: committed.commitTimestampMs,
      expireTimestamp: committed.expireTimestampMs,
      topicId: committed.topicId,
    },
    valueVersion: committed.expireTimestampMs === -1 ? VERSION : VERSION_WITH_EXPIRY,
  }
}

export function offsetTombstone(key: OffsetKey): ShardRecord<OffsetKey, null> {
  return { pair: OFFSET_COMMIT, key, value: null, valueVersion: VERSION }
}

/**
 * What a record says, as whoever reads it from the log would see it: a version that lacks a field does not say it. Undefined: a tombstone.
 */
export function committedOffsetOf(record: ShardRecord): CommittedOffset | undefined {
  if (record.value === null) return undefined
  const value = record.value as OffsetCommitValue
  const version = record.pair.key.apiKey === LegacyOffsetCommitKey.apiKey ? 0 : record.valueVersion
  return {
    offset: value.offset,
    leaderEpoch: version >= 3 ? value.leaderEpoch : -1,
    metadata: value.metadata,
    commitTimestampMs: value.commitTimestamp,
    expireTimestampMs: version === VERSION_WITH_EXPIRY ? value.expireTimestamp : -1,
    topicId: version >= 4 ? value.topicId : ZERO_UUID,
  }
}
