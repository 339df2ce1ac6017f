/**
 * The distribution of positive values in a fixed table: eight buckets for each doubling, so a quantile is off by at most a
 * sixteenth. An observation looks at the bits of its number and costs a few additions. Quantiles cover the present window and
 * the one before.
 */
const BUCKET_BITS = 3
const BUCKETS_PER_DOUBLING = 2 ** BUCKET_BITS
/** Exponents of two: of milliseconds, from a microsecond to two hours. What lies outside counts as the nearest. */
const EXPONENT_MIN = -10
const EXPONENT_MAX = 22
const EXPONENT_BIAS = 1023
/** Of the upper half of a double, behind sign, exponent and the bits that choose a bucket. */
const MANTISSA_BITS = 20
const FIRST_BUCKET = (EXPONENT_MIN + EXPONENT_BIAS) * BUCKETS_PER_DOUBLING
const BUCKETS = (EXPONENT_MAX - EXPONENT_MIN) * BUCKETS_PER_DOUBLING + 1

const number = new Float64Array(1)
const halves = new Int32Array(number.buffer)
/** Where the upper half of a double lies. */
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

export class Quantiles {
  count = 0
  sum = 0
  #present = new Uint32Array(BUCKETS)
  #before: Uint32Array | undefined

  observe(value: number): void {
    this.count += 1
    this.sum += value
    this.#present[bucketOf(value)]! += 1
  }

  /** A new window begins; what was observed before the last one is forgotten, save in `count` and `sum`. */
  rotate(): void {
    this.#before = this.#present
    this.#present = new Uint32Array(BUCKETS)
  }

  /** The values below which these parts (0 to 1, rising) of the recent observations lie; NaN when there were none. */
  at(parts: readonly number[]): number[] {
    const buckets = this.#present.map((count, index) => count + (this.#before?.[index] ?? 0))
    const total = buckets.reduce((sum, count) => sum + count, 0)
    let index = 0
    let passed = buckets[0]!
    return parts.map((part) => {
      if (total === 0) return Number.NaN
      const wanted = Math.max(1, Math.ceil(part * total))
      while (passed < wanted) passed += buckets[++index]!
      return valueAt(index)
    })
  }
}

function bucketOf(value: number): number {
  number[0] = value
  const bucket = (halves[UPPER]! >> (MANTISSA_BITS - BUCKET_BITS)) - FIRST_BUCKET + 1
  if (!(bucket > 0) || Number.isNaN(value)) return 0
  return bucket < BUCKETS ? bucket : BUCKETS - 1
}

/** The middle of a bucket. */
function valueAt(index: number): number {
  if (index === 0) return 0
  const exponent = EXPONENT_MIN + Math.floor((index - 1) / BUCKETS_PER_DOUBLING)
  return 2 ** exponent * (1 + (((index - 1) % BUCKETS_PER_DOUBLING) + 0.5) / BUCKETS_PER_DOUBLING)
}
