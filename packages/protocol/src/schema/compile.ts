import type { Reader } from '../bytes/reader.ts'
import { decodeText } from '../bytes/text.ts'
import type { Writer } from '../bytes/writer.ts'
import { uuidFromBytes } from '../uuid.ts'
import { check, isBits64, isBytes, isRecords, rejectUncarried } from './checks.ts'
import { decoderSource } from './compile-decode.ts'
import { encoderText } from './compile-encode.ts'
import type { Codec } from './message.ts'
import { isDefault, type StructAt } from './resolve.ts'

type Decode = (helpers: typeof DECODE_HELPERS, reader: Reader) => unknown
type Encode = (helpers: typeof ENCODE_HELPERS, constants: readonly unknown[], writer: Writer, value: unknown) => void

const DECODE_HELPERS = { decodeText, uuidFromBytes, noBytes: new Uint8Array(0) }
const ENCODE_HELPERS = { check, isBits64, isBytes, isRecords, isDefault, rejectUncarried }

/** Whether the platform makes functions from text. Asked once. */
export const canCompile: boolean = (() => {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

/** Both directions; each is compiled by its first use, for a broker decodes requests and encodes responses only. */
export function compiledCodec(struct: StructAt): Codec {
  let decode: Decode | undefined
  let encode: { run: Encode; constants: readonly unknown[] } | undefined
  return {
    decode: (reader) => {
      decode ??= new Function('h', 'r', `'use strict'\n${decoderSource(struct)}`) as Decode
      return decode(DECODE_HELPERS, reader)
    },
    encode: (writer, value) => {
      encode ??= compileEncoder(struct)
      encode.run(ENCODE_HELPERS, encode.constants, writer, value)
    },
  }
}

function compileEncoder(struct: StructAt): { run: Encode; constants: readonly unknown[] } {
  const { source, constants } = encoderText(struct)
  return { run: new Function('h', 'k', 'w', 'value', `'use strict'\n${source}`) as Encode, constants }
}
