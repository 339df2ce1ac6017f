/**
 * All sessions of one controller: registration with its rule for duplicates, the stream of metadata, and the fencing of brokers
 * that are gone.
 *
 * A new incarnation takes over a broker's id at once when the old one's connection is broken, which a kill does, or when a ping
 * to it gets no answer within 500 ms. While the old one answers, the new one is refused: a copied broker.id must not evict a
 * healthy broker. The same incarnation may always come back; its old connection is dropped.
 *
 * A controller that has just started has no connections, broken or whole, to judge by: for as long as brokers take to come back,
 * an unfenced broker's id is kept from a broker that has none of its directories (one that has them is the same broker: a
 * directory is locked while it is in use).
 */
import { ErrorCode } from '@ottla/protocol'
import {
  type BrokerRegistration,
  encodeControllerFrame,
  type HelloMessage,
  type MetadataBatch,
  type MetadataImage,
  type RegisterMessage,
  SESSION_PROTOCOL_VERSION,
} from '@ottla/replication'
import type { Runtime, Timer, WebSocketConnection } from '@ottla/runtime'
import { chrootMismatch, chrootName } from '../chroot.ts'
import { fenceBroker, registerBroker } from '../commands/brokers.ts'
import { tellLeaders } from '../commands/leader-changes.ts'
import type { DurableBatch, MetadataState } from '../state/metadata-state.ts'
import { type Answer, failure, type RegisteredBroker, type Registration } from './answers.ts'
import { BrokerSession, type SessionOwner } from './broker-session.ts'
import { answerCommand, type BrokerCommand } from './commands.ts'
import { ControlledStops } from './controlled-stops.ts'
import { FeatureSupport } from './feature-levels.ts'
import { Presence } from './presence.ts'
import type { Resignations } from './resignations.ts'
import { Tail } from './tail.ts'

const PING_TIMEOUT_MS = 500
/** A tick that comes so much too late means that this controller itself stood still. */
const PAUSE_MS = 500
/** By then a broker has found a controller that was started again: its back-off, a little more than a second, and a margin. */
const RETURN_MS = 2000
const SESSIONS_MAX = 1000
/** A refusal is told so often at most: a broker that is kept running asks again and again. */
const REFUSAL_INTERVAL_MS = 10_000
const REFUSALS_MAX = 100

export interface SessionsOptions {
  readonly runtime: Runtime
  readonly clusterId: string
  /** Without slashes around it; empty: none. */
  readonly chroot: string
  readonly secret: string
  readonly sessionTimeoutMs: number
  readonly disconnectGraceMs: number
}

/** What sessions ask of the metadata. */
export interface SessionsMetadata {
  readonly state: MetadataState
  /** Epoch of the controller that wrote the record at `offset`. */
  epochAt(offset: number): number | undefined
  readonly resignations: Resignations
}

export class Sessions implements SessionOwner {
  readonly #options: SessionsOptions
  readonly #state: MetadataState
  readonly #epochAt: SessionsMetadata['epochAt']
  readonly #resignations: Resignations
  readonly #stops = new ControlledStops()
  readonly #presence: Presence
  readonly #tail = new Tail()
  readonly #features = new FeatureSupport()
  /** When each reason was told last. */
  readonly #refusals = new Map<string, number>()
  readonly #all = new Set<BrokerSession>()
  /** The session that speaks for each broker. */
  readonly #byBroker = new Map<number, BrokerSession>()
  readonly #registering = new Map<number, Promise<unknown>>()
  readonly #ticks: Timer
  readonly #startedMs: number
  #lastTickMs: number
  #closed = false

