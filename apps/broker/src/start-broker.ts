/**
 * Puts a broker together and takes it apart again.
 *
 * Start: configuration -> metrics and health, if they are wanted -> log directories (locked, what the last run left is read) ->
 * listeners bound, connections held unread -> session: registration and metadata -> partitions: logs opened and recovered ->
 * run files: this run may write, and fetches what it follows -> unfenced by the controller -> the gates open.
 *
 * Stop: the controller moves leaders away, while all is served as before -> no new requests -> waiters are answered, those of
 * coordinators first -> connections drained -> the controller is told -> logs and their directories closed, with the marker of a
 * clean shutdown.
 */
import { effectiveMinIsr } from '@ottla/replication'
import type { Runtime } from '@ottla/runtime'
import { type BrokerConfig, parseBrokerConfig } from './config/broker-config.ts'
import { cleanerSettingsOf } from './config/cleaner-settings.ts'
import { followConnectionLimits, followProducerIdExpiration } from './config/dynamic-limits.ts'
import { type BrokerControllerSession, connectControllerSession } from './controller-session/controller-session.ts'
import { GroupCoordination, offsetsTopicShape } from './coordinators/group-coordinator.ts'
import { InternalTopic } from './coordinators/internal-topic.ts'
import { SUPPORTED_FEATURES } from './features.ts'
import { handlerTable } from './handlers/index.ts'
import { type LogDirectories, type LogDirectoriesOptions, openLogDirectories } from './log-directories.ts'
import { GroupLoads } from './metrics/group-metrics.ts'
import { type Observability, startObservability } from './metrics/observability.ts'
import { Dispatcher, type RequestObserver } from './network/dispatch.ts'
import { bindListeners, type Listeners } from './network/listeners.ts'
import { type Partitions, startPartitions } from './partitions/partitions.ts'
import { settledSession } from './partitions/settled-session.ts'
import type { ReplicaFetchers } from './replica/replica-fetchers.ts'
import { replicaFetchers } from './replica/start-replication.ts'
import { allowAll } from './security/allow-all.ts'

/** Where clients reach a listener. */
export interface BrokerListenerAddress {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface Broker {
  readonly brokerId: number
  readonly clusterId: string
  /** As clients are told, with the ports that were bound. */
  readonly listeners: readonly BrokerListenerAddress[]
  /** Where /metrics and /healthz are; undefined without them. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  /** Resolves when the broker has stopped: with undefined after `close`, with the reason when it had to stop by itself. */
  readonly ended: Promise<Error | undefined>
  close(options?: BrokerCloseOptions): Promise<void>
}

export interface BrokerCloseOptions {
  /**
   * False: leaders are not moved away first, which is a matter of other brokers: for a cluster that stops as a whole. Otherwise
   * `controlled.shutdown.enable` decides.
   */
  readonly handsOver?: boolean
}

/** How long a stopping broker waits for others to lead what it leads. Then clients meet a few errors that they try again after. */
const HAND_OVER_MS_MAX = 10_000

/**
 * Starts a broker from Kafka's configuration keys and resolves when it serves. Rejects, with everything let go again, with
 * an error whose message says what to do: a ConfigFailure, a LogDirectoryError, a ControllerSessionError, a DiskError.
 */
export async function startBroker(given: ReadonlyMap<string, string>, runtime: Runtime): Promise<Broker> {
  const { config, warnings, unused } = parseBrokerConfig(given)
  for (const warning of warnings) runtime.logger.warn(warning)
  if (unused.length > 0) runtime.logger.debug('configuration keys without an effect in this version', { keys: unused })
  const broker = new RunningBroker(config, runtime)
  try {
    await broker.start()
    return broker
  } catch (error) {
    await broker.close({ handsOver: false })
    throw error
  }
}

interface Observed {
  readonly observability: Observability
  readonly session: BrokerControllerSession
  readonly logDirectories: LogDirectories
  readonly partitions: Partitions
}

/** What there is of a broker to be looked at from outside, once its parts are there. */
export interface RunningParts {
  readonly session: BrokerControllerSession
  readonly partitions: Partitions
  readonly groups: GroupCoordination | undefined
}

export class RunningBroker implements Broker {
  readonly ended: Promise<Error | undefined>
  readonly #config: BrokerConfig
  #runtime: Runtime
  #observability: Observability | undefined
  #logDirectories: LogDirectories | undefined
  #listeners: Listeners | undefined
  #session: BrokerControllerSession | undefined
  #partitions: Partitions | undefined
  #fetchers: ReplicaFetchers | undefined
  readonly #groupLoads = new GroupLoads()
  #groups: GroupCoordination | undefined
  #isServing = false
  #closing: Promise<void> | undefined
  #end: (failure: Error | undefined) => void = () => {}

