import { KafkaError } from '@ottla/protocol'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import type { Connection } from '../connection.ts'
import { ClientError } from '../errors.ts'
import type { ClientWorld } from '../world.ts'
import type { ProducerConfig } from './options.ts'

/** Unsent bytes beyond which a request without answer (acks=0) waits. */
const UNSENT_BYTES_MAX = 1024 * 1024

export interface LaneParts {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ProducerConfig
  readonly signal: AbortSignal
  /** Called when the lane may have become free, or a failure is over. */
  readonly onFree: () => void
  readonly onFailure: (brokerId: number) => void
}

/**
 * The way to one broker: its connection, opened when it is wanted and again after pauses that grow, and how many requests it may
 * take.
 */
export class BrokerLane {
  readonly brokerId: number
  inFlight = 0
  private readonly parts: LaneParts
  private open: Connection | undefined
  private connecting = false
  private failures = 0
  private closedUntilMs = 0
  private error: ClientError | undefined

  constructor(brokerId: number, parts: LaneParts) {
    this.brokerId = brokerId
    this.parts = parts
  }

  /** Why the broker cannot be reached. */
  get lastError(): ClientError | undefined {
    return this.error
  }

  /** When it is worth looking again, if time alone decides. */
  get freeAtMs(): number {
    return this.closedUntilMs
  }

  /** A connection that takes a further request now; undefined when there is none, which is then being seen to. */
  free(nowMs: number): Connection | undefined {
    if (nowMs < this.closedUntilMs || this.inFlight >= this.parts.config.maxInFlightRequestsPerConnection) {
      return undefined
    }
    if (this.open?.isOpen === true)
      return this.open.pendingBytes > UNSENT_BYTES_MAX && this.isUnanswered ? undefined : this.open
    if (!this.connecting) void this.connect()
    return undefined
  }

  /** The broker asks to be left alone for so long (KIP-219). */
  throttle(ms: number): void {
    this.pauseUntil(ms)
  }

  private get isUnanswered(): boolean {
    return this.parts.config.acks === 0
  }

  private async connect(): Promise<void> {
    const { cluster, config, signal, onFree, onFailure } = this.parts
    this.connecting = true
    try {
      const call = { signal, remainingMs: () => config.requestTimeoutMs }
      this.open = await cluster.connect({ brokerId: this.brokerId }, call)
      this.open.whenDrained(onFree)
      this.failures = 0
      this.error = undefined
    } catch (error) {
      if (!signal.aborted) this.failed(error)
    }
    this.connecting = false
    if (signal.aborted) return
    if (this.error !== undefined) onFailure(this.brokerId)
    onFree()
  }

  private failed(error: unknown): void {
    const { world, config } = this.parts
    const message = error instanceof Error ? error.message : String(error)
    const name = error instanceof KafkaError ? error.errorName : 'UNKNOWN_SERVER_ERROR'
    this.error = new ClientError(name, message, { broker: String(this.brokerId) }, error)
    world.logger.warn(`broker ${this.brokerId} cannot be reached: ${message}`)
    const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = config
    this.pauseUntil(Math.max(1, backOffMs(this.failures, { firstMs, maxMs, random: world.random })))
    this.failures += 1
  }

  private pauseUntil(ms: number): void {
    this.closedUntilMs = Math.max(this.closedUntilMs, this.parts.world.clock.monotonic() + ms)
  }
}
