import { type BatchRecord, type RecordBatch, sequenceAfter } from '@ottla/protocol'
import type { LegacyMessage, LegacyRecord } from './legacy.ts'

/** The lines of Apache Kafka's kafka-dump-log, word for word: scripts parse them. */

export function batchLine(batch: RecordBatch, position: number): string {
  return (
    `baseOffset: ${batch.baseOffset} lastOffset: ${batch.lastOffset} count: ${batch.recordCount}` +
    ` baseSequence: ${batch.baseSequence} lastSequence: ${batch.lastSequence}` +
    ` producerId: ${batch.producerId} producerEpoch: ${batch.producerEpoch}` +
    ` partitionLeaderEpoch: ${batch.partitionLeaderEpoch}` +
    ` isTransactional: ${batch.isTransactional} isControl: ${batch.isControl}` +
    ` deleteHorizonMs: ${optionalLong(batch.hasDeleteHorizon ? batch.baseTimestamp : undefined)}` +
    ` position: ${position} ${batch.timestampType}: ${batch.maxTimestamp} size: ${batch.sizeBytes}` +
    ` magic: ${batch.magic} compresscodec: ${batch.codec} crc: ${batch.crc} isvalid: ${batch.isCrcValid()}`
  )
}

export function legacyMessageLine(message: LegacyMessage, position: number): string {
  return (
    `offset: ${message.offset} position: ${position} ${message.timestampType}: ${message.timestamp}` +
    ` size: ${message.sizeBytes} magic: ${message.magic} compresscodec: ${message.codec}` +
    ` crc: ${message.crc} isvalid: ${message.isValid}`
  )
}

/** How much of a record is shown. */
export interface RecordView {
  readonly metadata: boolean
  readonly contents: boolean
}

export function recordLine(batch: RecordBatch, record: BatchRecord, view: RecordView): string {
  const parts: string[] = []
  if (view.metadata) parts.push(recordMetadata(batch, record))
  if (view.contents && !batch.isControl) parts.push(...contents(record))
  return parts.length === 0 ? '' : `| ${parts.join(' ')}`
}

export function legacyRecordLine(message: LegacyMessage, record: LegacyRecord, view: RecordView): string {
  const metadata =
    `offset: ${record.offset} ${message.timestampType}: ${record.timestamp} ${sizes(record)}` +
    ` isValid: ${record.isValid} crc: ${record.crc}`
  const parts = [...(view.metadata ? [metadata] : []), ...(view.contents ? contents(record) : [])]
  return parts.length === 0 ? '' : `| ${parts.join(' ')}`
}

function recordMetadata(batch: RecordBatch, record: BatchRecord): string {
  const { baseSequence } = batch
  const sequence = baseSequence === -1 ? -1 : sequenceAfter(baseSequence, record.offset - batch.baseOffset)
  const headerKeys = record.headers.map((header) => header.key).join(',')
  return (
    `offset: ${record.offset} ${batch.timestampType}: ${record.timestamp} ${sizes(record)}` +
    ` sequence: ${sequence} headerKeys: [${headerKeys}]${batch.isControl ? controlSuffix(record) : ''}`
  )
}

interface KeyAndValue {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

function sizes({ key, value }: KeyAndValue): string {
  return `keySize: ${key?.length ?? -1} valueSize: ${value?.length ?? -1}`
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function contents({ key, value }: KeyAndValue): string[] {
  const parts: string[] = []
  if (key !== null) parts.push(`key: ${decoder.decode(key)}`)
  if (value !== null) parts.push(`payload: ${decoder.decode(value)}`)
  return parts
}

const CONTROL_TYPES = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
]

/** Key: int16 version, int16 type. Value of a transaction marker: int16 version, int32 coordinator epoch. */
function controlSuffix({ key, value }: KeyAndValue): string {
  if (key === null || key.length < 4) return ' controlType: UNKNOWN(-1)'
  const type = new DataView(key.buffer, key.byteOffset).getInt16(2)
  const name = CONTROL_TYPES[type] ?? 'UNKNOWN'
  if (type > 1 || type < 0 || value === null || value.length < 6) return ` controlType: ${name}(${type})`
  const coordinatorEpoch = new DataView(value.buffer, value.byteOffset).getInt32(2)
  return ` endTxnMarker: ${name} coordinatorEpoch: ${coordinatorEpoch}`
}

/** As Java prints an OptionalLong. */
export function optionalLong(value: number | undefined): string {
  return value === undefined ? 'OptionalLong.empty' : `OptionalLong[${value}]`
}
