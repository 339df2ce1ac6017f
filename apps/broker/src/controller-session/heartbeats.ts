/**
 * What a broker says to its controller from time to time: that it is there, how far it has applied the metadata, and what it wants, to
 * serve or to stop. Whether it is fenced comes back with the metadata, not with the answers.
 */
import { ErrorCode } from '@ottla/protocol'
import type { AliveMessage, MetadataImage } from '@ottla/replication'
import { type Clock, delay, type Timer, type Timers } from '@ottla/runtime'
import type { ControllerLink } from './controller-link.ts'

/** Until a registration says what the session's timeout is. */
const SESSION_TIMEOUT_DEFAULT_MS = 9000
const HEARTBEATS_PER_TIMEOUT = 4
/** Between two questions of a broker that wants to stop. */
const STOP_POLL_MS = 20

/** Where the session is at the moment. */
export interface SessionPoint {
  readonly link: ControllerLink | undefined
  readonly brokerEpoch: number
  readonly image: MetadataImage
}

export interface HeartbeatsOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly brokerId: number
  /** Aborted when the session is over for good. */
  readonly stopped: AbortSignal
  readonly point: () => SessionPoint
}

export class Heartbeats {
  readonly #options: HeartbeatsOptions
  #sessionTimeoutMs = SESSION_TIMEOUT_DEFAULT_MS
  #wantsToServe = false
  #wantsShutdown = false
  #acknowledging = false
  #timer: Timer | undefined

  constructor(options: HeartbeatsOptions) {
    this.#options = options
  }

  /** The link is registered. */
  begin(link: ControllerLink, sessionTimeoutMs: number): void {
    this.#sessionTimeoutMs = sessionTimeoutMs
    this.#timer?.clear()
    const intervalMs = Math.max(10, Math.floor(sessionTimeoutMs / HEARTBEATS_PER_TIMEOUT))
    this.#timer = this.#options.timers.every(intervalMs, () => this.#tick(link))
    if (this.#wantsToServe) void this.#beat()
  }

  end(): void {
    this.#timer?.clear()
  }

  /** From now on each heartbeat says that the broker can serve; resolves when the first one was answered or lost. */
  async serve(): Promise<void> {
    this.#wantsToServe = true
    await this.#beat()
  }

  /** Resolves when the controller says that the broker may stop, when there is no controller, or when the time is over. */
  async prepareStop(timeoutMs: number): Promise<void> {
    const { clock, timers, stopped, point } = this.#options
    const deadline = clock.monotonic() + timeoutMs
    this.#wantsShutdown = true
    for (let leftMs = timeoutMs; point().link?.open && leftMs > 0; leftMs = deadline - clock.monotonic()) {
      const answer = await this.#beat(Math.ceil(leftMs))
      if (answer?.mayStop) return
      await delay(timers, Math.min(STOP_POLL_MS, leftMs), stopped).catch(() => {})
    }
  }

  /** While another broker waits to stop until everybody knows who leads its partitions, what is applied is said at once. */
  acknowledge(image: MetadataImage): void {
    const { brokerId, point } = this.#options
    if (this.#acknowledging || !point().link?.open) return
    const isAwaited = [...image.brokers.values()].some(
      ({ id, fenced, shuttingDown }) => id !== brokerId && shuttingDown && !fenced,
    )
    if (!isAwaited) return
    this.#acknowledging = true
    void this.#beat().then(() => {
      this.#acknowledging = false
      const latest = point().image
      if (latest.offset > image.offset) this.acknowledge(latest)
    })
  }

  #tick(link: ControllerLink): void {
    const limitMs = this.#sessionTimeoutMs
    if (link.silenceMs > limitMs) link.terminate(`the controller was silent for ${limitMs} ms`)
    else void this.#beat()
  }

  /** An answer that does not come shows as silence. One that is refused is repeated, unless another process has taken the place. */
  async #beat(timeoutMs = this.#sessionTimeoutMs): Promise<AliveMessage | undefined> {
    const { link, brokerEpoch, image } = this.#options.point()
    const message = {
      type: 'heartbeat',
      brokerEpoch,
      appliedOffset: image.offset,
      ready: this.#wantsToServe,
      wantsShutdown: this.#wantsShutdown,
    } as const
    const frame = await link?.request(message, timeoutMs).catch(() => undefined)
    if (frame?.message.type === 'alive') return frame.message
    if (frame?.message.type === 'failure' && frame.message.code === ErrorCode.STALE_BROKER_EPOCH) {
      link?.close(frame.message.message)
    }
    return undefined
  }
}
