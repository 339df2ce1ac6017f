/** Metadata records as protobuf (proto/metadata.proto) and back. */
import { ottla } from '../gen/messages.js'
import type { MetadataBatch, MetadataRecord } from './records.ts'

/** Bytes that are no message of ours, or that say what cannot be. */
export class MetadataFormatError extends Error {
  override readonly name = 'MetadataFormatError'
}

/** How decoded messages become plain values: every field present, 64-bit integers as numbers. */
export const TO_OBJECT = { longs: Number, defaults: true, arrays: true, objects: true, oneofs: true } as const

/** Decodes with `decode`; whatever it throws becomes a MetadataFormatError that names `what`. */
export function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof MetadataFormatError) throw error
    throw new MetadataFormatError(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

export function encodeMetadataBatch(batch: MetadataBatch): Uint8Array {
  return ottla.MetadataBatch.encode(batchToWire(batch)).finish()
}

/** The generated code takes plain objects; its types cannot express ours, which are stricter. */
export function batchToWire(batch: MetadataBatch): object {
  return {
    baseOffset: batch.baseOffset,
    controllerEpoch: batch.controllerEpoch,
    records: batch.records.map(recordToWire),
  }
}

export function batchFromWire(wire: Wire): MetadataBatch {
  return {
    baseOffset: safe(wire.baseOffset, 'base offset'),
    controllerEpoch: wire.controllerEpoch,
    records: wire.records.map(recordFromWire),
  }
}

// The generated code's own word for a decoded message: the fields have the types of metadata.proto.
type Wire = ReturnType<typeof ottla.MetadataRecord.toObject>

const CHANGE_LISTS = ['isr', 'elr', 'lastKnownElr', 'replicas', 'addingReplicas', 'removingReplicas'] as const

export function recordToWire(record: MetadataRecord): object {
  const { type, ...fields } = record
  return { [type]: record.type === 'partitionChange' ? { ...fields, ...wrappedLists(record) } : fields }
}

function wrappedLists(record: Readonly<Record<string, unknown>> | MetadataRecord): Record<string, unknown> {
  const fields = record as Readonly<Record<string, unknown>>
  return Object.fromEntries(CHANGE_LISTS.map((name) => [name, fields[name] === null ? null : { ids: fields[name] }]))
}

/** One function per record type: the field order is that of the types, so that equal records have one shape. */
const READERS: { readonly [T in MetadataRecord['type']]: (wire: Wire) => object } = {
  clusterCreated: (w) => ({ clusterId: w.clusterId }),
  controllerStarted: (w) => ({ controllerEpoch: w.controllerEpoch }),
  featureLevel: (w) => ({ name: w.name, level: w.level }),
  registerBroker: (w) => ({
    id: w.id,
    epoch: safe(w.epoch, 'broker epoch'),
    incarnationId: w.incarnationId,
    listeners: w.listeners,
    rack: w.rack ?? null,
    fenced: w.fenced,
    shuttingDown: w.shuttingDown,
    directoryIds: w.directoryIds,
    filesEpoch: safe(w.filesEpoch, 'epoch of the files'),
  }),
  brokerChange: (w) => ({
    id: w.id,
    epoch: safe(w.epoch, 'broker epoch'),
    fenced: w.fenced ?? null,
    shuttingDown: w.shuttingDown ?? null,
  }),
  unregisterBroker: (w) => ({ id: w.id, epoch: safe(w.epoch, 'broker epoch') }),
  topic: (w) => ({ name: w.name, id: w.id }),
  partition: (w) => ({
    topicId: w.topicId,
    partition: w.partition,
    replicas: w.replicas,
    isr: w.isr,
    leader: w.leader,
    leaderEpoch: w.leaderEpoch,
    partitionEpoch: w.partitionEpoch,
    elr: w.elr,
    lastKnownElr: w.lastKnownElr,
    addingReplicas: w.addingReplicas,
    removingReplicas: w.removingReplicas,
    leaderRecoveryState: w.leaderRecoveryState,
  }),
  partitionChange: (w) => ({
    topicId: w.topicId,
    partition: w.partition,
    leader: w.leader ?? null,
    isr: ids(w.isr),
    elr: ids(w.elr),
    lastKnownElr: ids(w.lastKnownElr),
    replicas: ids(w.replicas),
    addingReplicas: ids(w.addingReplicas),
    removingReplicas: ids(w.removingReplicas),
    leaderRecoveryState: w.leaderRecoveryState ?? null,
  }),
  removeTopic: (w) => ({ topicId: w.topicId }),
  config: (w) => ({
    resourceType: resourceType(w.resourceType),
    resourceName: w.resourceName,
    name: w.name,
    value: w.value ?? null,
  }),
  producerIds: (w) => ({ nextProducerId: safe(w.nextProducerId, 'producer id') }),
}

export function recordFromWire(wire: Wire): MetadataRecord {
  const type = wire.type as MetadataRecord['type'] | undefined
  // A record type of a later version: skipping it would make this image another than the writer's.
  if (type === undefined)
    throw new MetadataFormatError('metadata record of an unknown type: written by a later version')
  return { type, ...READERS[type](wire[type]) } as MetadataRecord
}

function ids(wire: { readonly ids: readonly number[] } | null | undefined): readonly number[] | null {
  return wire === null || wire === undefined ? null : wire.ids
}

function resourceType(name: string | undefined): string {
  if (name === 'topic' || name === 'broker' || name === 'group') return name
  throw new MetadataFormatError(`config record of an unknown resource type "${name}"`)
}

/** 64-bit integers are numbers here; one beyond 2^53 - 1 cannot be exact. */
export function safe(value: number | undefined, what: string): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new MetadataFormatError(`${what} ${value} is not a safe integer`)
}

/** The first offset that the controller of an epoch wrote. */
export interface EpochStart {
  readonly controllerEpoch: number
  readonly startOffset: number
}

/** A part of a snapshot file. Offset, epoch and epochs are those of the first frame; the last frame says so. */
export interface SnapshotFrame {
  readonly offset: number
  readonly controllerEpoch: number
  readonly epochs: readonly EpochStart[]
  readonly records: readonly MetadataRecord[]
  readonly last: boolean
}

/** One write to the metadata log: batches that become durable together. */
export function encodeLogFrame(batches: readonly MetadataBatch[]): Uint8Array {
  return ottla.LogFrame.encode({ batches: batches.map(batchToWire) }).finish()
}

/** Throws a MetadataFormatError. */
export function decodeLogFrame(bytes: Uint8Array): MetadataBatch[] {
  return decoding('metadata log frame', () =>
    ottla.LogFrame.toObject(ottla.LogFrame.decode(bytes), TO_OBJECT).batches.map(batchFromWire),
  )
}

export function encodeSnapshotFrame(frame: SnapshotFrame): Uint8Array {
  return ottla.SnapshotFrame.encode({
    ...frame,
    epochs: [...frame.epochs],
    records: frame.records.map(recordToWire),
  }).finish()
}

/** Throws a MetadataFormatError. */
export function decodeSnapshotFrame(bytes: Uint8Array): SnapshotFrame {
  return decoding('snapshot frame', () => {
    const wire = ottla.SnapshotFrame.toObject(ottla.SnapshotFrame.decode(bytes), TO_OBJECT)
    return {
      offset: safe(wire.offset, 'snapshot offset'),
      controllerEpoch: wire.controllerEpoch,
      epochs: wire.epochs.map((epoch: EpochStart) => ({
        ...epoch,
        startOffset: safe(epoch.startOffset, 'epoch start'),
      })),
      records: wire.records.map(recordFromWire),
      last: wire.last,
    }
  })
}
