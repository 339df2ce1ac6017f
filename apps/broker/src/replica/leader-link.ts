/** The connection to a leader broker: made when it is wanted, and made again, after rests that grow, when it breaks. */
import { type Connection, type FrameMemory, openConnection } from '@ottla/client/internal'
import { formatHostPort, type HostPort, type Runtime, type Timer } from '@ottla/runtime'

export interface LeaderPlace extends HostPort {
  /** Of the registration. */
  readonly brokerEpoch: number
}

export interface LeaderLinkOptions {
  readonly runtime: Runtime
  readonly leader: number
  readonly clientId: string
  /** Where the leader is; undefined while it is not registered. */
  readonly place: () => LeaderPlace | undefined
  /** How long a request may go unanswered. */
  readonly requestTimeoutMs: number
  readonly frameMemory: FrameMemory
  /** Milliseconds to rest after so many failures before. */
  readonly restMs: (failuresBefore: number) => number
  readonly onOpen: (connection: Connection) => void
  /** What was sent gets no answer any more. */
  readonly onLost: () => void
  /** A rest is over. */
  readonly onRested: () => void
}

const CONNECT_TIMEOUT_MS = 5_000
/** The leader is trusted: its answer may be as large as a first batch is. */
const RESPONSE_BYTES_MAX = 2 ** 31 - 1

export class LeaderLink {
  readonly #options: LeaderLinkOptions
  readonly #closed = new AbortController()
  #connection: Connection | undefined
  /** The registration that the present or the last connection belongs to. */
  #brokerEpoch = -1
  #isConnecting = false
  #retry: Timer | undefined
  #failures = 0
  /** Since when what was open is not; undefined while there is a connection, and before the first one. */
  #lostAtMs: number | undefined

  constructor(options: LeaderLinkOptions) {
    this.#options = options
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  /** Milliseconds since the connection was lost that has none in its place yet; undefined without such a loss. */
  get lostForMs(): number | undefined {
    if (this.#lostAtMs === undefined) return undefined
    return this.#options.runtime.clock.monotonic() - this.#lostAtMs
  }

  /** Connects, unless that is under way or has failed a moment ago. */
  open(): void {
    if (this.#connection !== undefined || this.#isConnecting || this.#retry !== undefined) return
    const place = this.#options.place()
    if (place === undefined) this.#rest()
    else this.#connect(place)
  }

  /** An answer came that can be used. */
  works(): void {
    this.#failures = 0
  }

  /** Without another connection in its place, unless it is opened again. */
  release(): void {
    this.#connection?.close()
    this.#connection = undefined
    this.#retry?.clear()
    this.#retry = undefined
  }

  /** The connection is of no use any more; after a rest `onRested` is called. */
  giveUp(reason: string): void {
    const { runtime, leader } = this.#options
    runtime.logger.debug('a fetch from a leader failed', { leader, reason })
    this.#connection?.close()
  }

  /** When the leader has registered anew, what is open leads to a run of it that may be gone without a word. */
  placeChanged(): void {
    const place = this.#options.place()
    if (place === undefined || place.brokerEpoch === this.#brokerEpoch) return
    this.#failures = 0
    this.#retry?.clear()
    this.#retry = undefined
    this.#connection?.close()
    if (this.#retry === undefined) this.#options.onRested()
  }

  close(): void {
    this.#closed.abort(new Error('the broker stops'))
    this.release()
  }

  #connect({ host, port, brokerEpoch }: LeaderPlace): void {
    const { runtime, clientId, requestTimeoutMs, frameMemory } = this.#options
    this.#isConnecting = true
    this.#brokerEpoch = brokerEpoch
    openConnection(runtime, {
      host,
      port,
      clientId,
      requestTimeoutMs,
      connectionSetupTimeoutMs: CONNECT_TIMEOUT_MS,
      responseBytesMax: RESPONSE_BYTES_MAX,
      frameMemory,
      signal: this.#closed.signal,
    }).then(
      (connection) => this.#connected(connection),
      (error: unknown) => this.#notConnected({ host, port }, error),
    )
  }

  #connected(connection: Connection): void {
    this.#isConnecting = false
    if (this.#closed.signal.aborted) {
      connection.close()
      return
    }
    const { runtime, leader, onOpen } = this.#options
    runtime.logger.debug('fetches from a leader', { leader, broker: connection.broker })
    connection.whenClosed(() => this.#lost(connection))
    this.#connection = connection
    this.#lostAtMs = undefined
    onOpen(connection)
  }

  #notConnected(place: HostPort, error: unknown): void {
    this.#isConnecting = false
    if (this.#closed.signal.aborted) return
    const { runtime, leader } = this.#options
    const reason = error instanceof Error ? error.message : String(error)
    const fields = { leader, broker: formatHostPort(place), reason }
    runtime.logger[this.#failures === 0 ? 'warn' : 'debug']('a leader cannot be reached; trying again', fields)
    this.#rest()
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#lostAtMs = this.#options.runtime.clock.monotonic()
    if (!this.#closed.signal.aborted) this.#rest()
    this.#options.onLost()
  }

  #rest(): void {
    const { runtime, restMs, onRested } = this.#options
    this.#retry ??= runtime.timers.after(restMs(this.#failures++), () => {
      this.#retry = undefined
      onRested()
    })
  }
}
