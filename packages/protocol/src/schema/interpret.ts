import { decodeStruct } from './interpret-decode.ts'
import { encodeStruct } from './interpret-encode.ts'
import type { Codec } from './message.ts'
import type { StructAt } from './resolve.ts'

/**
 * Reads and writes by walking the resolved tree. The oracle of the compiler's tests, and what runs where the platform
 * forbids code from text (a strict content security policy).
 */
export function interpretedCodec(struct: StructAt): Codec {
  return {
    decode: (reader) => decodeStruct(reader, struct),
    encode: (writer, value) => encodeStruct(writer, struct, value),
  }
}
