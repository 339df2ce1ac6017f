/**
 * SipHash-2-4 with 128 bits of result (Aumasson, Bernstein: "SipHash: a fast short-input PRF").
 *
 * Compaction takes two keys with the same hash for the same key and drops the older record, so a collision would lose data. Under a
 * key that is drawn anew for each run nobody can prepare one, and by chance it takes about 2^64 keys in one run; the table of
 * a run holds some millions. A run that lost a record could not repeat it: hence a keyed hash rather than a fixed one.
 *
 * Written with pairs of 32-bit halves (`l` low, `h` high), which engines keep in registers.
 */

const ROUNDS = 2
const FINAL_ROUNDS = 4

/** Hashes under one 16-byte key. The result stands in `out`: four words, until the next call. */
export class KeyHash {
  readonly out = new Int32Array(4)
  readonly #key: Int32Array

  constructor(key: Uint8Array) {
    this.#key = new Int32Array([wordAt(key, 0), wordAt(key, 4), wordAt(key, 8), wordAt(key, 12)])
  }

  /** Of the bytes from `start` to `end`. */
  hash(bytes: Uint8Array, start: number, end: number): Int32Array {
    const key = this.#key
    let v0l = key[0]! ^ 0x70736575
    let v0h = key[1]! ^ 0x736f6d65
    let v1l = key[2]! ^ 0x6e646f6d ^ 0xee
    let v1h = key[3]! ^ 0x646f7261
    let v2l = key[0]! ^ 0x6e657261
    let v2h = key[1]! ^ 0x6c796765
    let v3l = key[2]! ^ 0x79746573
    let v3h = key[3]! ^ 0x74656462
    const length = end - start
    // Whole words, and one that ends with the length.
    const blocks = (length >>> 3) + 1
    for (let block = 0; block < blocks + 2; block++) {
      let ml = 0
      let mh = 0
      if (block < blocks) {
        const at = start + block * 8
        if (at + 8 <= end) {
          ml = wordAt(bytes, at)
          mh = wordAt(bytes, at + 4)
        } else {
          mh = length << 24
          for (let index = at; index < end; index++) {
            const shift = (index - at) * 8
            if (shift < 32) ml |= bytes[index]! << shift
            else mh |= bytes[index]! << (shift - 32)
          }
        }
        v3l ^= ml
        v3h ^= mh
      } else if (block === blocks) v2l ^= 0xee
      else v1l ^= 0xdd
      for (let round = block < blocks ? ROUNDS : FINAL_ROUNDS; round > 0; round--) {
        let swap = 0
        v0l = (v0l + v1l) | 0
        v0h = (v0h + v1h + (v0l >>> 0 < v1l >>> 0 ? 1 : 0)) | 0
        swap = v1l
        v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l
        v1h = ((v1h << 13) | (swap >>> 19)) ^ v0h
        swap = v0l
        v0l = v0h
        v0h = swap
        v2l = (v2l + v3l) | 0
        v2h = (v2h + v3h + (v2l >>> 0 < v3l >>> 0 ? 1 : 0)) | 0
        swap = v3l
        v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l
        v3h = ((v3h << 16) | (swap >>> 16)) ^ v2h
        v0l = (v0l + v3l) | 0
        v0h = (v0h + v3h + (v0l >>> 0 < v3l >>> 0 ? 1 : 0)) | 0
        swap = v3l
        v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l
        v3h = ((v3h << 21) | (swap >>> 11)) ^ v0h
        v2l = (v2l + v1l) | 0
        v2h = (v2h + v1h + (v2l >>> 0 < v1l >>> 0 ? 1 : 0)) | 0
        swap = v1l
        v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l
        v1h = ((v1h << 17) | (swap >>> 15)) ^ v2h
        swap = v2l
        v2l = v2h
        v2h = swap
      }
      if (block < blocks) {
        v0l ^= ml
        v0h ^= mh
      } else {
        const at = (block - blocks) * 2
        this.out[at] = v0l ^ v1l ^ v2l ^ v3l
        this.out[at + 1] = v0h ^ v1h ^ v2h ^ v3h
      }
    }
    return this.out
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
