/**
 * One connection of a broker, as the controller sees it.
 *
 * Stages: new (only hello is taken, in a small frame) -> greeted (only register) -> registering -> registered (heartbeats and commands; the
 * metadata is streamed). A frame that is damaged, too early or of a foreign cluster closes the connection with a reason;
 * a command that fails is answered with an error. Nothing is carried out for a session that is not registered.
 */
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import {
  type BrokerFrame,
  type ControllerMessage,
  decodeBrokerFrame,
  encodeControllerFrame,
  HELLO_FRAME_BYTES_MAX,
  type HelloMessage,
  imageRecords,
  type MetadataImage,
  type MetadataRecord,
  type RegisterMessage,
  SESSION_PROTOCOL_VERSION,
} from '@ottla/replication'
import type { Timer, Timers, WebSocketConnection } from '@ottla/runtime'
import { type Answer, failure, type RegisteredBroker, type Registration } from './answers.ts'

/** A broker that reads slower than this much behind is cut off; it comes back and gets a snapshot. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024
const REQUESTS_IN_PROGRESS_MAX = 1000
/** From the connection to the registration. */
const INTRODUCTION_TIMEOUT_MS = 10_000
const SNAPSHOT_RECORDS_PER_CHUNK = 4000

/** What a session asks of the controller around it. */
export interface SessionOwner {
  readonly clusterId: string
  readonly controllerEpoch: number
  readonly timers: Timers
  /** Offset up to which the metadata is durable. */
  durableOffset(): number
  /** The error with which this hello is refused for good; undefined when it is accepted. */
  judgeHello(hello: HelloMessage): Answer | undefined
  register(session: BrokerSession, message: RegisterMessage): Promise<Registration>
  /** The session has become a registered one: its metadata begins behind what the registration says was applied. */
  beginStream(session: BrokerSession, message: RegisterMessage): void
  command(broker: RegisteredBroker, message: BrokerFrame['message']): Answer | Promise<Answer>
  /** Something was received from the broker. */
  heard(session: BrokerSession): void
  /** A hello, or what came instead of one, was refused for good. */
  refused(session: BrokerSession, reason: string): void
  closed(session: BrokerSession, reason: string): void
}

type Stage =
  | { readonly kind: 'new' | 'greeted' | 'registering' | 'closed' }
  | { readonly kind: 'registered'; readonly broker: RegisteredBroker }

export class BrokerSession {
  readonly #connection: WebSocketConnection
  readonly #owner: SessionOwner
  readonly #introductionTimer: Timer
  #stage: Stage = { kind: 'new' }
  #inProgress = 0

