/**
 * Keys and values of control records: the end of a transaction, and what the log of the metadata quorum says about itself (KIP-595,
 * KIP-630, KIP-853).
 */
import { data, flexibleFrom, type Infer, notFlexible } from '../schema/message.ts'
import { array, int16, int32, int64, string, struct, uint16, uuid } from '../schema/types.ts'

export const ControlRecordTypeSchema = data('ControlRecordTypeSchema', '0', notFlexible, { type: int16 })
export type ControlRecordTypeSchema = Infer<typeof ControlRecordTypeSchema>

export const EndTxnMarker = data('EndTxnMarker', '0', notFlexible, { coordinatorEpoch: int32 })
export type EndTxnMarker = Infer<typeof EndTxnMarker>

const voter = { voterId: int32, voterDirectoryId: uuid.v('1+') }

export const LeaderChangeMessage = data('LeaderChangeMessage', '0-1', flexibleFrom(0), {
  version: int16,
  leaderId: int32,
  voters: array(voter),
  grantingVoters: array(voter),
})
export type LeaderChangeMessage = Infer<typeof LeaderChangeMessage>

export const SnapshotHeaderRecord = data('SnapshotHeaderRecord', '0', flexibleFrom(0), {
  version: int16,
  lastContainedLogTimestamp: int64.approximate(),
})
export type SnapshotHeaderRecord = Infer<typeof SnapshotHeaderRecord>

export const SnapshotFooterRecord = data('SnapshotFooterRecord', '0', flexibleFrom(0), { version: int16 })
export type SnapshotFooterRecord = Infer<typeof SnapshotFooterRecord>

export const KRaftVersionRecord = data('KRaftVersionRecord', '0', flexibleFrom(0), {
  version: int16,
  kRaftVersion: int16,
})
export type KRaftVersionRecord = Infer<typeof KRaftVersionRecord>

export const VotersRecord = data('VotersRecord', '0', flexibleFrom(0), {
  version: int16,
  voters: array({
    voterId: int32,
    voterDirectoryId: uuid,
    endpoints: array({ name: string, host: string, port: uint16 }),
    kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
  }),
})
export type VotersRecord = Infer<typeof VotersRecord>
