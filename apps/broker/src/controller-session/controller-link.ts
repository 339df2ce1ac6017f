import { KafkaError } from '@ottla/protocol'
import { type BrokerMessage, type ControllerFrame, decodeControllerFrame, encodeBrokerFrame } from '@ottla/replication'
import type { Clock, Timer, Timers, WebSocketConnection } from '@ottla/runtime'

export interface LinkEvents {
  /** Judges every frame before anything else sees it; throws to refuse it, which closes the link. */
  check(frame: ControllerFrame): void
  /** A frame of the metadata stream; throws to refuse it. */
  onStream(frame: ControllerFrame): void
  /** Once, however the link ended. All requests have been rejected. */
  onClose(reason: string): void
}

interface PendingRequest {
  resolve(frame: ControllerFrame): void
  reject(error: Error): void
  readonly timer: Timer
}

/** One connection to a controller: requests with their answers, and the metadata stream between them, in the order of arrival. */
export class ControllerLink {
  /** Names the cluster in every frame; set when it is learned. */
  clusterId = ''
  readonly #connection: WebSocketConnection
  readonly #world: { readonly clock: Clock; readonly timers: Timers }
  readonly #events: LinkEvents
  readonly #pending = new Map<number, PendingRequest>()
  #lastCorrelationId = 0
  #lastHeardMs: number
  #closed: string | undefined
  readonly #end = new AbortController()

  constructor(
    connection: WebSocketConnection,
    world: { readonly clock: Clock; readonly timers: Timers },
    events: LinkEvents,
  ) {
    this.#connection = connection
    this.#world = world
    this.#events = events
    this.#lastHeardMs = world.clock.monotonic()
    connection.onMessage((bytes) => this.#receive(bytes))
    connection.onClose((reason) => this.#ended(reason === '' ? 'the controller closed the connection' : reason))
  }

  /** Aborted when the link ends, with a KafkaError that says why. */
  get ended(): AbortSignal {
    return this.#end.signal
  }

  get open(): boolean {
    return this.#closed === undefined
  }

  /** Milliseconds since the controller was last heard. */
  get silenceMs(): number {
    return this.#world.clock.monotonic() - this.#lastHeardMs
  }

  /**
   * Sends a request and resolves with its answer. Rejects with a retriable KafkaError when none comes in time or the link ends,
   * and with the controller's own error when it refuses.
   */
  request(message: BrokerMessage, timeoutMs: number): Promise<ControllerFrame> {
    if (this.#closed !== undefined) return Promise.reject(lost(this.#closed))
    const correlationId = ++this.#lastCorrelationId
    return new Promise((resolve, reject) => {
      const timer = this.#world.timers.after(timeoutMs, () => {
        this.#pending.delete(correlationId)
        reject(
          new KafkaError('REQUEST_TIMED_OUT', `the controller did not answer ${message.type} within ${timeoutMs} ms`),
        )
      })
      this.#pending.set(correlationId, { resolve, reject, timer })
      this.#connection.send(encodeBrokerFrame({ correlationId, clusterId: this.clusterId, message }))
    })
  }

  /** Ends the link; pending requests are rejected with `reason`. */
  close(reason: string): void {
    if (this.#closed !== undefined) return
    this.#connection.close(reason)
    this.#ended(reason)
  }

  /** As `close`, for a peer that is probably gone. */
  terminate(reason: string): void {
    if (this.#closed !== undefined) return
    this.#connection.terminate()
    this.#ended(reason)
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed !== undefined) return
    this.#lastHeardMs = this.#world.clock.monotonic()
    try {
      const frame = decodeControllerFrame(bytes)
      this.#events.check(frame)
      if (frame.correlationId === 0) this.#events.onStream(frame)
      else this.#answer(frame)
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    }
  }

  #answer(frame: ControllerFrame): void {
    const pending = this.#pending.get(frame.correlationId)
    // An answer whose request has timed out.
    if (pending === undefined) return
    this.#pending.delete(frame.correlationId)
    pending.timer.clear()
    pending.resolve(frame)
  }

  #ended(reason: string): void {
    if (this.#closed !== undefined) return
    this.#closed = reason
    for (const pending of this.#pending.values()) {
      pending.timer.clear()
      pending.reject(lost(reason))
    }
    this.#pending.clear()
    this.#end.abort(lost(reason))
    this.#events.onClose(reason)
  }
}

function lost(reason: string): KafkaError {
  return new KafkaError('NETWORK_EXCEPTION', `the session with the controller ended: ${reason}`)
}
