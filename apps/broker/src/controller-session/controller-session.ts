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
import { KafkaError } from '@ottla/protocol'
import {
  BROKER_FRAME_BYTES_MAX,
  CONTROLLER_FRAME_BYTES_MAX,
  type ControllerFrame,
  type MetadataImage,
  type RegisterMessage,
  SESSION_PATH,
  SESSION_PROTOCOL_VERSION,
} from '@ottla/replication'
import { delay, formatHostPort, type HostPort, randomUuid, type Timer } from '@ottla/runtime'
import type { ControllerSession, ForwardOptions } from '../seams.ts'
import { expectAccepted, expectType, kafkaError } from './answers.ts'
import { ControllerLink } from './controller-link.ts'
import { type ImageListener, MetadataFollower } from './metadata-follower.ts'
import { ControllerSessionError, type ControllerSessionOptions } from './options.ts'

const BACKOFF_FIRST_MS = 50
const BACKOFF_MAX_MS = 1000
/** For a single connection attempt or request of the handshake; the controller may wait 500 ms for another broker's ping. */
const ATTEMPT_TIMEOUT_MS = 5000
const LEAVE_TIMEOUT_MS = 1000
/** Until the first registration says what the session's timeout is. */
const SESSION_TIMEOUT_DEFAULT_MS = 9000
const HEARTBEATS_PER_TIMEOUT = 4
const PRODUCER_IDS_TIMEOUT_MS = 30_000
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

class Session implements BrokerControllerSession {
  readonly #options: ControllerSessionOptions
  readonly #incarnationId: string
  readonly #follower = new MetadataFollower()
  readonly #stopped = new AbortController()
  #clusterId: string
  #highestControllerEpoch = 0
  #brokerEpoch = -1
  #sessionTimeoutMs = SESSION_TIMEOUT_DEFAULT_MS
  #link: ControllerLink | undefined
  #controller: HostPort | undefined
  #wantsToServe = false
  #heartbeats: Timer | undefined
  readonly #awaitingLink = new Set<(link: ControllerLink) => void>()
  #commands = 0
  #started = false

  constructor(options: ControllerSessionOptions) {
    this.#options = options
    this.#clusterId = options.registration.clusterId
    this.#incarnationId = randomUuid(options.runtime.random)
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

  async forward(options: ForwardOptions): Promise<Uint8Array> {
    const { principal, apiKey, apiVersion, body } = options
    // A frame that is too large would cost the whole session.
    if (body.byteLength > FORWARDED_BYTES_MAX) {
      const text = `a request of ${body.byteLength} bytes is too large for the controller: at most ${FORWARDED_BYTES_MAX}`
      throw new KafkaError('INVALID_REQUEST', text)
    }
    const answer = await this.#command(
      {
        type: 'forward',
        apiKey,
        apiVersion,
        body,
        principalType: principal.type,
        principalName: principal.name,
      },
      options.timeoutMs,
    )
    return expectType(answer, 'forwarded').body
  }

  async allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }> {
    const answer = await this.#command({ type: 'allocateProducerIds' }, PRODUCER_IDS_TIMEOUT_MS)
    const { first, count } = expectType(answer, 'producerIdBlock')
    return { first, count }
  }

  async ready(): Promise<void> {
    this.#wantsToServe = true
    const served = new Promise<void>((resolve) => {
      const { brokerId } = this.#options.registration
      const check = (image: MetadataImage) => {
        const own = image.brokers.get(brokerId)
        if (own?.incarnationId === this.#incarnationId && !own.fenced) resolve()
      }
      this.#follower.listen(check)
      check(this.image)
    })
    await this.#heartbeat()
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
    this.#heartbeats?.clear()
    this.#link?.close(reason)
    this.#follower.end(error)
  }

  /** Sends a command over the present or the next link, and waits until the own image shows what the answer speaks of. */
  async #command(message: Parameters<ControllerLink['request']>[0], timeoutMs: number): Promise<ControllerFrame> {
    const { clock, timers } = this.#options.runtime
    if (this.#commands >= COMMANDS_MAX) {
      throw new KafkaError('REQUEST_TIMED_OUT', `${COMMANDS_MAX} commands wait for the controller already`)
    }
    const deadline = clock.monotonic() + timeoutMs
    const expiry = new AbortController()
    const timer = timers.after(timeoutMs, () => {
      expiry.abort(new KafkaError('REQUEST_TIMED_OUT', `no controller answered ${message.type} within ${timeoutMs} ms`))
    })
    this.#commands += 1
    try {
      const link = await this.#connected(expiry.signal)
      const frame = await link.request(message, Math.max(1, Math.ceil(deadline - clock.monotonic())))
      if (frame.message.type === 'failure') throw kafkaError(frame.message)
      await this.#follower.reached(frame.metadataOffset, expiry.signal)
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
          const reason = `${formatHostPort(address)}: ${error instanceof Error ? error.message : String(error)}`
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
    try {
      await this.#introduce(link)
    } catch (error) {
      link.close('the session did not begin')
      throw refusal ?? error
    }
    // It may have ended in the turn in which the last answer arrived.
    if (!link.open) throw link.ended.reason
    this.#established(link, address)
  }

  /** Hello, registration, and the metadata up to what the registration wrote. */
  async #introduce(link: ControllerLink): Promise<void> {
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
    this.#sessionTimeoutMs = registered.sessionTimeoutMs
    for (const warning of registered.warnings) this.#options.runtime.logger.warn(warning)
    await this.#follower.reached(frame.metadataOffset, link.ended)
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

  #established(link: ControllerLink, address: HostPort): void {
    this.#link = link
    this.#controller = address
    const { runtime } = this.#options
    const controller = formatHostPort(address)
    runtime.logger.info('registered with the controller', { controller, brokerEpoch: this.#brokerEpoch })
    this.#heartbeats?.clear()
    const intervalMs = Math.max(10, Math.floor(this.#sessionTimeoutMs / HEARTBEATS_PER_TIMEOUT))
    this.#heartbeats = runtime.timers.every(intervalMs, () => this.#beat(link))
    if (this.#wantsToServe) void this.#heartbeat()
    for (const resume of this.#awaitingLink) resume(link)
    this.#awaitingLink.clear()
  }

  #beat(link: ControllerLink): void {
    if (link.silenceMs > this.#sessionTimeoutMs)
      link.terminate(`the controller was silent for ${this.#sessionTimeoutMs} ms`)
    else void this.#heartbeat()
  }

  /** An answer that does not come shows as silence; the answer's content comes with the metadata. */
  async #heartbeat(): Promise<void> {
    const message = {
      type: 'heartbeat',
      brokerEpoch: this.#brokerEpoch,
      appliedOffset: this.image.offset,
      ready: this.#wantsToServe,
    } as const
    const frame = await this.#link?.request(message, this.#sessionTimeoutMs).catch(() => undefined)
    if (frame?.message.type === 'failure') this.#link?.close(frame.message.message)
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
    this.#heartbeats?.clear()
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

/** The promise's value, unless the signal is aborted first. */
function firstOf<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function asSessionError(error: unknown): ControllerSessionError {
  return error instanceof ControllerSessionError ? error : new ControllerSessionError(String(error), true, error)
}