  constructor(options: SessionsOptions, { state, epochAt, resignations }: SessionsMetadata) {
    this.#options = options
    this.#state = state
    this.#epochAt = epochAt
    this.#resignations = resignations
    this.#presence = new Presence(options)
    const { clock, timers } = options.runtime
    this.#startedMs = clock.monotonic()
    this.#lastTickMs = this.#startedMs
    this.#presence.amnesty(state.pending.brokers.keys(), this.#lastTickMs)
    const intervalMs = Math.min(250, Math.max(10, Math.floor(this.#shortestLimitMs() / 4)))
    this.#ticks = timers.every(intervalMs, () => this.#tick(intervalMs))
  }

  get clusterId(): string {
    return this.#options.clusterId
  }

  get controllerEpoch(): number {
    return this.#state.controllerEpoch
  }

  get timers() {
    return this.#options.runtime.timers
  }

  accept(connection: WebSocketConnection): void {
    if (this.#closed || this.#all.size >= SESSIONS_MAX) connection.close('the controller takes no more sessions')
    else this.#all.add(new BrokerSession(connection, this))
  }

  /** Batches have become durable: they go to every registered broker. */
  stream(batches: readonly DurableBatch[]): void {
    for (const { batch } of batches) {
      this.#tail.add(batch)
      const registered = [...this.#all].filter((session) => session.broker !== undefined)
      if (registered.length === 0) continue
      const frame = this.streamFrame(batch)
      for (const session of registered) session.sendFrame(frame)
    }
  }

  /** A batch of the stream: the same bytes for every broker. */
  streamFrame(batch: MetadataBatch): Uint8Array {
    const { clusterId, controllerEpoch } = this
    const metadataOffset = this.durableOffset()
    const message = { type: 'metadataBatch', batch } as const
    return encodeControllerFrame({ correlationId: 0, clusterId, controllerEpoch, metadataOffset, message })
  }

  close(reason: string): void {
    this.#closed = true
    this.#ticks.clear()
    for (const session of [...this.#all]) session.close(reason)
  }

  durableOffset(): number {
    return this.#state.durable.offset
  }

  refused(session: BrokerSession, reason: string): void {
    const nowMs = this.#nowMs()
    const last = this.#refusals.get(reason)
    if (last !== undefined && nowMs < last + REFUSAL_INTERVAL_MS) return
    // Reasons can name what a stranger has sent.
    if (this.#refusals.size >= REFUSALS_MAX) this.#refusals.clear()
    this.#refusals.set(reason, nowMs)
    this.#options.runtime.logger.warn('refused the session of a broker', { from: session.remoteAddress, reason })
  }

  judgeHello({ protocolVersion, secret, chroot }: HelloMessage): Answer | undefined {
    if (!sameSecret(secret, this.#options.secret)) {
      const text =
        'the shared secret is missing or wrong: session.secret of the controller and of the broker must be the same'
      return failure(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, text, { fatal: true })
    }
    if (protocolVersion !== SESSION_PROTOCOL_VERSION) {
      const text = `the controller speaks version ${SESSION_PROTOCOL_VERSION} of the session protocol, the broker ${protocolVersion}`
      return failure(ErrorCode.UNSUPPORTED_VERSION, text, { fatal: true })
    }
    const asked = chrootName(chroot)
    if (asked === this.#options.chroot) return undefined
    return failure(ErrorCode.INVALID_REQUEST, chrootMismatch(asked, this.#options.chroot), { fatal: true })
  }

  /** One registration of a broker id at a time. */
  async register(session: BrokerSession, message: RegisterMessage): Promise<Registration> {
    const { brokerId } = message
    const before = this.#registering.get(brokerId) ?? Promise.resolve()
    const own = before.then(() => this.#register(session, message))
    const settled = own.catch(() => {})
    this.#registering.set(brokerId, settled)
    try {
      return await own
    } finally {
      if (this.#registering.get(brokerId) === settled) this.#registering.delete(brokerId)
    }
  }

  beginStream(session: BrokerSession, { appliedOffset }: RegisterMessage): void {
    const { durable } = this.#state
    const missing = appliedOffset === durable.offset ? [] : this.#tail.after(appliedOffset)
    if (missing === undefined) session.sendSnapshot(durable)
    else for (const batch of missing) session.sendFrame(this.streamFrame(batch))
  }

  command(broker: RegisteredBroker, command: BrokerCommand): Answer | Promise<Answer> {
    const { logger, random, clock } = this.#options.runtime
    const { state, stops, resignations } = { state: this.#state, stops: this.#stops, resignations: this.#resignations }
    return answerCommand({ state, logger, random, clock, stops, resignations }, broker, command)
  }

  heard(session: BrokerSession): void {
    const id = session.broker?.id
    if (id !== undefined && this.#byBroker.get(id) === session) this.#presence.heard(id, this.#nowMs())
  }

  closed(session: BrokerSession, reason: string): void {
    this.#all.delete(session)
    for (const [id, owner] of this.#byBroker) {
      if (owner !== session) continue
      this.#byBroker.delete(id)
      this.#presence.lost(id, this.#nowMs())
      if (!this.#closed) this.#options.runtime.logger.info('the session of a broker ended', { brokerId: id, reason })
    }
  }

  async #register(session: BrokerSession, message: RegisterMessage): Promise<Registration> {
    const refusal = this.#refusal(message) ?? (await this.#duplicate(session, message))
    if (refusal !== undefined) {
      this.#options.runtime.logger.warn('refused the registration of a broker', {
        brokerId: message.brokerId,
        from: session.remoteAddress,
        reason: refusal.message.type === 'failure' ? refusal.message.message : '',
      })
      return { kind: 'refused', answer: refusal }
    }
    if (!session.open) throw new Error('the session ended during its registration')
    // From here on the session speaks for the broker: a fence for its silence cannot hit the new incarnation.
    this.#byBroker.set(message.brokerId, session)
    this.#presence.heard(message.brokerId, this.#nowMs())
    const { reply, offset } = await this.#state.submit((image) => registerBroker(image, message))
    this.#presence.heard(message.brokerId, this.#nowMs())
    if (!session.open) this.#presence.lost(message.brokerId, this.#nowMs())
    this.#features.heard(message.brokerId, message.features)
    await this.#settleFeatures()
    return this.#accepted(message, reply, offset)
  }

  #accepted(
    message: RegisterMessage,
    { brokerEpoch, warnings }: ReturnType<typeof registerBroker>['reply'],
    offset: number,
  ): Registration {
    const { runtime, sessionTimeoutMs } = this.#options
    const { brokerId, incarnationId } = message
    runtime.logger.info('registered a broker', { brokerId, brokerEpoch, incarnationId })
    for (const warning of warnings) runtime.logger.warn(warning, { brokerId })
    return {
      kind: 'accepted',
      broker: { id: brokerId, epoch: brokerEpoch, staticConfigs: new Map(Object.entries(message.staticConfigs)) },
      answer: { message: { type: 'registered', brokerEpoch, warnings, sessionTimeoutMs }, offset },
    }
  }

  /** Before the registration is answered: the first broker of a cluster finds its features when it begins. */
  async #settleFeatures(): Promise<void> {
    const settled = (image: MetadataImage) => this.#features.settled(image)
    for (const record of settled(this.#state.pending)) {
      if (record.type !== 'featureLevel') continue
      this.#options.runtime.logger.info('all brokers support a feature', { feature: record.name, level: record.level })
    }
    if (settled(this.#state.pending).length > 0) {
      await this.#state.submit((image) => ({ batches: [settled(image)], reply: undefined }))
    }
  }

  /** What makes a registration wrong in itself. */
  #refusal(message: RegisterMessage): Answer | undefined {
    const { brokerId, listeners, incarnationId, appliedOffset, appliedEpoch, directories } = message
    if (brokerId < 0 || listeners.length === 0 || incarnationId === '') {
      const text = `a registration has a broker id, an incarnation and listeners: got ${brokerId}, "${incarnationId}", ${listeners.length}`
      return failure(ErrorCode.INVALID_REQUEST, text, { fatal: true })
    }
    const applied = [
      { what: 'this broker', offset: appliedOffset, epoch: appliedEpoch },
      ...directories.map(({ id, metadataOffset, metadataEpoch }) => {
        return { what: `log directory ${id}`, offset: metadataOffset, epoch: metadataEpoch }
      }),
    ]
    const foreign = applied.find(({ offset, epoch }) => offset >= 0 && this.#epochAt(offset) !== epoch)
    if (foreign === undefined) return this.#unsupportedFeature(message)
    const { what, offset, epoch } = foreign
    const own = this.#epochAt(offset)
    const known =
      own === undefined
        ? `this controller's metadata ends at offset ${this.durableOffset()}`
        : `this controller has a record of epoch ${own} there`
    const cause = 'it was restored from an older state, or belongs to another cluster'
    const text = `${what} has applied metadata offset ${offset} of controller epoch ${epoch}; ${known}: ${cause}`
    return failure(ErrorCode.INCONSISTENT_CLUSTER_ID, text, { fatal: true })
  }

  /** A level that the cluster has settled on must be one that every broker can work at. */
  #unsupportedFeature({ features }: RegisterMessage): Answer | undefined {
    for (const [name, level] of this.#state.pending.features) {
      const range = features.find((feature) => feature.name === name)
      if (range !== undefined && range.min <= level && level <= range.max) continue
      const supported = range === undefined ? 'not at all' : `from ${range.min} to ${range.max}`
      const text = `the cluster has feature ${name} at level ${level}, this broker supports it ${supported}: it needs another version`
      return failure(ErrorCode.UNSUPPORTED_VERSION, text, { fatal: true })
    }
    return undefined
  }

  /** The answer for a broker whose id is held by another incarnation that is alive. Drops a connection that is not. */
  async #duplicate(session: BrokerSession, message: RegisterMessage): Promise<Answer | undefined> {
    const holder = this.#byBroker.get(message.brokerId)
    const registered = this.#state.pending.brokers.get(message.brokerId)
    if (holder === undefined) return this.#awaited(registered, message)
    if (holder === session) return undefined
    const isOther = registered?.incarnationId !== message.incarnationId
    if (isOther && (await holder.ping(PING_TIMEOUT_MS)) && holder.open) {
      const listener = registered?.listeners[0]
      const where = `at ${listener?.host}:${listener?.port} with log directories ${registered?.directoryIds.join(', ')}`
      const text = `broker id ${message.brokerId} is in use by a running broker ${where}: give this one another node.id, or stop that one`
      return failure(ErrorCode.DUPLICATE_BROKER_REGISTRATION, text, { fatal: true })
    }
    holder.terminate('another connection has taken the place of this one')
    return undefined
  }

  /** The answer, not a final one, for a broker whose id belongs to another that may be about to come back. */
  #awaited(registered: BrokerRegistration | undefined, message: RegisterMessage): Answer | undefined {
    if (registered === undefined || registered.fenced || this.#nowMs() - this.#startedMs >= RETURN_MS) return undefined
    const isSame =
      registered.incarnationId === message.incarnationId ||
      message.directories.some(({ id }) => registered.directoryIds.includes(id))
    if (isSame) return undefined
    const text = `broker id ${message.brokerId} belongs to a broker with other log directories, which may be about to come back to this controller`
    return failure(ErrorCode.DUPLICATE_BROKER_REGISTRATION, text)
  }

  #tick(intervalMs: number): void {
    const nowMs = this.#nowMs()
    const lateMs = nowMs - this.#lastTickMs - intervalMs
    this.#lastTickMs = nowMs
    const { brokers } = this.#state.pending
    if (lateMs > PAUSE_MS) this.#presence.amnesty(brokers.keys(), nowMs)
    for (const broker of brokers.values()) {
      if (broker.fenced) continue
      const reason = this.#presence.overdue(broker.id, nowMs)
      if (reason !== undefined) this.#fence(broker.id, broker.epoch, reason)
    }
  }

  #fence(brokerId: number, brokerEpoch: number, reason: string): void {
    const { logger } = this.#options.runtime
    this.#byBroker.get(brokerId)?.terminate(reason)
    this.#state
      .submit((image) => fenceBroker(image, brokerId, brokerEpoch))
      .then(({ reply }) => {
        if (reply.fenced) logger.warn('fenced a broker', { brokerId, brokerEpoch, reason, ...tellLeaders(reply) })
      })
      // The failed store ends the controller; that is said there.
      .catch((error) => logger.debug('a broker could not be fenced', { brokerId, error }))
  }

  #nowMs(): number {
    return this.#options.runtime.clock.monotonic()
  }

  #shortestLimitMs(): number {
    return Math.min(this.#options.sessionTimeoutMs, this.#options.disconnectGraceMs)
  }
}

/** Takes as long for a wrong guess as for the right one of the same length. */
function sameSecret(given: string, own: string): boolean {
  const encoder = new TextEncoder()
  const [left, right] = [encoder.encode(given), encoder.encode(own)]
  let different = left.length ^ right.length
  for (let index = 0; index < left.length; index++) different |= left[index]! ^ (right[index % right.length] ?? 0)
  return different === 0
}
