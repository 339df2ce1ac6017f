/**
 * The seams inside the broker: what a handler is given, what a handler is, and what the parts ask of each other. Each
 * interface has one implementation in the folder that its comment names.
 */
import type { AlterPartitionRequest, AlterPartitionResponse, Chunk } from '@ottla/protocol'
import type { MetadataDelta, MetadataImage, Resignation } from '@ottla/replication'
import type { Runtime } from '@ottla/runtime'

/** Who asks, through what. Made once per request by the connection (network/). */
export interface RequestContext {
  readonly principal: Principal
  readonly listener: ListenerInfo
  readonly clientId: string | null
  readonly clientAddress: string
  readonly connection: ConnectionInfo
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /**
   * Gives the memory that the request's frame claimed back to the pool before the response leaves. Called by whoever waits
   * with nothing of the frame in hand any more: Produce when its batches are written, Fetch when it parks. The next frame may be
   * written over this one as soon as the handler returns to the event loop or to its caller. Without a call the
   * connection gives the memory back when the response is ready, and leaves the frame alone. Calling it again does nothing.
   */
  releaseMemory(): void
}

export interface Principal {
  readonly type: 'User'
  readonly name: string
}

export const ANONYMOUS: Principal = { type: 'User', name: 'ANONYMOUS' }

export interface ListenerInfo {
  readonly name: string
  readonly securityProtocol: 'PLAINTEXT'
  readonly isInterBroker: boolean
}

export interface ConnectionInfo {
  readonly id: string
  /** Set by the first ApiVersions request of version 3 or later. */
  clientSoftwareName: string
  clientSoftwareVersion: string
  /** Aborted when the connection ends: waiters give up. */
  readonly closed: AbortSignal
  /** The peer is a broker that copies partitions: from now on request memory that clients have used up does not keep it waiting. */
  becomeReplica?(): void
}

/**
 * One API. `handle` starts in the order in which requests arrived on the connection and is synchronous up to its append; what
 * it returns (a value or a promise of it) leaves in that same order. `serial`: the connection starts nothing else until
 * the promise is settled. `undefined` means that no response is sent (acks=0).
 *
 * A handler that rejects closes the connection after an error line: expected failures are values in the response.
 */
export interface Handler<Request, Response> {
  readonly api: number
  readonly min: number
  readonly max: number
  /** What ApiVersions shows as the lowest version when that differs from `min` (Produce, KAFKA-18659). */
  readonly advertisedMin?: number
  readonly serial?: (context: RequestContext, request: Request) => boolean
  handle(context: RequestContext, request: Request): Response | undefined | Promise<Response | undefined>
  /**
   * Answer to a version outside min..max other than ApiVersions' own, from the request's undecoded body; absent or undefined:
   * the connection is closed.
   */
  readonly unsupported?: (context: RequestContext, body: Uint8Array) => readonly Chunk[] | undefined
}

/** Thrown by a handler when closing the connection is the answer (a failed Produce with acks=0): an info line, no error. */
export class CloseConnection extends Error {
  override readonly name = 'CloseConnection'
}

/** An entry of the dispatch table, with its types erased. */
// biome-ignore lint/suspicious/noExplicitAny: handlers of all request types stand in one table; decode pairs them again
export type AnyHandler = Handler<any, any>

export type Operation =
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'CLUSTER_ACTION'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'
  | 'IDEMPOTENT_WRITE'

export interface Resource {
  readonly type: 'topic' | 'group' | 'cluster' | 'transactional-id'
  readonly name: string
}

/** Security's seam: an allow-all authorizer and no quota until the security issue fills them (security/). */
export interface Security {
  authorize(context: RequestContext, operation: Operation, resource: Resource): boolean
  /** Milliseconds for which the client is asked to pause; the connection mutes itself after it has answered (KIP-219). */
  quota(context: RequestContext, bytes: number): number
}

/** The broker's side of the session with the controller (controller-session/). */
export interface ControllerSession {
  /** The latest image that has been applied on this broker. */
  readonly image: MetadataImage
  /** The epoch that the controller gave this incarnation; -1 before the first registration. */
  readonly brokerEpoch: number
  /** Called in order, after `image` has changed. */
  onImage(listener: (image: MetadataImage, delta: MetadataDelta) => void): void
  /**
   * Carries a Kafka request (CreateTopics, DeleteTopics …) of a principal to the controller and returns the Kafka response's
   * body, once this broker's own image has reached what the answer says. Rejects with a retriable KafkaError when no
   * controller is there within `linkTimeoutMs` or answers within `timeoutMs`.
   */
  forward(options: ForwardOptions): Promise<Uint8Array>
  /** A block of producer ids that nobody else gets. */
  allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }>
  /**
   * Proposes in-sync replicas to the controller (AlterPartition 3, KIP-497, KIP-903). Resolves as soon as the answer is there, which
   * may be before the metadata shows its effect: leaders apply an ISR from the metadata alone. Rejects with a KafkaError when
   * no answer came within `timeoutMs`: the change may have been made or not.
   */
  alterPartition(topics: AlterPartitionRequest['topics'], timeoutMs: number): Promise<AlterPartitionResponse>
  /** Asks the controller for other leaders of these partitions. Resolves when it has judged that; rejects with a KafkaError when it was not reached. */
  resign(partitions: readonly Resignation[]): Promise<void>
  /**
   * Controlled shutdown: asks the controller to move leaders away from this broker, which may not be in any ISR afterwards. Resolves
   * when it says that this broker may stop, when `timeoutMs` are over, or when there is no controller. Never rejects.
   */
  prepareStop(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

export interface ForwardOptions {
  readonly apiKey: number
  readonly apiVersion: number
  /** The request's body, without a header. */
  readonly body: Uint8Array
  readonly principal: Principal
  readonly timeoutMs: number
  /** How much of `timeoutMs` may pass until there is a controller to ask; 10 s when it is left out. */
  readonly linkTimeoutMs?: number | undefined
}

/** What every handler may use. */
export interface BrokerParts {
  readonly runtime: Runtime
  readonly brokerId: number
  readonly session: ControllerSession
  readonly security: Security
}
