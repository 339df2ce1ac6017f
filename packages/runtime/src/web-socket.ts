import type { Listener, ListenOptions } from './net.ts'

/** WebSocket connections that carry whole binary messages, and the small HTTP port that they share with GET requests. */
export interface WebSocketTransport {
  /** Serves WebSocket upgrades and plain GET requests on one port. Rejects with a `NetError`. */
  listen(options: WebSocketListenOptions, handlers: WebSocketHandlers): Promise<Listener>
  /** Connects to `ws://host:port<path>`; rejects with a `NetError` or with the signal's reason. */
  connect(options: WebSocketConnectOptions): Promise<WebSocketConnection>
  /** GET over HTTP, for tools; rejects with a `NetError`. */
  get(options: { host: string; port: number; path: string; timeoutMs: number }): Promise<HttpAnswer>
}

export interface WebSocketListenOptions extends ListenOptions {
  readonly maxMessageBytes: number
  /** Breaks a connection that sends more than this before its first message is whole: what a stranger may make us keep. */
  readonly firstMessageBytesMax?: number
}

export interface WebSocketHandlers {
  /** Whether a WebSocket may be opened; refused with 403. Absent: anybody may, on every path. */
  onUpgrade?(request: UpgradeRequest): boolean
  onConnection(connection: WebSocketConnection): void
  /** Answers a GET, perhaps later; undefined is 404, a failure 500. `query` is what follows the question mark, empty when there is none. */
  onGet(path: string, query: string): HttpAnswer | undefined | Promise<HttpAnswer | undefined>
}

export interface UpgradeRequest {
  readonly path: string
  /** The page that asks. Browsers always say it, and nobody else does. */
  readonly origin: string | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface WebSocketConnectOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly timeoutMs: number
  readonly maxMessageBytes: number
  readonly signal?: AbortSignal
}

/** Handlers are set once, directly after the connection was handed over; nothing is delivered before that turn ends. */
export interface WebSocketConnection {
  readonly remoteAddress: string
  onMessage(handler: (message: Uint8Array) => void): void
  /** Called once, however the connection ended. */
  onClose(handler: (reason: string) => void): void
  send(message: Uint8Array): void
  /** Bytes accepted by `send` and not yet taken by the operating system. */
  readonly pendingBytes: number
  /** Asks the peer for a sign of life; resolves true when it answers within `timeoutMs`, false otherwise. */
  ping(timeoutMs: number): Promise<boolean>
  /** Sends what is pending, then closes; `reason` is told to the peer, as far as 123 bytes of UTF-8 go. */
  close(reason?: string): void
  /** Breaks the connection at once. */
  terminate(): void
}
