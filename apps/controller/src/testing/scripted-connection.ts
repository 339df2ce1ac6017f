import { type BrokerMessage, type ControllerFrame, decodeControllerFrame, encodeBrokerFrame } from '@ottla/replication'
import type { WebSocketConnection } from '@ottla/runtime'

/** A connection whose other end is the test: what the controller sends is decoded and kept. */
export class ScriptedConnection implements WebSocketConnection {
  readonly remoteAddress = '127.0.0.1'
  readonly received: ControllerFrame[] = []
  /** The same, as bytes. */
  readonly frames: Uint8Array[] = []
  /** Whether a ping is answered. */
  alive = true
  pendingBytes = 0
  closedWith: string | undefined
  #onMessage: (message: Uint8Array) => void = () => {}
  #onClose: (reason: string) => void = () => {}
  #correlationId = 0

  onMessage(handler: (message: Uint8Array) => void): void {
    this.#onMessage = handler
  }

  onClose(handler: (reason: string) => void): void {
    this.#onClose = handler
  }

  send(message: Uint8Array): void {
    if (this.closedWith !== undefined) return
    this.frames.push(message)
    this.received.push(decodeControllerFrame(message))
  }

  async ping(): Promise<boolean> {
    return this.alive && this.closedWith === undefined
  }

  close(reason = ''): void {
    this.closedWith ??= reason
  }

  terminate(): void {
    this.closedWith ??= 'terminated'
  }

  /** The broker's end breaks. */
  breaks(): void {
    this.closedWith ??= 'broken'
    this.#onClose('broken')
  }

  /** The broker sends a message; returns its correlation id. */
  says(message: BrokerMessage, clusterId = ''): number {
    const correlationId = ++this.#correlationId
    this.#onMessage(encodeBrokerFrame({ correlationId, clusterId, message }))
    return correlationId
  }

  saysBytes(bytes: Uint8Array): void {
    this.#onMessage(bytes)
  }

  answerTo(correlationId: number): ControllerFrame['message'] | undefined {
    return this.received.find((frame) => frame.correlationId === correlationId)?.message
  }

  /** The metadata stream, without answers. */
  get stream(): ControllerFrame['message'][] {
    return this.received.filter((frame) => frame.correlationId === 0).map((frame) => frame.message)
  }
}
