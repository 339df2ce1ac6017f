import {
  type BatchRecord,
  type LegacyMessage,
  type LegacyRecord,
  type RecordBatch,
  sequenceAfter,
} from '@ottla/protocol'
import { controlText } from './control-record.ts'
import type { RecordDecoder, RecordText } from './record-text.ts'

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
    `offset: ${message.lastOffset} position: ${position} ${message.timestampType}: ${message.timestamp}` +
    ` size: ${message.sizeBytes} magic: ${message.magic} compresscodec: ${message.codec}` +
    ` crc: ${message.crc} isvalid: ${message.isCrcValid()}`
  )
}

/** How much of a record is shown. */
export interface RecordView {
  readonly metadata: boolean
  /** undefined: without key and value. */
  readonly decoder: RecordDecoder | undefined
}

export function recordLine(batch: RecordBatch, record: BatchRecord, view: RecordView): string {
  const parts: string[] = []
  if (view.metadata) parts.push(recordMetadata(batch, record))
  if (view.decoder !== undefined && !batch.isControl) parts.push(...contents(view.decoder(record)))
  return parts.length === 0 ? '' : `| ${parts.join(' ')}`
}

export function legacyRecordLine(message: LegacyMessage, record: LegacyRecord, view: RecordView): string {
  const metadata =
    `offset: ${record.offset} ${message.timestampType}: ${record.timestamp} ${sizes(record)}` +
    ` isValid: ${record.message.isCrcValid()} crc: ${record.message.crc}`
  const parts = [
    ...(view.metadata ? [metadata] : []),
    ...(view.decoder === undefined ? [] : contents(view.decoder(record))),
  ]
  return parts.length === 0 ? '' : `| ${parts.join(' ')}`
}

function recordMetadata(batch: RecordBatch, record: BatchRecord): string {
  const { baseSequence } = batch
  const sequence = baseSequence === -1 ? -1 : sequenceAfter(baseSequence, record.offset - batch.baseOffset)
  const headerKeys = record.headers.map((header) => header.key).join(',')
  return (
    `offset: ${record.offset} ${batch.timestampType}: ${record.timestamp} ${sizes(record)}` +
    ` sequence: ${sequence} headerKeys: [${headerKeys}]${batch.isControl ? ` ${controlText(record)}` : ''}`
  )
}

interface KeyAndValue {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

function sizes({ key, value }: KeyAndValue): string {
  return `keySize: ${key?.length ?? -1} valueSize: ${value?.length ?? -1}`
}

function contents({ key, payload }: RecordText): string[] {
  return [...(key === undefined ? [] : [`key: ${key}`]), ...(payload === undefined ? [] : [`payload: ${payload}`])]
}

/** As Java prints an OptionalLong. */
export function optionalLong(value: number | undefined): string {
  return value === undefined ? 'OptionalLong.empty' : `OptionalLong[${value}]`
}
