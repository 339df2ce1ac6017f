import { ProtocolError } from '@ottla/protocol'

/** A record as decoders see it. */
export interface RawRecord {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** What is printed of a record; undefined: nothing is. */
export interface RecordText {
  readonly key: string | undefined
  readonly payload: string | undefined
}

export type RecordDecoder = (record: RawRecord) => RecordText

/** A record that does not fit its topic says so in place of `where`, and the dump goes on. */
export function skippingErrors(prefix: string, where: keyof RecordText, decode: () => RecordText): RecordText {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { key: undefined, payload: undefined, [where]: `${prefix} ${error.message}` }
  }
}