  constructor(config: BrokerConfig, runtime: Runtime) {
    this.#config = config
    this.#runtime = runtime
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get brokerId(): number {
    return this.#config.brokerId
  }

  get clusterId(): string {
    return this.#session?.image.clusterId ?? ''
  }

  get listeners(): readonly BrokerListenerAddress[] {
    const bound = this.#listeners?.bound ?? []
    return bound.filter(({ spec }) => spec.isAdvertised).map(({ advertised }) => advertised)
  }

  get metrics(): Broker['metrics'] {
    return this.#observability?.address
  }

  /** For simulations and tests (internal.ts). */
  get parts(): RunningParts | undefined {
    const session = this.#session
    const partitions = this.#partitions
    return session === undefined || partitions === undefined ? undefined : { session, partitions, groups: this.#groups }
  }

  async start(): Promise<void> {
    const { brokerId, logDirectories: paths, intervals, limits, listeners: specs, metrics: address } = this.#config
    const { connectionsPerIpOverrides } = this.#config
    const observability = await startObservability({ runtime: this.#runtime, brokerId, address })
    this.#observability = observability
    this.#runtime = observability.runtime
    const runtime = this.#runtime
    const startedMs = runtime.clock.monotonic()
    const onAllOffline = (error: Error) => this.#fail(error)
    const onOffline = (path: string) => this.#partitions?.directoryFailed(path)
    const onCorrupt: LogDirectoriesOptions['onCorrupt'] = (log) => this.#partitions?.logDamaged(log)
    const events = { onOffline, onCorrupt, onAllOffline }
    const logDirectories = await openLogDirectories({ runtime, brokerId, paths, intervals, ...events })
    this.#logDirectories = logDirectories
    this.#listeners = await bindListeners({ runtime, specs, limits: { ...limits, connectionsPerIpOverrides } })
    const session = await this.#connect(logDirectories)
    this.#session = session
    followConnectionLimits(session, this.#config, (changed) => this.#listeners?.limit(changed))
    followProducerIdExpiration(session, this.#config, (ms) => logDirectories.expireProducersAfter(ms))
    await logDirectories.assignClusterId(session.image.clusterId)
    const fetchers = replicaFetchers({ runtime, session, config: this.#config })
    this.#fetchers = fetchers
    const { onLoad } = this.#groupLoads
    const groups = new GroupCoordination({ runtime, config: this.#config, session, onLoad })
    this.#groups = groups
    this.#partitions = await startPartitions({
      runtime,
      brokerId,
      session,
      logHomes: logDirectories.all,
      brokerValues: this.#config.file,
      lagTimeMaxMs: this.#config.replicaLagTimeMaxMs,
      traffic: observability.traffic,
      readsFromFollowers: this.#config.selectsReplicaByRack,
      onLeadership: (partition, leads) => groups.leadershipChanged(partition, leads),
      onFollowed: (partition) => fetchers.followed(partition),
      onGone: (partition) => fetchers.gone(partition),
    })
    groups.begin()
    await logDirectories.markRunning(session.brokerEpoch)
    fetchers.start()
    logDirectories.startRetention()
    if (this.#config.compacts) logDirectories.startCompaction(() => cleanerSettingsOf(session.image, this.#config))
    await session.ready()
    // Without this the first requests would be told that this broker leads nothing.
    await this.#partitions.settled()
    const observer = this.#observe({ observability, session, logDirectories, partitions: this.#partitions })
    this.#listeners.open(this.#dispatcher(session, this.#partitions, observer))
    this.#isServing = true
    const { clusterId, listeners } = this
    const tookMs = Math.round(runtime.clock.monotonic() - startedMs)
    runtime.logger.info(`broker ${brokerId} serves`, { listeners, clusterId, brokerEpoch: session.brokerEpoch, tookMs })
  }

  close({ handsOver = true }: BrokerCloseOptions = {}): Promise<void> {
    this.#closing ??= this.#handOver(handsOver).then(() => this.#close(undefined))
    return this.#closing
  }

  #connect(logDirectories: LogDirectories): Promise<BrokerControllerSession> {
    const { controllers, chroot, secret, connectionTimeoutMs, brokerId, rack, clusterDefaults } = this.#config
    return connectControllerSession({
      runtime: this.#runtime,
      addresses: controllers,
      chroot,
      secret,
      connectionTimeoutMs,
      registration: {
        brokerId,
        clusterId: logDirectories.clusterId,
        listeners: this.#listeners!.bound.filter(({ spec }) => spec.isAdvertised).map(({ spec, advertised }) => ({
          ...advertised,
          securityProtocol: spec.securityProtocol,
        })),
        rack,
        features: SUPPORTED_FEATURES,
        directories: logDirectories.facts,
        staticConfigs: clusterDefaults,
      },
      onFatal: (error) => this.#fail(error),
    })
  }

  #observe({ observability, session, logDirectories, partitions }: Observed): RequestObserver | undefined {
    const groups = this.#groups!
    return observability.serving({
      brokerId: this.brokerId,
      image: () => session.image,
      onImage: (listener) => session.onImage(listener),
      brokerEpoch: () => session.brokerEpoch,
      partitions: () => partitions.open(),
      minIsrOf: effectiveMinIsr,
      isrChanges: () => partitions.isrChanges,
      network: this.#listeners!.facts,
      directories: logDirectories.all,
      compaction: () => logDirectories.compaction,
      replication: this.#fetchers!.facts,
      groups: { facts: () => groups.facts(), loads: this.#groupLoads, clock: this.#runtime.clock },
    })
  }

  #dispatcher(
    controllerSession: BrokerControllerSession,
    partitions: Partitions,
    observer: RequestObserver | undefined,
  ): Dispatcher {
    const session = settledSession(controllerSession, partitions)
    const runtime = this.#runtime
    const config = this.#config
    const security = allowAll
    const { brokerId, fetchBytesMax, fetchSessionsMax, selectsReplicaByRack } = config
    const logDirectories = this.#logDirectories!.all
    const limits = { fetchBytesMax, fetchSessionsMax, selectsReplicaByRack }
    const handlers = handlerTable({
      runtime,
      brokerId,
      session,
      security,
      config,
      partitions,
      logDirectories,
      groups: this.#groups!,
      offsetsTopic: new InternalTopic(session, offsetsTopicShape(config), runtime.logger),
      hasVanished: (id) => this.#fetchers?.hasVanished(id) ?? false,
      ...limits,
    })
    return new Dispatcher({ handlers, security, logger: this.#listeners!.logger, observer })
  }

  #fail(error: Error): void {
    this.#runtime.logger.error(`broker ${this.brokerId} stops: ${error.message}`)
    this.#closing ??= this.#close(error)
  }

  /** Everything is served as before, until the partitions that this broker leads have other leaders and all brokers know. */
  async #handOver(isWanted: boolean): Promise<void> {
    this.#observability?.stopping()
    if (!isWanted || !this.#config.controlledShutdown || !this.#isServing) return
    await this.#attempt('hand its partitions over', () => this.#session?.prepareStop(HAND_OVER_MS_MAX))
  }

  async #close(failure: Error | undefined): Promise<void> {
    this.#observability?.stopping()
    this.#fetchers?.close()
    await this.#attempt('stop listening', () => this.#listeners?.stop())
    this.#groups?.close()
    await this.#attempt('end its partitions', () => this.#partitions?.close())
    await this.#attempt('close its connections', () => this.#listeners?.close())
    await this.#attempt('leave the controller', () => this.#session?.close())
    await this.#attempt('close its log directories', () => this.#logDirectories?.close())
    await this.#attempt('stop showing its metrics', () => this.#observability?.close())
    this.#runtime.logger.info(`broker ${this.brokerId} has stopped`)
    this.#end(failure)
  }

  /** A step of the stop that fails must not keep the next ones from being taken. */
  async #attempt(what: string, step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#runtime.logger.error(`broker ${this.brokerId} could not ${what}: ${(error as Error).message}`, { error })
    }
  }
}
