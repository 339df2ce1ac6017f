import { seededRandom } from '@ottla/runtime/testing'
import type { Seed } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Outcome } from './read-seed.ts'

export interface FuzzOptions {
  readonly frames: number
  readonly seed: number
  readonly corpus: readonly Seed[]
  /** Each is read in place of about one frame in `BOMB_EVERY`. */
  readonly bombs: readonly Seed[]
  readonly read: (seed: Seed, bytes: Uint8Array, thorough: boolean) => Outcome
  /** A frame that takes longer is a failure. */
  readonly frameMsMax: number
  /** Resident memory beyond which the run fails. */
  readonly residentBytesMax: number
  /** Milliseconds. */
  readonly now: () => number
  readonly residentBytes: () => number
  /** Lets the event loop turn, as it does between the requests of a server: node:zlib frees what a failure leaves behind there. */
  readonly turn: () => Promise<void>
  readonly onProgress?: (report: FuzzReport) => void
}

export interface FuzzFailure {
  /** Number of the frame: the same seed comes to it again. */
  readonly frame: number
  readonly name: string
  readonly reason: string
  readonly hex: string
}

export interface FuzzReport {
  readonly frames: number
  readonly values: number
  readonly errors: number
  readonly slowestMs: number
  readonly slowest: string
  readonly residentBytesPeak: number
  readonly failures: readonly FuzzFailure[]
}

const BOMB_EVERY = 20_000
const THOROUGH_EVERY = 8
const TURN_EVERY = 64
const MEASURE_EVERY = 1000
const PROGRESS_EVERY = 250_000
const FAILURES_MAX = 20
const FAILURE_BYTES_SHOWN = 2000

/** Damages and reads `frames` frames; ends early after 20 failures. The same seed gives the same frames. */
export function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  return new Fuzzer(options).run()
}

class Fuzzer {
  readonly #options: FuzzOptions
  readonly #failures: FuzzFailure[] = []
  #frames = 0
  #values = 0
  #slowestMs = 0
  #slowest = ''
  #residentBytesPeak = 0

  constructor(options: FuzzOptions) {
    this.#options = options
  }

  async run(): Promise<FuzzReport> {
    const { corpus, bombs, frames } = this.#options
    const random = seededRandom(this.#options.seed)
    while (this.#frames < frames && this.#failures.length < FAILURES_MAX) {
      const isBomb = bombs.length > 0 && random.integer(BOMB_EVERY) === 0
      const from = isBomb ? bombs : corpus
      const seed = from[random.integer(from.length)]!
      const other = corpus[random.integer(corpus.length)]!
      const bytes = isBomb ? seed.bytes : mutate(seed.bytes, other.bytes, random)
      this.#read(seed, bytes)
      this.#frames++
      if (this.#frames % TURN_EVERY === 0) await this.#options.turn()
      if (this.#frames % MEASURE_EVERY === 0) this.#measure(seed)
      if (this.#frames % PROGRESS_EVERY === 0) this.#options.onProgress?.(this.#report())
    }
    return this.#report()
  }

  #read(seed: Seed, bytes: Uint8Array): void {
    const start = this.#options.now()
    try {
      const outcome = this.#options.read(seed, bytes, this.#frames % THOROUGH_EVERY === 0)
      if (outcome === 'value') this.#values++
    } catch (error) {
      const { name, message } = error as Error
      this.#fail(seed, bytes, `${name}: ${message}`)
    }
    const elapsedMs = this.#options.now() - start
    if (elapsedMs > this.#slowestMs) {
      this.#slowestMs = elapsedMs
      this.#slowest = `${seed.name}, ${bytes.length} bytes`
    }
    if (elapsedMs > this.#options.frameMsMax) this.#fail(seed, bytes, `it took ${elapsedMs.toFixed(0)} ms`)
  }

  #measure(seed: Seed): void {
    const bytes = this.#options.residentBytes()
    this.#residentBytesPeak = Math.max(this.#residentBytesPeak, bytes)
    if (bytes > this.#options.residentBytesMax) this.#fail(seed, seed.bytes, `${bytes} bytes of memory are in use`)
  }

  #fail(seed: Seed, bytes: Uint8Array, reason: string): void {
    const hex = Buffer.from(bytes.subarray(0, FAILURE_BYTES_SHOWN)).toString('hex')
    this.#failures.push({ frame: this.#frames, name: seed.name, reason, hex })
  }

  #report(): FuzzReport {
    const errors = this.#frames - this.#values - this.#failures.length
    return {
      frames: this.#frames,
      values: this.#values,
      errors,
      slowestMs: this.#slowestMs,
      slowest: this.#slowest,
      residentBytesPeak: this.#residentBytesPeak,
      failures: this.#failures,
    }
  }
}
