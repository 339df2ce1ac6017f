import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeMessage,
  type Message,
  messageToJson,
} from '@ottla/protocol'
import {
  CONSUMER_OFFSETS_RECORDS,
  decodeCoordinatorRecord,
  GroupMetadataValue,
  SHARE_GROUP_STATE_RECORDS,
  TRANSACTION_STATE_RECORDS,
} from '@ottla/protocol/coordinator-records'
import { jsonText } from '../names/message-json.ts'
import { type RecordDecoder, skippingErrors } from './record-text.ts'
import { SegmentFileError } from './segment-name.ts'

const TOPICS = {
  offsets: CONSUMER_OFFSETS_RECORDS,
  transactions: TRANSACTION_STATE_RECORDS,
  'share groups': SHARE_GROUP_STATE_RECORDS,
} as const

export type CoordinatorTopic = keyof typeof TOPICS

/** Keys and values of a coordinator's topic, as JSON. */
export function coordinatorDecoder(topic: CoordinatorTopic): RecordDecoder {
  const types = TOPICS[topic]
  return ({ offset, key, value }) => {
    if (key === null)
      throw new SegmentFileError(
        `Failed to decode message at offset ${offset} using the specified decoder (message had a missing key)`,
      )
    return skippingErrors(`Error at offset ${offset}, skipping.`, 'key', () => {
      const record = decodeCoordinatorRecord(types, key, value)
      if (record.kind === 'unknown')
        return { key: `Unknown record type ${record.type} at offset ${offset}, skipping.`, payload: undefined }
      const { pair } = record
      return {
        key: `{"type":"${pair.key.apiKey}","data":${jsonText(messageToJson(pair.key, 0, record.key as never))}}`,
        payload: value === null ? '<DELETE>' : valueText(pair.value, value, record.value),
      }
    })
  }
}

function valueText(message: Message, value: Uint8Array, decoded: unknown): string {
  const version = versionOf(value)
  const json = messageToJson(message, version, decoded as never)
  const data = message === GroupMetadataValue ? withMembers(json, decoded as GroupMetadataValue) : json
  return `{"version":"${version}","data":${jsonText(data)}}`
}

/** Of a group of consumers, what its members subscribe to and are assigned is shown, too. */
function withMembers(json: Readonly<Record<string, unknown>>, { protocolType, members }: GroupMetadataValue): object {
  if (protocolType !== 'consumer') return json
  const shown = (json.members as object[]).map((member, index) => ({
    ...member,
    subscription: embeddedJson(ConsumerProtocolSubscription, members[index]!.subscription),
    assignment: embeddedJson(ConsumerProtocolAssignment, members[index]!.assignment),
  }))
  return { ...json, members: shown }
}

/** A later version only adds fields at the end. */
function embeddedJson(message: Message, bytes: Uint8Array): unknown {
  const version = Math.min(versionOf(bytes), message.versions.max)
  return messageToJson(message, version, decodeMessage(message, version, bytes, VERSION_BYTES))
}

const VERSION_BYTES = 2

function versionOf(bytes: Uint8Array): number {
  return bytes.length < VERSION_BYTES ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getInt16(0)
}