  constructor(connection: WebSocketConnection, owner: SessionOwner) {
    this.#connection = connection
    this.#owner = owner
    this.#introductionTimer = owner.timers.after(INTRODUCTION_TIMEOUT_MS, () => {
      this.close(`no ${this.#stage.kind === 'new' ? 'hello' : 'registration'} came`)
    })
    connection.onMessage((bytes) => this.#receive(bytes))
    connection.onClose((reason) => this.#ended(reason))
  }

  get open(): boolean {
    return this.#stage.kind !== 'closed'
  }

  get broker(): RegisteredBroker | undefined {
    return this.#stage.kind === 'registered' ? this.#stage.broker : undefined
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress
  }

  ping(timeoutMs: number): Promise<boolean> {
    return this.#connection.ping(timeoutMs)
  }

  close(reason: string): void {
    if (!this.open) return
    this.#connection.close(reason)
    this.#ended(reason)
  }

  /** For a peer that is probably gone. */
  terminate(reason: string): void {
    if (!this.open) return
    this.#connection.terminate()
    this.#ended(reason)
  }

  /** A frame that was encoded for all brokers at once. */
  sendFrame(frame: Uint8Array): void {
    if (!this.open) return
    this.#connection.send(frame)
    if (this.#connection.pendingBytes > PENDING_BYTES_MAX) this.terminate('the broker does not read')
  }

  sendSnapshot(image: MetadataImage): void {
    let records: MetadataRecord[] = []
    const chunk = (last: boolean) => {
      const { offset, controllerEpoch } = image
      this.#send(0, { message: { type: 'snapshotChunk', offset, controllerEpoch, records, last } })
      records = []
    }
    for (const record of imageRecords(image)) {
      records.push(record)
      if (records.length === SNAPSHOT_RECORDS_PER_CHUNK) chunk(false)
    }
    chunk(true)
  }

  #receive(bytes: Uint8Array): void {
    if (!this.open) return
    try {
      if (this.#stage.kind === 'new' && bytes.byteLength > HELLO_FRAME_BYTES_MAX)
        throw new Error('the hello is too large')
      this.#owner.heard(this)
      this.#take(decodeBrokerFrame(bytes))
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    }
  }

  #take(frame: BrokerFrame): void {
    const { clusterId } = this.#owner
    if (frame.clusterId !== '' && frame.clusterId !== clusterId) {
      const text = `this controller serves cluster ${clusterId}, the broker belongs to ${frame.clusterId}`
      this.#refuse(frame, 'INCONSISTENT_CLUSTER_ID', text)
      return
    }
    if (this.#inProgress >= REQUESTS_IN_PROGRESS_MAX) throw new Error('too many requests in progress')
    const { message } = frame
    const stage = this.#stage
    if (message.type === 'hello' && stage.kind === 'new') this.#greet(frame.correlationId, message)
    else if (message.type === 'register' && stage.kind === 'greeted') {
      this.#stage = { kind: 'registering' }
      this.#introductionTimer.clear()
      void this.#register(frame.correlationId, message)
    } else if (stage.kind === 'registered' && message.type !== 'hello' && message.type !== 'register') {
      const answer = this.#owner.command(stage.broker, message)
      if (answer instanceof Promise) void this.#answer(frame.correlationId, answer)
      else this.#send(frame.correlationId, answer)
    } else throw new Error(`${message.type} is out of place: the session is ${stage.kind}`)
  }

  #greet(correlationId: number, hello: HelloMessage): void {
    const refusal = this.#owner.judgeHello(hello)
    if (refusal === undefined) {
      this.#stage = { kind: 'greeted' }
      this.#send(correlationId, { message: { type: 'welcome', protocolVersion: SESSION_PROTOCOL_VERSION } })
    } else {
      if (refusal.message.type === 'failure') this.#owner.refused(this, refusal.message.message)
      this.#send(correlationId, refusal)
      this.close('hello refused')
    }
  }

  #refuse(frame: BrokerFrame, error: ErrorName, text: string): void {
    this.#owner.refused(this, text)
    this.#send(frame.correlationId, failure(ErrorCode[error], text, { fatal: true }))
    this.close(text)
  }

  /** The answer leaves and the stream begins in one step: no batch can come between them, or twice. */
  async #register(correlationId: number, message: RegisterMessage): Promise<void> {
    try {
      const registration = await this.#owner.register(this, message)
      if (!this.open) return
      if (registration.kind === 'accepted') this.#stage = { kind: 'registered', broker: registration.broker }
      this.#send(correlationId, registration.answer)
      if (registration.kind === 'accepted') this.#owner.beginStream(this, message)
      else this.close('registration refused')
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    }
  }

  /** Answers leave as they come: the broker pairs them by correlation id. */
  async #answer(correlationId: number, coming: Promise<Answer>): Promise<void> {
    this.#inProgress++
    try {
      this.#send(correlationId, await coming)
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error))
    } finally {
      this.#inProgress--
    }
  }

  /** Sends an answer, or with correlation id 0 a part of the stream. */
  #send(
    correlationId: number,
    { message, offset }: { readonly message: ControllerMessage; readonly offset?: number },
  ): void {
    if (!this.open) return
    const { clusterId, controllerEpoch } = this.#owner
    const metadataOffset = offset ?? this.#owner.durableOffset()
    this.sendFrame(encodeControllerFrame({ correlationId, clusterId, controllerEpoch, metadataOffset, message }))
  }

  #ended(reason: string): void {
    if (!this.open) return
    this.#introductionTimer.clear()
    this.#owner.closed(this, reason)
    this.#stage = { kind: 'closed' }
  }
}
