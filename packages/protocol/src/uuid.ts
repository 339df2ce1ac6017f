import { EncodeError } from './protocol-error.ts'

/** The id that stands for "none": sixteen zero bytes. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CHARS = new Uint8Array(64).map((_, digit) => ALPHABET.charCodeAt(digit))
const NOT_A_DIGIT = 0xff
const DIGITS = new Uint8Array(128).fill(NOT_A_DIGIT)
for (let digit = 0; digit < 64; digit++) DIGITS[CHARS[digit]!] = digit

/** The text form of the sixteen bytes at `offset`: 22 characters of base64url. The caller has checked the length. */
export function uuidFromBytes(bytes: Uint8Array, offset = 0): string {
  const word0 = (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!
  const word1 = (bytes[offset + 3]! << 16) | (bytes[offset + 4]! << 8) | bytes[offset + 5]!
  const word2 = (bytes[offset + 6]! << 16) | (bytes[offset + 7]! << 8) | bytes[offset + 8]!
  const word3 = (bytes[offset + 9]! << 16) | (bytes[offset + 10]! << 8) | bytes[offset + 11]!
  const word4 = (bytes[offset + 12]! << 16) | (bytes[offset + 13]! << 8) | bytes[offset + 14]!
  const last = bytes[offset + 15]!
  if ((word0 | word1 | word2 | word3 | word4 | last) === 0) return ZERO_UUID
  return quad(word0) + quad(word1) + quad(word2) + quad(word3) + quad(word4) + pair(last)
}

function quad(word: number): string {
  return String.fromCharCode(CHARS[word >> 18]!, CHARS[(word >> 12) & 63]!, CHARS[(word >> 6) & 63]!, CHARS[word & 63]!)
}

function pair(byte: number): string {
  return String.fromCharCode(CHARS[byte >> 2]!, CHARS[(byte & 3) << 4]!)
}

/** The sixteen bytes of a text form. Throws an `EncodeError` when `text` is not one. */
export function uuidToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  writeUuid(text, bytes, 0)
  return bytes
}

/** As `uuidToBytes`, into `bytes` at `offset`. */
export function writeUuid(text: string, bytes: Uint8Array, offset: number): void {
  let invalid = text.length === 22 ? 0 : NOT_A_DIGIT
  let position = offset
  for (let index = 0; index < 20 && invalid < 64; index += 4) {
    const [a, b, c, d] = [
      digitAt(text, index),
      digitAt(text, index + 1),
      digitAt(text, index + 2),
      digitAt(text, index + 3),
    ]
    invalid |= a | b | c | d
    bytes[position++] = (a << 2) | (b >> 4)
    bytes[position++] = (b << 4) | (c >> 2)
    bytes[position++] = (c << 6) | d
  }
  const [a, b] = [digitAt(text, 20), digitAt(text, 21)]
  bytes[position] = (a << 2) | (b >> 4)
  if (invalid >= 64 || a >= 64 || b >= 64 || (b & 15) !== 0) {
    throw new EncodeError(`${JSON.stringify(text)} is not a UUID: 22 characters of base64url are expected`)
  }
}

function digitAt(text: string, index: number): number {
  const char = text.charCodeAt(index)
  return char < 128 ? DIGITS[char]! : NOT_A_DIGIT
}
