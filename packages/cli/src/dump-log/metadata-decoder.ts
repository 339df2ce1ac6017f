import { decodeMessage, type Message, messageToJson, ProtocolError } from '@ottla/protocol'
import * as kraftRecords from '@ottla/protocol/kraft-records'
import { type RecordDecoder, skippingErrors } from './record-text.ts'

const FRAME_VERSION = 1

/** Values of the metadata quorum's log: frame version, record type and version as unsigned varints, then the record (KIP-631). */
export function metadataDecoder(): RecordDecoder {
  const messages: readonly Message[] = Object.values(kraftRecords)
  const types = new Map(
    messages
      .filter(({ kind, name }) => kind === 'metadata' && !name.startsWith('Remote'))
      .map((message) => [message.apiKey, message]),
  )
  return ({ offset, value }) =>
    skippingErrors(`Error at ${offset}, skipping.`, 'payload', () => {
      const frame = readFrame(value ?? new Uint8Array(0))
      const message = types.get(frame.type)
      if (message === undefined) throw new ProtocolError(`Unknown metadata id ${frame.type}`)
      const decoded = decodeMessage(message, frame.version, value!, frame.bodyAt)
      const name = message.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
      const data = JSON.stringify(messageToJson(message, frame.version, decoded))
      return { key: undefined, payload: `{"type":"${name}","version":${frame.version},"data":${data}}` }
    })
}

function readFrame(value: Uint8Array): { type: number; version: number; bodyAt: number } {
  let at = 0
  const uvarint = () => {
    let number = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = value[at++]
      if (byte === undefined) throw new ProtocolError('the record ends within its frame')
      number += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return number
    }
    throw new ProtocolError('a varint of more than five bytes')
  }
  const frameVersion = uvarint()
  if (frameVersion !== FRAME_VERSION)
    throw new ProtocolError(
      `Could not deserialize metadata record due to unknown frame version ${frameVersion}(only frame version 1 is supported)`,
    )
  const type = uvarint()
  return { type, version: uvarint(), bodyAt: at }
}
