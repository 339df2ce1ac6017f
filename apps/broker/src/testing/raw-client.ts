/** A client of a few lines, for tests: writes frames and collects the answers' frames, in the order in which they come. */
import { decodeResponse, encodeRequest, type Infer, type InferInput, type Message } from '@ottla/protocol'
import type { Connection, Net } from '@ottla/runtime'

export class RawClient {
  /** Frames without their size. */
  readonly frames: Uint8Array[] = []
  isClosed = false
  readonly #connection: Connection
  readonly #parts: Uint8Array[] = []
  readonly #waiting: { count: number; resolve: () => void }[] = []
  readonly #closed: Promise<void>
  #nextCorrelationId = 1

  static async connect(net: Net, port: number, host = 'localhost'): Promise<RawClient> {
    return new RawClient(await net.connect({ host, port, timeoutMs: 5000 }))
  }

  private constructor(connection: Connection) {
    this.#connection = connection
    connection.onData((chunk) => this.#onData(chunk))
    this.#closed = new Promise((resolve) => {
      connection.onClose(() => {
        this.isClosed = true
        for (const { resolve: wake } of this.#waiting.splice(0)) wake()
        resolve()
      })
    })
  }

  get closed(): Promise<void> {
    return this.#closed
  }

  get pendingBytes(): number {
    return this.#connection.pendingBytes
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  write(bytes: Uint8Array): void {
    this.#connection.write([bytes])
  }

  close(): void {
    this.#connection.destroy()
  }

  /** Sends a request; returns its correlation id. */
  send<M extends Message>(message: M, version: number, value: InferInput<M>): number {
    const correlationId = this.#nextCorrelationId++
    this.write(encodeRequest(message, version, { correlationId, clientId: 'test' }, value as never))
    return correlationId
  }

  /** Resolves when so many frames have come since the start, or the connection is closed. */
  received(count: number): Promise<void> {
    if (this.frames.length >= count || this.isClosed) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }

  /** The correlation ids of all frames so far. */
  get correlationIds(): number[] {
    return this.frames.map((frame) => new DataView(frame.buffer, frame.byteOffset).getInt32(0))
  }

  /** Sends a request and waits for the next frame. Only when nothing else is under way. */
  async call<Q extends Message, A extends Message>(
    messages: { readonly request: Q; readonly response: A },
    version: number,
    value: InferInput<Q>,
  ): Promise<Infer<A>> {
    const count = this.frames.length + 1
    const correlationId = this.send(messages.request, version, value)
    await this.received(count)
    const frame = this.frames[count - 1]
    if (frame === undefined)
      throw new Error(`the connection was closed instead of an answer to ${messages.request.name}`)
    const answer = decodeResponse(messages.response, version, frame)
    if (answer.correlationId !== correlationId) throw new Error('the answer belongs to another request')
    return answer.body as Infer<A>
  }

  #onData(chunk: Uint8Array): void {
    this.#parts.push(chunk.slice())
    let all = Buffer.concat(this.#parts)
    while (all.length >= 4 && all.length >= 4 + all.readInt32BE(0)) {
      const end = 4 + all.readInt32BE(0)
      this.frames.push(new Uint8Array(all.subarray(4, end)))
      all = all.subarray(end)
    }
    this.#parts.splice(0, this.#parts.length, all)
    for (const waiter of [...this.#waiting]) {
      if (this.frames.length < waiter.count) continue
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
      waiter.resolve()
    }
  }
}
