import { KafkaError } from '@ottla/protocol'
import { delay } from '@ottla/runtime'
import { API } from '../api.ts'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, mayPass } from '../errors.ts'
import type { ClientWorld } from '../world.ts'
import type { ProducerConfig } from './options.ts'

export interface ProducerId {
  readonly producerId: number
  readonly producerEpoch: number
}

const EPOCH_MAX = 2 ** 15 - 1
/** Without transactions there is no such timeout; Kafka's producers send this value. */
const NO_TRANSACTION_TIMEOUT_MS = 2 ** 31 - 1

/**
 * The id and epoch under which an idempotent producer writes. Asks a broker for an id when one is needed, and counts the epoch up by
 * itself (KIP-360) until it is used up.
 */
export class ProducerIdentity {
  private readonly world: ClientWorld
  private readonly cluster: Cluster
  private readonly config: ProducerConfig
  private readonly signal: AbortSignal
  private readonly onReady: () => void
  private id: ProducerId | undefined
  private asking = false
  private fatal: ClientError | undefined

  constructor(parts: {
    readonly world: ClientWorld
    readonly cluster: Cluster
    readonly config: ProducerConfig
    readonly signal: AbortSignal
    /** Called when an id has come, or is never going to. */
    readonly onReady: () => void
  }) {
    this.world = parts.world
    this.cluster = parts.cluster
    this.config = parts.config
    this.signal = parts.signal
    this.onReady = parts.onReady
  }

  /** Undefined while there is none; then one is asked for. */
  current(): ProducerId | undefined {
    if (this.id === undefined) void this.ask()
    return this.id
  }

  /** Why no broker will give an id. */
  get failure(): ClientError | undefined {
    return this.fatal
  }

  /** Leaves the present epoch behind: batches of older ones are refused from then on. */
  bump(): void {
    if (this.id === undefined) return
    const { producerId, producerEpoch } = this.id
    this.id = producerEpoch < EPOCH_MAX ? { producerId, producerEpoch: producerEpoch + 1 } : undefined
  }

  /** Gives up the id, which somebody else uses. */
  renew(): void {
    this.id = undefined
  }

  private async ask(): Promise<void> {
    if (this.asking || this.fatal !== undefined) return
    this.asking = true
    for (let retry = 0; this.id === undefined && this.fatal === undefined && !this.signal.aborted; retry++) {
      try {
        this.id = await this.initProducerId()
      } catch (error) {
        await this.afterFailure(error, retry)
      }
    }
    this.asking = false
    if (!this.signal.aborted) this.onReady()
  }

  private async initProducerId(): Promise<ProducerId> {
    const call = { signal: this.signal, remainingMs: () => this.config.requestTimeoutMs }
    const body = { transactionalId: null, transactionTimeoutMs: NO_TRANSACTION_TIMEOUT_MS }
    const answer = await this.cluster.send('any', API.initProducerId, body, { call })
    if (answer.errorCode !== 0) throw ClientError.fromCode(answer.errorCode, null, { api: 'InitProducerId' })
    return { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
  }

  private async afterFailure(error: unknown, retry: number): Promise<void> {
    if (this.signal.aborted) return
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof KafkaError && mayPass(error)) {
      this.world.logger.warn(`no producer id yet: ${message}`, { error: error.errorName })
      const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = this.config
      const pauseMs = backOffMs(retry, { firstMs, maxMs, random: this.world.random })
      await delay(this.world.timers, pauseMs, this.signal).catch(() => {})
      return
    }
    const name = error instanceof KafkaError ? error.errorName : 'UNKNOWN_SERVER_ERROR'
    const hint = `no producer id: ${message}; enableIdempotence=false does without one`
    this.fatal = new ClientError(name, hint, { api: 'InitProducerId' }, error)
  }
}
