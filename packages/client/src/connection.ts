import {
  ApiVersionsRequest,
  ApiVersionsResponse,
  decodeResponse,
  encodeRequestChunks,
  type Fields,
  type Infer,
  type InferInput,
  type Message,
} from '@ottla/protocol'
import { formatHostPort, type Connection as Socket, type Timer } from '@ottla/runtime'
import { type Api, nameOf } from './api.ts'
import { type BrokerVersions, chooseVersion, negotiate, type VersionRange } from './api-versions.ts'
import { ClientError, withAttempt } from './errors.ts'
import { type FrameMemory, FrameReader } from './frame-reader.ts'
import { CLIENT_DEFAULTS } from './options.ts'
import type { ClientWorld } from './world.ts'

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly clientId?: string
  /** How long a request may go unanswered unless it says otherwise. */
  readonly requestTimeoutMs?: number
  /** How long connecting, and then the exchange of versions, may take. */
  readonly connectionSetupTimeoutMs?: number
  readonly responseBytesMax?: number
  /** Where answers are put; else each gets memory of its own. */
  readonly frameMemory?: FrameMemory
  /** More requests than these without an answer are refused. */
  readonly inFlightMax?: number
  readonly signal?: AbortSignal
}

export interface SendOptions {
  readonly timeoutMs?: number
  /** Rejects at once when aborted; the answer, if it comes, is dropped. */
  readonly signal?: AbortSignal
  /** Narrows the versions that may be used, for values that older ones cannot carry or newer ones mean differently. */
  readonly versions?: Partial<VersionRange>
}

/** A request's content; a function where it depends on the version. */
export type Body<Q extends Fields> = InferInput<Message<Q>> | ((version: number) => InferInput<Message<Q>>)

interface Request {
  readonly api: string
  readonly correlationId: number
  readonly timer: Timer
  settle(result: Uint8Array | Error): void
}

const API_VERSIONS = { request: ApiVersionsRequest, response: ApiVersionsResponse }
const SOFTWARE = { clientSoftwareName: 'ottla', clientSoftwareVersion: '0.1.0' }
const IN_FLIGHT_MAX = 1000
const CORRELATION_ID_MAX = 2 ** 31 - 1

/** Connects and learns the broker's versions. Rejects with a `ClientError`, or with the signal's reason. */
export async function openConnection(world: ClientWorld, options: ConnectionOptions): Promise<Connection> {
  const { host, port, signal } = options
  const timeoutMs = options.connectionSetupTimeoutMs ?? CLIENT_DEFAULTS.socketConnectionSetupTimeoutMs
  const broker = formatHostPort(options)
  let socket: Socket
  try {
    socket = await world.net.connect({ host, port, timeoutMs, ...(signal && { signal }) })
  } catch (error) {
    if (signal?.aborted) throw error
    const message = error instanceof Error ? error.message : `cannot connect to ${broker}: ${String(error)}`
    throw new ClientError('NETWORK_EXCEPTION', message, { broker }, error)
  }
  const connection = new Connection(world, socket, options)
  try {
    await connection.learnVersions({ timeoutMs, ...(signal && { signal }) })
  } catch (error) {
    connection.close()
    throw error
  }
  return connection
}

/**
 * One connection to one broker. Requests are pipelined: they leave at once, and the answers come in the same order. A request
 * that is not answered in time ends the connection, since nothing behind it would be answered either.
 */
export class Connection implements AsyncDisposable {
  /** `host:port` as it was asked for. */
  readonly broker: string
  private readonly world: ClientWorld
  private readonly socket: Socket
  private readonly options: ConnectionOptions
  private readonly frames: FrameReader
  private readonly inFlight: Request[] = []
  private versions: BrokerVersions = new Map()
  private nextCorrelationId = 0
  private closed: ClientError | undefined
  private onClosed: (() => void) | undefined
  private onDrained: (() => void) | undefined

  /** Use `openConnection`. Takes over the socket. */
  constructor(world: ClientWorld, socket: Socket, options: ConnectionOptions) {
    this.world = world
    this.socket = socket
    this.options = options
    this.broker = formatHostPort(options)
    this.frames = new FrameReader(options.responseBytesMax ?? CLIENT_DEFAULTS.responseBytesMax, options.frameMemory)
    socket.onData((chunk) => this.receive(chunk))
    socket.onClose((error) => this.lost(error))
    socket.onDrain(() => this.onDrained?.())
  }

