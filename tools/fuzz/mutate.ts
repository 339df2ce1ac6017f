import type { Random } from '@ottla/runtime'

/** Bytes that lengths, counts, varints and signs turn on. */
const TELLING = [0x00, 0x01, 0x02, 0x7f, 0x80, 0x81, 0xfe, 0xff]
/** Written as int32 and as varint: the largest of each, and what lies just beyond the limits of strings and arrays. */
const SIZES = [0x7fffffff, -1, -2, 0x7fff, 0x8000, 0x20000, 0x100000, 1000]
/** Behind a damaged count there are sometimes enough bytes to make it credible. */
const PADDING_BYTES = 256 * 1024

/** A damaged copy of `bytes`: one to four changes. `other` lends a piece. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result = new Uint8Array(bytes)
  for (let changes = 1 + random.integer(4); changes > 0; changes--) result = change(result, other, random)
  return result
}

function change(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const at = random.integer(bytes.length + 1)
  switch (random.integer(10)) {
    case 0:
      return bytes.slice(0, at)
    case 1:
      return replaced(bytes, { at, until: at, by: random.bytes(1 + random.integer(8)) })
    case 2:
      return replaced(bytes, { at, until: at + 1 + random.integer(8), by: new Uint8Array(0) })
    case 3:
      return replaced(bytes, { at, until: at + 4, by: int32(SIZES[random.integer(SIZES.length)]!) })
    case 4:
      return replaced(bytes, { at, until: at + 1, by: varint(SIZES[random.integer(SIZES.length)]!) })
    case 5:
      return spliced(bytes, other, random)
    case 6:
      return random.integer(2000) === 0 ? padded(bytes, at, random) : overwritten(bytes, at, random.integer(256))
    case 7:
      return flipped(bytes, at, random.integer(8))
    default:
      return overwritten(bytes, at, TELLING[random.integer(TELLING.length)]!)
  }
}

function replaced(
  bytes: Uint8Array,
  { at, until, by }: { at: number; until: number; by: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(Math.min(until, bytes.length))
  const result = new Uint8Array(at + by.length + rest.length)
  result.set(bytes.subarray(0, at))
  result.set(by, at)
  result.set(rest, at + by.length)
  return result
}

function spliced(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const from = random.integer(other.length + 1)
  const at = random.integer(bytes.length + 1)
  return replaced(bytes, { at, until: bytes.length, by: other.subarray(from) })
}

function padded(bytes: Uint8Array, at: number, random: Random): Uint8Array<ArrayBuffer> {
  const filling = new Uint8Array(PADDING_BYTES).fill(TELLING[random.integer(TELLING.length)]!)
  filling.set(
    random.integer(2) === 0 ? int32(PADDING_BYTES >> random.integer(4)) : varint(PADDING_BYTES >> random.integer(4)),
  )
  return replaced(bytes, { at, until: bytes.length, by: filling })
}

function overwritten(bytes: Uint8Array, at: number, byte: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes)
  if (at < result.length) result[at] = byte
  return result
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array<ArrayBuffer> {
  return overwritten(bytes, at, (bytes[at] ?? 0) ^ (1 << bit))
}

function int32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}
