/**
 * The broker's session with the controller.
 *
 * States: connecting (hosts in turn, with back-off) -> greeting (hello) -> registering -> following (metadata stream, heartbeats,
 * commands) -> connecting again when the link ends, and so on until `close` or until something fatal happens. The incarnation is
 * made once: a reconnect resumes the registration, with the same broker epoch.
 *
 * What must hold: a frame of a foreign cluster or of an older controller epoch is never acted upon; the image only moves forward;
 * the answer to a command is given when the own image shows its effect.
 */
import { type AlterPartitionRequest, type AlterPartitionResponse, KafkaError } from '@ottla/protocol'
import {
  BROKER_FRAME_BYTES_MAX,
  type BrokerMessage,
  CONTROLLER_FRAME_BYTES_MAX,
  type ControllerFrame,
  type MetadataImage,
  type RegisterMessage,
  type Resignation,
  SESSION_PATH,
  SESSION_PROTOCOL_VERSION,
} from '@ottla/replication'
import { delay, formatHostPort, type HostPort, NetError, randomUuid, type Timer } from '@ottla/runtime'
import type { ControllerSession, ForwardOptions } from '../seams.ts'
import { alterPartitionAnswer, alterPartitionMessage } from './alter-partition.ts'
import { expectAccepted, expectType, kafkaError } from './answers.ts'
import { ControllerLink } from './controller-link.ts'
import { firstOf } from './first-of.ts'
import { Heartbeats } from './heartbeats.ts'
import { type ImageListener, MetadataFollower } from './metadata-follower.ts'
import { ControllerSessionError, type ControllerSessionOptions } from './options.ts'

const BACKOFF_FIRST_MS = 50
const BACKOFF_MAX_MS = 1000
/** For a single connection attempt or request of the handshake; the controller may wait 500 ms for another broker's ping. */
const ATTEMPT_TIMEOUT_MS = 5000
const LEAVE_TIMEOUT_MS = 1000
/**
 * For a controller to be there at all: clients give up after 30 s by default, and must hear before that what is wrong. A controller
 * that is started again is found within a few seconds.
 */
const LINK_TIMEOUT_MS = 10_000
const PRODUCER_IDS_TIMEOUT_MS = 30_000
const RESIGN_TIMEOUT_MS = 30_000
const FORWARDED_BYTES_MAX = BROKER_FRAME_BYTES_MAX - 64 * 1024
/** Commands that may wait for a controller or its answer. */
const COMMANDS_MAX = 10_000

/** A controller session with the two steps that a starting and a stopping broker take. */
export interface BrokerControllerSession extends ControllerSession {
  /** Says that this broker can serve, and resolves once its own image shows it as unfenced. */
  ready(): Promise<void>
  /** The controller that this broker is connected to, undefined between two connections. */
  readonly controller: HostPort | undefined
}

/**
 * Connects, registers and receives the metadata. Rejects with a ControllerSessionError when no controller has accepted this
 * broker within `connectionTimeoutMs`, or at once when one says that it never will.
 */
export async function connectControllerSession(options: ControllerSessionOptions): Promise<BrokerControllerSession> {
  const session = new Session(options)
  try {
    await session.start()
  } catch (error) {
    session.stop('the broker did not start')
    throw error
  }
  return session
}

interface Asking {
  readonly timeoutMs: number
  readonly linkTimeoutMs?: number
  /** The answer is given when the own image shows its effect. */
  readonly showsEffect: boolean
}

class Session implements BrokerControllerSession {
  readonly #options: ControllerSessionOptions
  readonly #incarnationId: string
  readonly #follower = new MetadataFollower()
  readonly #stopped = new AbortController()
  readonly #heartbeats: Heartbeats
  #clusterId: string
  #highestControllerEpoch = 0
  #brokerEpoch = -1
  #link: ControllerLink | undefined
  #controller: HostPort | undefined
  readonly #awaitingLink = new Set<(link: ControllerLink) => void>()
  #commands = 0
  #started = false

  constructor(options: ControllerSessionOptions) {
    this.#options = options
    this.#clusterId = options.registration.clusterId
    this.#incarnationId = randomUuid(options.runtime.random)
    this.#heartbeats = new Heartbeats({
      clock: options.runtime.clock,
      timers: options.runtime.timers,
      brokerId: options.registration.brokerId,
      stopped: this.#stopped.signal,
      point: () => ({ link: this.#link, brokerEpoch: this.#brokerEpoch, image: this.image }),
    })
    this.#follower.listen((image) => this.#heartbeats.acknowledge(image))
  }

