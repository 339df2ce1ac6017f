/**
 * The frames of the session between a broker and the controller (proto/session.proto), as values. A broker says hello, registers,
 * then receives the metadata (a snapshot in chunks, or the tail from what it has) while it sends heartbeats and commands.
 * Every frame names the cluster; every frame of the controller also names its epoch and how far its metadata is durable.
 */
import { ottla } from '../gen/messages.js'
import {
  batchFromWire,
  batchToWire,
  decoding,
  MetadataFormatError,
  recordFromWire,
  recordToWire,
  safe,
  TO_OBJECT,
} from '../metadata/codec.ts'
import type { BrokerListener } from '../metadata/image.ts'
import type { MetadataBatch, MetadataRecord } from '../metadata/records.ts'

/** Raised by a change that an older peer would misunderstand. */
export const SESSION_PROTOCOL_VERSION = 2
/** Path of the WebSocket on the controller's port. */
export const SESSION_PATH = '/session'
/** Largest frame of a broker: a forwarded request and a little around it. */
export const BROKER_FRAME_BYTES_MAX = 8 * 1024 * 1024
/** Largest frame of a broker that has not said hello. */
export const HELLO_FRAME_BYTES_MAX = 64 * 1024
/** Largest frame of the controller: a metadata batch (1 MiB), a chunk of a snapshot, or the answer to a forwarded request. */
export const CONTROLLER_FRAME_BYTES_MAX = 32 * 1024 * 1024

export interface BrokerFrame {
  /** Above zero and chosen by the broker; the answer repeats it. */
  readonly correlationId: number
  /** Empty while the broker's directories are. */
  readonly clusterId: string
  readonly message: BrokerMessage
}

export interface ControllerFrame {
  /** The request that this answers; 0 is part of the metadata stream. */
  readonly correlationId: number
  readonly clusterId: string
  readonly controllerEpoch: number
  /** For an answer: the offset up to which the metadata must be applied before its effect is seen. Else the durable end. */
  readonly metadataOffset: number
  readonly message: ControllerMessage
}

export type BrokerMessage =
  | HelloMessage
  | RegisterMessage
  | HeartbeatMessage
  | ForwardMessage
  | { readonly type: 'allocateProducerIds' }
  /** The broker ends its session on purpose; it is fenced at once. */
  | { readonly type: 'leave'; readonly brokerEpoch: number }
  | ResignMessage

export interface HelloMessage {
  readonly type: 'hello'
  readonly protocolVersion: number
  /** Empty: none. */
  readonly secret: string
  /** The cluster's name in `zookeeper.connect`; empty: none. */
  readonly chroot: string
}

export interface RegisterMessage {
  readonly type: 'register'
  readonly brokerId: number
  readonly incarnationId: string
  readonly listeners: readonly BrokerListener[]
  readonly rack: string | null
  readonly features: readonly FeatureRange[]
  readonly directories: readonly DirectoryFacts[]
  /** What this process has applied so far: -1 and 0 at first. */
  readonly appliedOffset: number
  readonly appliedEpoch: number
  /** Keys that server.properties sets and that concern topics: defaults for topics that are created through this broker. */
  readonly staticConfigs: Readonly<Record<string, string>>
}

export interface FeatureRange {
  readonly name: string
  readonly min: number
  readonly max: number
}

/** What a log directory tells about the run before this one (docs/ARCHITECTURE.md, "Replication"). */
export interface DirectoryFacts {
  /** 22 characters of base64url. */
  readonly id: string
  /** Broker epoch in the clean-shutdown marker; -1 without marker. */
  readonly cleanShutdownEpoch: number
  /** Broker epoch in the run file; -1 without run file. */
  readonly runEpoch: number
  /** The run file was written in the present boot of the machine. */
  readonly sameBoot: boolean
  /** The highest metadata offset that the directory was changed by, and the epoch of the controller that wrote it; -1 and 0: none. */
  readonly metadataOffset: number
  readonly metadataEpoch: number
}

export interface HeartbeatMessage {
  readonly type: 'heartbeat'
  readonly brokerEpoch: number
  readonly appliedOffset: number
  /** The broker can serve: it wants to be unfenced. */
  readonly ready: boolean
  /** Controlled shutdown: the broker is about to stop, and its partitions shall get other leaders first. */
  readonly wantsShutdown: boolean
}

/** Why a leader cannot go on: an append has failed, or a batch that was written is damaged. */
export type ResignationReason = 'write-failed' | 'corrupt'

export interface Resignation {
  readonly topicId: string
  readonly partition: number
  /** The epoch in which it leads: in another one the resignation is void. */
  readonly leaderEpoch: number
  readonly reason: ResignationReason
}

/** The broker asks to be relieved as leader. Answered `resigned`, whatever became of it: the metadata tells. */
export interface ResignMessage {
  readonly type: 'resign'
  readonly brokerEpoch: number
  readonly partitions: readonly Resignation[]
}

export interface ForwardMessage {
  readonly type: 'forward'
  readonly apiKey: number
  readonly apiVersion: number
  readonly body: Uint8Array
  readonly principalType: string
  readonly principalName: string
}

export type ControllerMessage =
  | { readonly type: 'welcome'; readonly protocolVersion: number }
  | RegisteredMessage
  | AliveMessage
  | { readonly type: 'forwarded'; readonly body: Uint8Array }
  | { readonly type: 'producerIdBlock'; readonly first: number; readonly count: number }
  | { readonly type: 'left' }
  | { readonly type: 'resigned' }
  | FailureMessage
  | SnapshotChunkMessage
  | { readonly type: 'metadataBatch'; readonly batch: MetadataBatch }

