/** TCP, or what stands in for it. */
export interface Net {
  /** Listens; port 0 takes a free one. Resolves when connections are accepted; rejects with a `NetError`. */
  listen(options: ListenOptions, onConnection: (connection: Connection) => void): Promise<Listener>
  /** Connects; rejects with a `NetError` (refused, timed out, name not found) or with the signal's reason. */
  connect(options: ConnectOptions): Promise<Connection>
}

export interface ListenOptions {
  /** Empty: all interfaces. */
  readonly host: string
  readonly port: number
}

export interface ConnectOptions {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Listener {
  readonly host: string
  /** The port in use, also when 0 was asked for. */
  readonly port: number
  /** Stops accepting. Open connections stay. */
  close(): Promise<void>
}

/**
 * A byte stream in both directions. Handlers are set once, directly after the connection was handed over; nothing is
 * delivered before the turn in which that happened has ended.
 */
export interface Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort: number
  /** The chunk is lent: it is valid only until the handler returns. */
  onData(handler: (chunk: Uint8Array) => void): void
  /** Called once, when nothing more can be received or sent; with the error if there was one. */
  onClose(handler: (error: Error | undefined) => void): void
  /** Called each time that the bytes waiting to be sent fall to zero after `write` returned false. */
  onDrain(handler: () => void): void
  /** Sends the chunks in order; they must stay untouched until sent. False: wait for `onDrain` before sending more. */
  write(chunks: readonly Uint8Array[]): boolean
  /** Bytes accepted by `write` and not yet taken by the operating system. */
  readonly pendingBytes: number
  /** Stops and resumes receiving (back-pressure on the peer). */
  pause(): void
  resume(): void
  /** Sends what is pending, then closes. */
  end(): void
  /** Closes at once and drops what is pending. */
  destroy(error?: Error): void
}

export class NetError extends Error {
  override readonly name = 'NetError'
  /** ECONNREFUSED, ETIMEDOUT, EADDRINUSE, ENOTFOUND … */
  readonly code: string

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
