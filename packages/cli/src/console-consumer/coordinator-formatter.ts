/** Records of the coordinators' topics as JSON, each behind the last without a line end, as Kafka's formatters write them. */
import type { ConsumedRecord } from '@ottla/client'
import { type Message, messageToJson } from '@ottla/protocol'
import {
  CONSUMER_OFFSETS_RECORDS,
  decodeCoordinatorRecord,
  SHARE_GROUP_STATE_RECORDS,
  TRANSACTION_STATE_RECORDS,
} from '@ottla/protocol/coordinator-records'
import { jsonText } from '../names/message-json.ts'
import type { Formatter } from './formatter.ts'

/** A topic's record types, and which of them are shown; all without a list. */
const KINDS = {
  offsets: { types: CONSUMER_OFFSETS_RECORDS, shown: [0, 1] },
  groups: { types: CONSUMER_OFFSETS_RECORDS, shown: [2] },
  transactions: { types: TRANSACTION_STATE_RECORDS, shown: [0] },
  'share groups': { types: CONSUMER_OFFSETS_RECORDS, shown: [10, 11, 12, 13, 14, 15] },
  'share states': { types: SHARE_GROUP_STATE_RECORDS, shown: undefined },
} as const

export type CoordinatorRecords = keyof typeof KINDS

/** Records without a key and those of other types are passed over. Throws a `ProtocolError` for one that cannot be read. */
export function coordinatorFormatter(kind: CoordinatorRecords): Formatter {
  const { types, shown } = KINDS[kind]
  const wanted: readonly number[] | undefined = shown
  return ({ key, value }: ConsumedRecord, output) => {
    if (key === null) return
    const record = decodeCoordinatorRecord(types, key, value)
    if (record.kind === 'unknown') return
    const { pair } = record
    const type = pair.key.apiKey
    if (wanted !== undefined && !wanted.includes(type)) return
    const keyText = `{"type":${type},"data":${jsonText(messageToJson(pair.key, 0, record.key as never))}}`
    output.add(`{"key":${keyText},"value":${valueText(pair.value, value, record.value)}}`)
  }
}

function valueText(message: Message, value: Uint8Array | null, decoded: unknown): string {
  if (value === null) return 'null'
  const version = new DataView(value.buffer, value.byteOffset).getInt16(0)
  return `{"version":${version},"data":${jsonText(messageToJson(message, version, decoded as never))}}`
}
