import {
  ControlRecordType,
  decodeControlType,
  decodeEndTxnMarker,
  decodeMessage,
  type Message,
  messageToJson,
  ProtocolError,
} from '@ottla/protocol'
import {
  KRaftVersionRecord,
  LeaderChangeMessage,
  SnapshotFooterRecord,
  SnapshotHeaderRecord,
  VotersRecord,
} from '@ottla/protocol/kraft-records'

/** What the log of a metadata quorum says about itself, as Apache's tool labels it. */
const QUORUM_RECORDS: ReadonlyMap<number, { readonly label: string; readonly message: Message }> = new Map([
  [ControlRecordType.LeaderChange, { label: 'LeaderChange:', message: LeaderChangeMessage }],
  [ControlRecordType.SnapshotHeader, { label: 'SnapshotHeader', message: SnapshotHeaderRecord }],
  [ControlRecordType.SnapshotFooter, { label: 'SnapshotFooter', message: SnapshotFooterRecord }],
  [ControlRecordType.KRaftVersion, { label: 'KRaftVersion', message: KRaftVersionRecord }],
  [ControlRecordType.KRaftVoters, { label: 'KRaftVoters', message: VotersRecord }],
])

interface KeyAndValue {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** The end of a control record's line: what kind it is of, and what it says. Bytes that do not fit their kind show the kind alone. */
export function controlText(record: KeyAndValue): string {
  const type = typeOf(record.key)
  try {
    return contentText(type, record.value ?? new Uint8Array(0)) ?? `controlType: UNKNOWN(${type})`
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return `controlType: ${QUORUM_RECORDS.get(type)?.label.replace(':', '') ?? MARKERS[type]}(${type})`
  }
}

const MARKERS: Readonly<Record<number, string>> = {
  [ControlRecordType.Abort]: 'ABORT',
  [ControlRecordType.Commit]: 'COMMIT',
}

/** -1 for a key that is too short to say. */
function typeOf(key: Uint8Array | null): number {
  return key === null || key.length < 4 ? -1 : decodeControlType(key)
}

function contentText(type: number, value: Uint8Array): string | undefined {
  const marker = MARKERS[type]
  if (marker !== undefined)
    return `endTxnMarker: ${marker} coordinatorEpoch: ${decodeEndTxnMarker(value).coordinatorEpoch}`
  const quorum = QUORUM_RECORDS.get(type)
  if (quorum === undefined) return undefined
  const { label, message } = quorum
  const version =
    value.length < 2 ? 0 : Math.min(new DataView(value.buffer, value.byteOffset).getInt16(0), message.versions.max)
  return `${label} ${JSON.stringify(messageToJson(message, version, decodeMessage(message, version, value)))}`
}
