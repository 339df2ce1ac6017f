/**
 * Metadata transactions, which keep several batches of the log of a KRaft metadata quorum together (KIP-868), and the record that does
 * nothing (KIP-835).
 */
import { type Infer, metadataRecord } from '../../schema/message.ts'
import { string } from '../../schema/types.ts'

export const BeginTransactionRecord = metadataRecord(23, 'BeginTransactionRecord', '0', {
  name: string.nullable().default(null).tagged(0),
})
export type BeginTransactionRecord = Infer<typeof BeginTransactionRecord>

export const EndTransactionRecord = metadataRecord(24, 'EndTransactionRecord', '0', {})
export type EndTransactionRecord = Infer<typeof EndTransactionRecord>

export const AbortTransactionRecord = metadataRecord(25, 'AbortTransactionRecord', '0', {
  reason: string.nullable().default(null).tagged(0),
})
export type AbortTransactionRecord = Infer<typeof AbortTransactionRecord>

export const NoOpRecord = metadataRecord(20, 'NoOpRecord', '0', {})
export type NoOpRecord = Infer<typeof NoOpRecord>
