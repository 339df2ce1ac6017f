import type { Random } from './random.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const UUID_BYTES = 16

/**
 * A random UUID (version 4) as Kafka writes ids of topics, directories and clusters: 22 characters of base64url. Never one of
 * Kafka's reserved ids (zero among them: the version's bits are set), and never one that begins with "-", which tools
 * would take for an option.
 */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(UUID_BYTES)
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    const text = base64Url(bytes)
    if (!text.startsWith('-')) return text
  }
}

function base64Url(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(index, index + 3)
    const group = (a! << 16) | (b << 8) | c
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(group >> shift) & 63]
  }
  return text.slice(0, Math.ceil((bytes.length * 8) / 6))
}