  get image(): MetadataImage {
    return this.#follower.image
  }

  get brokerEpoch(): number {
    return this.#brokerEpoch
  }

  get controller(): HostPort | undefined {
    return this.#controller
  }

  onImage(listener: ImageListener): void {
    this.#follower.listen(listener)
  }

  /** The first connection, within the configured time. */
  async start(): Promise<void> {
    const { runtime, connectionTimeoutMs, addresses } = this.#options
    let timer: Timer | undefined
    let lastReason = 'no answer'
    const expired = new Promise<never>((_, reject) => {
      timer = runtime.timers.after(connectionTimeoutMs, () => {
        const hosts = addresses.map(formatHostPort).join(', ')
        const text = `no controller at ${hosts} accepted this broker within ${connectionTimeoutMs} ms (zookeeper.connection.timeout.ms)`
        reject(new ControllerSessionError(`${text}: ${lastReason}`, false))
      })
    })
    try {
      await Promise.race([this.#connectUntilAccepted((reason) => (lastReason = reason)), expired])
      this.#started = true
    } finally {
      timer?.clear()
    }
  }

  async forward({ principal, timeoutMs, linkTimeoutMs, ...request }: ForwardOptions): Promise<Uint8Array> {
    const answer = await this.#command(
      { type: 'forward', ...request, principalType: principal.type, principalName: principal.name },
      { timeoutMs, linkTimeoutMs },
    )
    return expectType(answer, 'forwarded').body
  }

  async alterPartition(topics: AlterPartitionRequest['topics'], timeoutMs: number): Promise<AlterPartitionResponse> {
    const sender = { brokerId: this.#options.registration.brokerId, brokerEpoch: this.#brokerEpoch }
    const message = alterPartitionMessage(sender, topics)
    return alterPartitionAnswer(await this.#ask(message, { timeoutMs, showsEffect: false }))
  }

  async resign(partitions: readonly Resignation[]): Promise<void> {
    const message = { type: 'resign', brokerEpoch: this.#brokerEpoch, partitions } as const
    expectType(await this.#ask(message, { timeoutMs: RESIGN_TIMEOUT_MS, showsEffect: false }), 'resigned')
  }

  prepareStop(timeoutMs: number): Promise<void> {
    return this.#heartbeats.prepareStop(timeoutMs)
  }

  async allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }> {
    const answer = await this.#command({ type: 'allocateProducerIds' }, { timeoutMs: PRODUCER_IDS_TIMEOUT_MS })
    const { first, count } = expectType(answer, 'producerIdBlock')
    return { first, count }
  }

  async ready(): Promise<void> {
    const served = new Promise<void>((resolve) => {
      const { brokerId } = this.#options.registration
      const check = (image: MetadataImage) => {
        const own = image.brokers.get(brokerId)
        if (own?.incarnationId === this.#incarnationId && !own.fenced) resolve()
      }
      this.#follower.listen(check)
      check(this.image)
    })
    await this.#heartbeats.serve()
    await firstOf(served, this.#stopped.signal)
  }

  async close(): Promise<void> {
    const link = this.#link
    if (link?.open && this.#brokerEpoch >= 0 && !this.#stopped.signal.aborted) {
      // Best effort: without it the controller fences this broker a moment later.
      await link.request({ type: 'leave', brokerEpoch: this.#brokerEpoch }, LEAVE_TIMEOUT_MS).catch(() => {})
    }
    this.stop('the broker is stopping')
  }

  /** Ends everything at once, without a word to the controller. */
  stop(reason: string): void {
    if (this.#stopped.signal.aborted) return
    const error = new KafkaError('NETWORK_EXCEPTION', `the controller session is closed: ${reason}`)
    this.#stopped.abort(error)
    this.#heartbeats.end()
    this.#link?.close(reason)
    this.#follower.end(error)
  }

  /** Sends a command and waits until the own image shows what the answer speaks of. */
  #command(
    message: BrokerMessage,
    { timeoutMs, linkTimeoutMs = LINK_TIMEOUT_MS }: Pick<ForwardOptions, 'timeoutMs' | 'linkTimeoutMs'>,
  ): Promise<ControllerFrame> {
    return this.#ask(message, { timeoutMs, linkTimeoutMs, showsEffect: true })
  }

  /** Sends a command over the present or the next link, which may take `linkTimeoutMs` of the time to come. */
  async #ask(
    message: BrokerMessage,
    { timeoutMs, linkTimeoutMs = timeoutMs, showsEffect }: Asking,
  ): Promise<ControllerFrame> {
    checkSize(message)
    const { clock, timers } = this.#options.runtime
    if (this.#commands >= COMMANDS_MAX) {
      throw new KafkaError('REQUEST_TIMED_OUT', `${COMMANDS_MAX} commands wait for the controller already`)
    }
    const deadline = clock.monotonic() + timeoutMs
    const expiry = new AbortController()
    const expireAfter = (ms: number) =>
      timers.after(ms, () => {
        const text = `no controller answered within ${ms} ms (${message.type}): is it running?`
        expiry.abort(new KafkaError('REQUEST_TIMED_OUT', text))
      })
    let timer = expireAfter(Math.min(timeoutMs, linkTimeoutMs))
    this.#commands += 1
    try {
      const link = await this.#connected(expiry.signal)
      timer.clear()
      const remainingMs = Math.max(1, Math.ceil(deadline - clock.monotonic()))
      timer = expireAfter(remainingMs)
      const frame = await link.request(message, remainingMs)
      if (frame.message.type === 'failure') throw kafkaError(frame.message)
      if (showsEffect) await this.#follower.reached(frame.metadataOffset, expiry.signal)
      return frame
    } finally {
      this.#commands -= 1
      timer.clear()
    }
  }

  /** The link, once it is registered. While there is no controller, who gives up must leave nothing behind. */
  async #connected(expiry: AbortSignal): Promise<ControllerLink> {
    if (this.#link?.open) return this.#link
    let resume: (link: ControllerLink) => void = () => {}
    const linked = new Promise<ControllerLink>((resolve) => (resume = resolve))
    this.#awaitingLink.add(resume)
    try {
      return await firstOf(firstOf(linked, expiry), this.#stopped.signal)
    } finally {
      this.#awaitingLink.delete(resume)
    }
  }

  async #connectUntilAccepted(onRefused: (reason: string) => void): Promise<void> {
    const { addresses, runtime } = this.#options
    let backoffMs = BACKOFF_FIRST_MS
    let isFirst = true
    for (;;) {
      for (const address of addresses) {
        if (this.#stopped.signal.aborted) return
        try {
          return await this.#connect(address)
        } catch (error) {
          if (error instanceof ControllerSessionError && error.fatal) throw error
          const reason = `${formatHostPort(address)}: ${unreached(error)}`
          runtime.logger[isFirst ? 'warn' : 'debug']('no controller is reached yet; trying again', { reason })
          isFirst = false
          onRefused(reason)
        }
      }
      await delay(runtime.timers, backoffMs + runtime.random.integer(BACKOFF_FIRST_MS), this.#stopped.signal)
      backoffMs = Math.min(2 * backoffMs, BACKOFF_MAX_MS)
    }
  }

  async #connect(address: HostPort): Promise<void> {
    const { runtime } = this.#options
    const connection = await runtime.webSocket.connect({
      host: address.host,
      port: address.port,
      path: SESSION_PATH,
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      maxMessageBytes: CONTROLLER_FRAME_BYTES_MAX,
      signal: this.#stopped.signal,
    })
    let refusal: unknown
    const link: ControllerLink = new ControllerLink(connection, runtime, {
      check: (frame) => {
        refusal = this.#refusal(frame)
        if (refusal !== undefined) throw refusal
      },
      onStream: (frame) => this.#takeMetadata(frame),
      onClose: (reason) => this.#lost(link, reason),
    })
    link.clusterId = this.#clusterId
    this.#follower.restart()
    let sessionTimeoutMs: number
    try {
      sessionTimeoutMs = await this.#introduce(link)
    } catch (error) {
      link.close('the session did not begin')
      throw refusal ?? error
    }
    // It may have ended in the turn in which the last answer arrived.
    if (!link.open) throw link.ended.reason
    this.#established(link, address, sessionTimeoutMs)
  }

  /** Hello, registration, and the metadata up to what the registration wrote. Resolves with the session's timeout. */
  async #introduce(link: ControllerLink): Promise<number> {
    const { chroot, secret } = this.#options
    const welcome = await link.request(
      { type: 'hello', protocolVersion: SESSION_PROTOCOL_VERSION, secret, chroot },
      ATTEMPT_TIMEOUT_MS,
    )
    expectAccepted(welcome, 'welcome')
    this.#clusterId = welcome.clusterId
    link.clusterId = welcome.clusterId
    const frame = await link.request(this.#registration(), ATTEMPT_TIMEOUT_MS)
    const registered = expectAccepted(frame, 'registered')
    this.#brokerEpoch = registered.brokerEpoch
    for (const warning of registered.warnings) this.#options.runtime.logger.warn(warning)
    await this.#follower.reached(frame.metadataOffset, link.ended)
    return registered.sessionTimeoutMs
  }

  #registration(): RegisterMessage {
    const { registration } = this.#options
    return {
      type: 'register',
      brokerId: registration.brokerId,
      incarnationId: this.#incarnationId,
      listeners: registration.listeners,
      rack: registration.rack,
      features: registration.features ?? [],
      directories: registration.directories,
      appliedOffset: this.image.offset,
      appliedEpoch: this.image.controllerEpoch,
      staticConfigs: Object.fromEntries(registration.staticConfigs),
    }
  }

  #established(link: ControllerLink, address: HostPort, sessionTimeoutMs: number): void {
    this.#link = link
    this.#controller = address
    const { runtime } = this.#options
    const controller = formatHostPort(address)
    runtime.logger.info('registered with the controller', { controller, brokerEpoch: this.#brokerEpoch })
    this.#heartbeats.begin(link, sessionTimeoutMs)
    for (const resume of this.#awaitingLink) resume(link)
    this.#awaitingLink.clear()
  }

  /** Why a frame must not be acted upon. */
  #refusal(frame: ControllerFrame): ControllerSessionError | undefined {
    if (this.#clusterId !== '' && frame.clusterId !== this.#clusterId) {
      const { clusterId } = frame
      return new ControllerSessionError(
        `the controller belongs to cluster ${clusterId}, this broker to ${this.#clusterId}: check zookeeper.connect and log.dirs`,
        true,
      )
    }
    if (frame.controllerEpoch < this.#highestControllerEpoch) {
      const epochs = `${frame.controllerEpoch}, this broker has seen ${this.#highestControllerEpoch}`
      return new ControllerSessionError(`the controller has the old epoch ${epochs}`, false)
    }
    this.#highestControllerEpoch = frame.controllerEpoch
    return undefined
  }

  #takeMetadata(frame: ControllerFrame): void {
    try {
      this.#follower.take(frame)
    } catch (error) {
      if (error instanceof ControllerSessionError && !error.fatal) throw error
      // A record that does not fit, or a listener that failed: this image cannot be trusted any more.
      const failure =
        error instanceof ControllerSessionError
          ? error
          : new ControllerSessionError(`the metadata cannot be applied: ${String(error)}`, true, error)
      this.#fail(failure)
      throw failure
    }
  }

  #lost(link: ControllerLink, reason: string): void {
    if (this.#link !== link) return
    this.#link = undefined
    this.#controller = undefined
    this.#heartbeats.end()
    if (this.#stopped.signal.aborted) return
    this.#options.runtime.logger.warn('the session with the controller ended; connecting again', { reason })
    this.#connectUntilAccepted(() => {}).catch((error) => {
      if (!this.#stopped.signal.aborted) this.#fail(asSessionError(error))
    })
  }

  #fail(error: ControllerSessionError): void {
    if (!this.#started || this.#stopped.signal.aborted) return
    this.stop(error.message)
    this.#options.onFatal(error)
  }
}

/** Nothing but a broker's port is so often taken for a controller's: it closes the connection as soon as it is spoken to. */
function unreached(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const isOther = error instanceof NetError && (error.code === 'ECONNRESET' || error.code === 'EPROTO')
  return isOther ? `${text}; is that a controller's port (zookeeper.connect), not a broker's?` : text
}

/** A frame that is too large would cost the whole session. */
function checkSize(message: BrokerMessage): void {
  if (message.type !== 'forward' || message.body.byteLength <= FORWARDED_BYTES_MAX) return
  const text = `a request of ${message.body.byteLength} bytes is too large for the controller: at most ${FORWARDED_BYTES_MAX}`
  throw new KafkaError('INVALID_REQUEST', text)
}

function asSessionError(error: unknown): ControllerSessionError {
  return error instanceof ControllerSessionError ? error : new ControllerSessionError(String(error), true, error)
}
