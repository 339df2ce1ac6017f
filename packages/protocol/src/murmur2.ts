const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const ROTATION = 24

/** MurmurHash 2 of 32 bits, signed, with the seed that Kafka's clients use. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = SEED ^ length
  const tail = length & ~3
  for (let at = 0; at < tail; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    let mixed = Math.imul(word, MULTIPLIER)
    mixed = Math.imul(mixed ^ (mixed >>> ROTATION), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ mixed
  }
  if (tail < length) {
    for (let at = tail; at < length; at++) hash ^= bytes[at]! << (8 * (at - tail))
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** Drops the sign bit, as Kafka's clients do before they take a hash modulo a count; -2^31 becomes 0. */
export function toPositive(hash: number): number {
  return hash & 0x7fffffff
}

/** The partition of a topic with `partitionCount` partitions that Kafka's default partitioners give to a key. */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return toPositive(murmur2(key)) % partitionCount
}