export interface AliveMessage {
  readonly type: 'alive'
  readonly fenced: boolean
  /** The broker leads nothing any more that another one could lead, and all live brokers have applied that. */
  readonly mayStop: boolean
}

export interface RegisteredMessage {
  readonly type: 'registered'
  readonly brokerEpoch: number
  /** For the broker's log: settings of its file that the cluster's override. */
  readonly warnings: readonly string[]
  readonly sessionTimeoutMs: number
}

export interface FailureMessage {
  readonly type: 'failure'
  /** Kafka's error code. */
  readonly code: number
  readonly message: string
  /** Trying again changes nothing: the broker stops and says so. */
  readonly fatal: boolean
}

/** A part of a snapshot; the first chunk after a registration begins it. */
export interface SnapshotChunkMessage {
  readonly type: 'snapshotChunk'
  readonly offset: number
  readonly controllerEpoch: number
  readonly records: readonly MetadataRecord[]
  readonly last: boolean
}

export function encodeBrokerFrame(frame: BrokerFrame): Uint8Array {
  const { type, ...fields } = frame.message
  const wire = { correlationId: frame.correlationId, clusterId: frame.clusterId, [type]: fields }
  return ottla.BrokerFrame.encode(wire).finish()
}

/** Throws a MetadataFormatError. `body` of a forwarded request is a view into `bytes`. */
export function decodeBrokerFrame(bytes: Uint8Array): BrokerFrame {
  return decoding('session frame', () => {
    const wire = ottla.BrokerFrame.toObject(ottla.BrokerFrame.decode(bytes), TO_OBJECT)
    return {
      correlationId: positive(wire.correlationId),
      clusterId: wire.clusterId,
      message: brokerMessage(wire),
    }
  })
}

export function encodeControllerFrame(frame: ControllerFrame): Uint8Array {
  const { message, ...header } = frame
  return ottla.ControllerFrame.encode({ ...header, ...controllerMessageToWire(message) }).finish()
}

/** Throws a MetadataFormatError. */
export function decodeControllerFrame(bytes: Uint8Array): ControllerFrame {
  return decoding('session frame', () => {
    const wire = ottla.ControllerFrame.toObject(ottla.ControllerFrame.decode(bytes), TO_OBJECT)
    return {
      correlationId: safe(wire.correlationId, 'correlation id'),
      clusterId: wire.clusterId,
      controllerEpoch: wire.controllerEpoch,
      metadataOffset: safe(wire.metadataOffset, 'metadata offset'),
      message: controllerMessage(wire),
    }
  })
}

// The generated code's own word for a decoded message: the fields have the types of session.proto.
type Wire = ReturnType<typeof ottla.BrokerFrame.toObject>

function positive(value: number | undefined): number {
  if (safe(value, 'correlation id') > 0) return value as number
  throw new MetadataFormatError('a correlation id is above zero')
}

function typeOf(wire: Wire): string {
  const type = wire.type as string | undefined
  if (type === undefined) throw new MetadataFormatError('session frame of an unknown type')
  return type
}

function brokerMessage(wire: Wire): BrokerMessage {
  const type = typeOf(wire) as BrokerMessage['type']
  const body = wire[type]
  switch (type) {
    case 'register':
      return { type, ...(body as Omit<RegisterMessage, 'type'>), ...registerNumbers(body) }
    case 'heartbeat':
      safe(body.brokerEpoch, 'broker epoch')
      safe(body.appliedOffset, 'applied offset')
      break
    case 'leave':
      safe(body.brokerEpoch, 'broker epoch')
      break
    case 'resign':
      safe(body.brokerEpoch, 'broker epoch')
      for (const { reason } of body.partitions as readonly Resignation[]) checkReason(reason)
      break
    default:
  }
  return { type, ...body } as BrokerMessage
}

function checkReason(reason: string): void {
  if (reason === 'write-failed' || reason === 'corrupt') return
  throw new MetadataFormatError(`resignation for an unknown reason "${reason}"`)
}

function registerNumbers(body: Wire): Pick<RegisterMessage, 'rack' | 'appliedOffset' | 'directories'> {
  const directories = body.directories as readonly DirectoryFacts[]
  for (const directory of directories) {
    safe(directory.cleanShutdownEpoch, 'clean shutdown epoch')
    safe(directory.runEpoch, 'run epoch')
    safe(directory.metadataOffset, 'metadata offset')
  }
  return { rack: body.rack ?? null, appliedOffset: safe(body.appliedOffset, 'applied offset'), directories }
}

function controllerMessageToWire(message: ControllerMessage): object {
  switch (message.type) {
    case 'metadataBatch':
      return { metadataBatch: batchToWire(message.batch) }
    case 'snapshotChunk': {
      const { type, ...fields } = message
      return { [type]: { ...fields, records: message.records.map(recordToWire) } }
    }
    default: {
      const { type, ...fields } = message
      return { [type]: fields }
    }
  }
}

function controllerMessage(wire: Wire): ControllerMessage {
  const type = typeOf(wire) as ControllerMessage['type']
  const body = wire[type]
  switch (type) {
    case 'metadataBatch':
      return { type, batch: batchFromWire(body) }
    case 'snapshotChunk':
      return {
        type,
        ...(body as Omit<SnapshotChunkMessage, 'type'>),
        records: (body.records as Wire[]).map(recordFromWire),
      }
    case 'registered':
      safe(body.brokerEpoch, 'broker epoch')
      break
    case 'producerIdBlock':
      safe(body.first, 'producer id')
      break
    default:
  }
  return { type, ...body } as ControllerMessage
}
