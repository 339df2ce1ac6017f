import { DiskError, type DiskErrorCode } from '../disk.ts'
import type { Random } from '../random.ts'

export type DiskOperation =
  | 'open'
  | 'close'
  | 'list'
  | 'read'
  | 'write'
  | 'stat'
  | 'create'
  | 'rename'
  | 'remove'
  | 'sync'
  | 'truncate'
  | 'lock'

/** A failure to come. The operation's name is that of the DiskError that it causes. */
export interface DiskFailure {
  readonly operation: DiskOperation
  /** Only for paths that match; all otherwise. */
  readonly path?: RegExp
  readonly code: DiskErrorCode
  /** How many times; once unless told otherwise. */
  readonly times?: number
  /** A write leaves so many bytes in the file before it fails; none unless told otherwise. */
  readonly afterBytes?: number
}

export interface DiskProcessOptions {
  readonly now: () => number
  readonly later: Later
  readonly deferWrites: boolean
  readonly forgetAtDeath: boolean
  readonly onSynchronous: ((operation: DiskOperation) => void) | undefined
}

/** Calls `complete` when the operation shall take effect. */
export type Later = (complete: () => void, operation: DiskOperation, path: string) => void

/** One asynchronous operation: exactly one of the three is called, at its completion. */
export interface Performance<T> {
  /** It fails like this, whatever else was asked for. */
  readonly refusal?: DiskFailure
  run(): T
  /** It was told to fail: leaves behind what a failure of this kind leaves. */
  fail?(failure: DiskFailure): void
  /** The process died meanwhile. */
  abort?(random: Random | undefined): void
}

/** The part of a MemoryDisk that dies with its process: failures to come and operations in flight. */
export class DiskProcess {
  deferWrites: boolean
  /** Files cannot grow. */
  isFull = false
  readonly now: () => number
  readonly #later: Later
  readonly #forgetAtDeath: boolean
  readonly #onSynchronous: DiskProcessOptions['onSynchronous']
  #failures: { readonly failure: DiskFailure; times: number }[] = []
  readonly #inFlight = new Set<(random: Random | undefined) => void>()
  #generation = 0

  constructor({ now, later, deferWrites, forgetAtDeath, onSynchronous }: DiskProcessOptions) {
    this.#onSynchronous = onSynchronous
    this.#forgetAtDeath = forgetAtDeath
    this.now = now
    this.#later = later
    this.deferWrites = deferWrites
  }

  /** Counts the crashes: an open file of an earlier generation is dead. */
  get generation(): number {
    return this.#generation
  }

  failNext(failure: DiskFailure): void {
    this.#failures.push({ failure, times: failure.times ?? 1 })
  }

  /** The failure that this operation was told to end with, if any. */
  takeFailure(operation: DiskOperation, path: string): DiskFailure | undefined {
    const matches = ({ failure }: { failure: DiskFailure }) =>
      failure.operation === operation && (failure.path === undefined || path.search(failure.path) >= 0)
    const found = this.#failures.find(matches)
    if (found === undefined) return undefined
    found.times--
    if (found.times <= 0) this.#failures = this.#failures.filter((other) => other !== found)
    return found.failure
  }

  /** Begins a synchronous operation. */
  failIfTold(operation: DiskOperation, path: string): void {
    this.#onSynchronous?.(operation)
    const failure = this.takeFailure(operation, path)
    if (failure !== undefined) throw new DiskError(operation, path, failure.code)
  }

  /** Whether it fails is decided now, in the order of the calls; it takes effect when `later` completes it. */
  perform<T>(operation: DiskOperation, path: string, performance: Performance<T>): Promise<T> {
    const failure = performance.refusal ?? this.takeFailure(operation, path)
    return new Promise((resolve, reject) => {
      const abort = (random: Random | undefined) => {
        performance.abort?.(random)
        if (this.#forgetAtDeath) return
        reject(new DiskError(operation, path, 'EBADF', new Error('the process has crashed')))
      }
      this.#inFlight.add(abort)
      this.#later(
        () => {
          if (!this.#inFlight.delete(abort)) return
          try {
            if (failure === undefined) return resolve(performance.run())
            performance.fail?.(failure)
            reject(new DiskError(operation, path, failure.code))
          } catch (error) {
            reject(error)
          }
        },
        operation,
        path,
      )
    })
  }

  die(random: Random | undefined): void {
    const inFlight = [...this.#inFlight]
    this.#inFlight.clear()
    this.#failures = []
    this.#generation++
    for (const abort of inFlight) abort(random)
  }
}
