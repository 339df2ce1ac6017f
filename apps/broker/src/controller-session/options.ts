import type { BrokerListener, DirectoryFacts, FeatureRange } from '@ottla/replication'
import type { HostPort, Runtime } from '@ottla/runtime'

/** What a broker needs to find its controller and to be known there. */
export interface ControllerSessionOptions {
  readonly runtime: Runtime
  /** Controllers, tried in turn. */
  readonly addresses: readonly HostPort[]
  /** The part behind the hosts in `zookeeper.connect`: the name of the cluster; empty when there is none. */
  readonly chroot: string
  /** The shared secret; empty when there is none. */
  readonly secret: string
  readonly registration: BrokerFacts
  /** zookeeper.connection.timeout.ms: bounds the first connection, registration and metadata. */
  readonly connectionTimeoutMs: number
  /**
   * Called at most once, after `connectControllerSession` has resolved, when this broker must stop: its id was taken over,
   * the controller belongs to another cluster, or its metadata does not continue what this broker has applied.
   */
  onFatal(error: ControllerSessionError): void
}

/** The facts of a registration. `directories` is what each log directory said before it was opened. */
export interface BrokerFacts {
  readonly brokerId: number
  /** From meta.properties; empty when all directories are. */
  readonly clusterId: string
  /** Advertised. */
  readonly listeners: readonly BrokerListener[]
  readonly rack: string | null
  readonly features?: readonly FeatureRange[]
  readonly directories: readonly DirectoryFacts[]
  /** Keys that server.properties sets and that are defaults of topics (`log.*`, num.partitions, min.insync.replicas …). */
  readonly staticConfigs: ReadonlyMap<string, string>
}

/** Why a session cannot be. Its message says what to do; `fatal` means that trying again changes nothing. */
export class ControllerSessionError extends Error {
  override readonly name = 'ControllerSessionError'
  readonly fatal: boolean

  constructor(message: string, fatal: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.fatal = fatal
  }
}