  get isOpen(): boolean {
    return this.closed === undefined
  }

  /** Requests without an answer so far. */
  get requestsInFlight(): number {
    return this.inFlight.length
  }

  /** Called once when the connection has ended, whoever ended it. */
  whenClosed(callback: () => void): void {
    this.onClosed = callback
  }

  /** Bytes of requests that the operating system has not taken yet. */
  get pendingBytes(): number {
    return this.socket.pendingBytes
  }

  /** Called each time that `pendingBytes` falls to zero after some had to wait. */
  whenDrained(callback: () => void): void {
    this.onDrained = callback
  }

  /** Whether the broker serves the API in some version that this client has. */
  serves(request: { readonly apiKey: number; readonly versions: VersionRange }): boolean {
    const theirs = this.versions.get(request.apiKey)
    return theirs !== undefined && theirs.min <= request.versions.max && theirs.max >= request.versions.min
  }

  /**
   * Sends a request in the newest version that both sides have and resolves to the decoded answer, whatever error codes it
   * carries. Rejects with a `ClientError`, with an `EncodeError` for a value that does not fit, or with the signal's reason.
   */
  async send<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    body: Body<Q>,
    options: SendOptions = {},
  ): Promise<Infer<Message<S>>> {
    if (this.closed !== undefined) throw withAttempt(this.closed, { api: nameOf(api.request) })
    const version = this.versionFor(api.request, options.versions)
    return this.sendVersion(api, version, typeof body === 'function' ? body(version) : body, options)
  }

  /** Sends a request that the broker does not answer: Produce with acks=0. */
  sendUnanswered<Q extends Fields>(
    request: Api<Q, Fields>['request'],
    body: Body<Q>,
    { versions }: Pick<SendOptions, 'versions'> = {},
  ): void {
    if (this.closed !== undefined) throw withAttempt(this.closed, { api: nameOf(request) })
    const version = this.versionFor(request, versions)
    const header = { correlationId: this.takeCorrelationId(), clientId: this.clientId }
    this.socket.write(encodeRequestChunks(request, version, header, typeof body === 'function' ? body(version) : body))
  }

  /** Closes at once; requests without an answer are rejected. */
  close(): void {
    this.end(
      new ClientError('NETWORK_EXCEPTION', `the connection to ${this.broker} was closed on this side`, {
        broker: this.broker,
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /** The first exchange on a connection. */
  async learnVersions(options: SendOptions): Promise<void> {
    try {
      this.versions = await negotiate((version) => this.sendVersion(API_VERSIONS, version, SOFTWARE, options))
    } catch (error) {
      throw error instanceof ClientError ? withAttempt(error, { api: 'ApiVersions', broker: this.broker }) : error
    }
  }

  private get clientId(): string {
    return this.options.clientId ?? CLIENT_DEFAULTS.clientId
  }

  private async sendVersion<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    version: number,
    body: InferInput<Message<Q>>,
    options: SendOptions,
  ): Promise<Infer<Message<S>>> {
    const correlationId = this.takeCorrelationId()
    const chunks = encodeRequestChunks(api.request, version, { correlationId, clientId: this.clientId }, body)
    const name = nameOf(api.request)
    const frame = await this.exchange({ api: name, correlationId, chunks, ...options })
    try {
      return decodeResponse(api.response, version, frame).body
    } catch (error) {
      throw this.end(this.unreadable(name, error))
    }
  }

  private versionFor(
    request: { readonly apiKey: number; readonly name: string; readonly versions: VersionRange },
    limits: Partial<VersionRange> = {},
  ): number {
    const ours = {
      min: Math.max(request.versions.min, limits.min ?? 0),
      max: Math.min(request.versions.max, limits.max ?? request.versions.max),
    }
    return chooseVersion({ apiKey: request.apiKey, api: nameOf(request), ours, broker: this.broker }, this.versions)
  }

  private takeCorrelationId(): number {
    const id = this.nextCorrelationId
    this.nextCorrelationId = id === CORRELATION_ID_MAX ? 0 : id + 1
    return id
  }

  /** Writes a request and resolves to the frame that answers it, correlation id included. */
  private exchange(request: {
    readonly api: string
    readonly correlationId: number
    readonly chunks: readonly Uint8Array[]
    readonly timeoutMs?: number
    readonly signal?: AbortSignal
  }): Promise<Uint8Array> {
    const { api, correlationId, signal } = request
    if (this.closed !== undefined) return Promise.reject(withAttempt(this.closed, { api }))
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.inFlight.length >= (this.options.inFlightMax ?? IN_FLIGHT_MAX)) return Promise.reject(this.tooMany(api))
    const timeoutMs = request.timeoutMs ?? this.options.requestTimeoutMs ?? CLIENT_DEFAULTS.requestTimeoutMs
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal?.reason)
      const timer = this.world.timers.after(timeoutMs, () => this.timedOut(correlationId, timeoutMs))
      const settle = (result: Uint8Array | Error) => {
        timer.clear()
        signal?.removeEventListener('abort', onAbort)
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.inFlight.push({ api, correlationId, timer, settle })
      this.socket.write(request.chunks)
    })
  }

  private receive(chunk: Uint8Array): void {
    if (this.closed !== undefined) return
    try {
      this.frames.push(chunk, (frame) => this.answer(frame))
    } catch (error) {
      this.end(this.notKafka(error instanceof Error ? error.message : String(error), error))
    }
  }

  private answer(frame: Uint8Array): void {
    const correlationId = new DataView(frame.buffer, frame.byteOffset).getInt32(0)
    const request = this.inFlight.shift()
    if (request === undefined || request.correlationId !== correlationId) {
      const expected = request === undefined ? 'nothing' : `the answer to request ${request.correlationId}`
      const error = this.notKafka(`sent an answer with correlation id ${correlationId} where ${expected} was due`)
      request?.settle(error)
      this.end(error)
    } else {
      request.settle(frame)
    }
  }

  private timedOut(correlationId: number, timeoutMs: number): void {
    const { broker } = this
    const request = this.inFlight.find((waiting) => waiting.correlationId === correlationId)
    if (request === undefined) return
    const { api } = request
    const message = `${broker} did not answer ${api} within ${Math.ceil(timeoutMs)} ms`
    request.settle(new ClientError('REQUEST_TIMED_OUT', message, { api, broker, elapsedMs: timeoutMs }))
    this.end(new ClientError('NETWORK_EXCEPTION', `the connection was given up: ${message}`, { broker }))
  }

  private lost(error: Error | undefined): void {
    const { broker } = this
    const why = error === undefined ? 'the broker closed it' : error.message
    const waiting = this.inFlight[0]?.api
    const hint = waiting === 'ApiVersions' ? '; is it a Kafka listener, and one without TLS?' : ''
    this.end(
      new ClientError('NETWORK_EXCEPTION', `the connection to ${broker} ended: ${why}${hint}`, { broker }, error),
    )
  }

  /** Ends the connection with this error, which fails all requests in flight; a second call changes nothing. */
  private end(error: ClientError): ClientError {
    if (this.closed !== undefined) return error
    this.closed = error
    this.socket.destroy()
    for (const request of this.inFlight.splice(0)) request.settle(withAttempt(error, { api: request.api }))
    this.onClosed?.()
    return error
  }

  private tooMany(api: string): ClientError {
    const message = `${this.inFlight.length} requests are waiting for an answer of ${this.broker} already`
    return new ClientError('NETWORK_EXCEPTION', message, { api, broker: this.broker })
  }

  /** Whoever has answered ApiVersions speaks Kafka: then it is this answer, or one of its values, that is not for us. */
  private unreadable(api: string, cause: unknown): ClientError {
    const { broker } = this
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${broker} sent a ${api} response that cannot be read: ${reason}`
    const hint = api === 'ApiVersions' ? '; is it a Kafka listener, and one without TLS?' : ''
    return new ClientError('UNKNOWN_SERVER_ERROR', message + hint, { api, broker }, cause)
  }

  private notKafka(what: string, cause?: unknown): ClientError {
    const message = `${this.broker} ${what}: is it a Kafka listener, and one without TLS?`
    return new ClientError('UNKNOWN_SERVER_ERROR', message, { broker: this.broker }, cause)
  }
}
