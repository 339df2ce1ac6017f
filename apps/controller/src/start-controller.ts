import {
  BROKER_FRAME_BYTES_MAX,
  HELLO_FRAME_BYTES_MAX,
  type MetadataImage,
  type MetadataRecord,
  SESSION_PATH,
} from '@ottla/replication'
import { type Listener, NetError, type Runtime, randomUuid } from '@ottla/runtime'
import { answerGet } from './brokers-page.ts'
import { chrootName } from './chroot.ts'
import { type ControllerConfig, listenAddress, readControllerConfig } from './config.ts'
import { PeriodicElections } from './periodic-elections.ts'
import { Resignations } from './sessions/resignations.ts'
import { Sessions } from './sessions/sessions.ts'
import { ChangeLog } from './state/change-log.ts'
import { LossyElections } from './state/lossy-elections.ts'
import { type DurableBatch, MetadataState } from './state/metadata-state.ts'
import { openLocalStore } from './store/local-store.ts'
import type { MetadataStore } from './store/metadata-store.ts'

export interface Controller {
  /** An address that it can be reached at. */
  readonly host: string
  readonly port: number
  readonly clusterId: string
  /**
   * Resolves when the controller has ended: with undefined after `close`, with the error when its metadata could not be made
   * durable. It serves nobody any more then; starting another one on the same directory is safe.
   */
  readonly ended: Promise<Error | undefined>
  close(): Promise<void>
}

/**
 * Starts a controller from its configuration (see config.ts for the keys) and resolves when it serves. Rejects with one line that
 * says what is wrong: a ControllerConfigError, a DirectoryLockedError, a StoreCorruptError, a DiskError or a NetError.
 */
export async function startController(given: ReadonlyMap<string, string>, runtime: Runtime): Promise<Controller> {
  const config = readControllerConfig(given, runtime.logger)
  const host = listenAddress(config)
  const store = await openLocalStore({ disk: runtime.disk, logger: runtime.logger, directory: config.dataDir })
  const running = new RunningController(config, runtime, store)
  try {
    await running.start(host)
    return running
  } catch (error) {
    await running.close()
    throw error
  }
}

/** A leader that resigned is not elected automatically for so long, even where it is the preferred one. */
const RESIGNED_QUIET_MS = 30 * 60 * 1000
/** By then its disk may have room again. */
const RESIGNED_LATE_MS = 30_000

export class RunningController implements Controller {
  readonly ended: Promise<Error | undefined>
  readonly #config: ControllerConfig
  readonly #runtime: Runtime
  readonly #store: MetadataStore
  readonly #state: MetadataState
  readonly #resignations = new Resignations({ quietMs: RESIGNED_QUIET_MS, lateMs: RESIGNED_LATE_MS })
  readonly #lossyElections: LossyElections
  readonly #changeLog: ChangeLog
  #elections: PeriodicElections | undefined
  #sessions: Sessions | undefined
  #listener: Listener | undefined
  #closing: Promise<void> | undefined
  #end: (error: Error | undefined) => void = () => {}

  constructor(config: ControllerConfig, runtime: Runtime, store: MetadataStore) {
    this.#config = config
    this.#runtime = runtime
    this.#store = store
    this.ended = new Promise((resolve) => (this.#end = resolve))
    this.#state = new MetadataState(store, nextControllerEpoch(store.recovered.controllerEpoch, runtime.clock.now()), {
      onDurable: (batches) => this.#publish(batches),
      onFailure: (error) => this.#fail(error),
    })
    this.#lossyElections = new LossyElections(runtime.logger, store.recovered)
    this.#changeLog = new ChangeLog(runtime.logger, store.recovered)
  }

  get host(): string {
    const host = this.#listener?.host ?? ''
    return host === '' || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  }

  get port(): number {
    return this.#listener?.port ?? 0
  }

  get clusterId(): string {
    return this.#state.durable.clusterId
  }

  /** For simulations and tests (internal.ts). */
  get durableImage(): MetadataImage {
    return this.#state.durable
  }

  /** The epoch is durable before anybody hears of it. */
  async start(host: string): Promise<void> {
    const { random, logger } = this.#runtime
    const { controllerEpoch } = this.#state
    await this.#state.submit((image) => {
      return { batches: [firstRecords(image, controllerEpoch, () => randomUuid(random))], reply: undefined }
    })
    this.#sessions = this.#openSessions()
    this.#elections = this.#startElections()
    this.#listener = await this.#listen(host)
    const { clusterId, port } = this
    logger.info('the controller serves', { host: this.host, port, clusterId, controllerEpoch })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close(undefined)
    return this.#closing
  }

  #openSessions(): Sessions {
    const config = this.#config
    return new Sessions(
      {
        runtime: this.#runtime,
        clusterId: this.clusterId,
        chroot: chrootName(config['cluster.chroot']),
        secret: config['session.secret'],
        sessionTimeoutMs: config['broker.session.timeout.ms'],
        disconnectGraceMs: config['broker.disconnect.grace.ms'],
      },
      { state: this.#state, epochAt: (offset) => this.#store.epochAt(offset), resignations: this.#resignations },
    )
  }

  #startElections(): PeriodicElections {
    const { runtime, state, resignations, config } = {
      runtime: this.#runtime,
      state: this.#state,
      resignations: this.#resignations,
      config: this.#config,
    }
    const elections = new PeriodicElections({ runtime, config, state, resignations })
    elections.electForLeaderless()
    return elections
  }

  #publish(batches: readonly DurableBatch[]): void {
    this.#sessions?.stream(batches)
    this.#lossyElections.observe(batches)
    this.#changeLog.observe(batches)
    this.#elections?.observe(batches)
  }

  async #listen(host: string): Promise<Listener> {
    const { clientPort: port } = this.#config
    const chroot = chrootName(this.#config['cluster.chroot'])
    try {
      return await this.#runtime.webSocket.listen(
        { host, port, maxMessageBytes: BROKER_FRAME_BYTES_MAX, firstMessageBytesMax: HELLO_FRAME_BYTES_MAX },
        {
          // A page that somebody reads in a browser on this machine reaches the loopback address too.
          onUpgrade: ({ path, origin }) => path === SESSION_PATH && origin === undefined,
          onConnection: (connection) => this.#sessions?.accept(connection),
          onGet: (path, query) => answerGet({ path, query }, this.#state.durable, chroot),
        },
      )
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      throw new NetError(
        `the controller cannot listen (clientPort, clientPortAddress): ${error.message}`,
        error.code,
        error,
      )
    }
  }

  #fail(error: Error): void {
    this.#runtime.logger.error('the metadata could not be made durable: the controller ends', { error })
    this.#closing ??= this.#close(error)
  }

  async #close(error: Error | undefined): Promise<void> {
    await this.#listener?.close()
    this.#sessions?.close('the controller is stopping')
    this.#elections?.close()
    await this.#state.close()
    await this.#store.close()
    this.#end(error)
  }
}

/** What every run of a controller writes first; in an empty directory it creates the cluster. */
function firstRecords(image: MetadataImage, controllerEpoch: number, newClusterId: () => string): MetadataRecord[] {
  const started: MetadataRecord = { type: 'controllerStarted', controllerEpoch }
  return image.clusterId === '' ? [started, { type: 'clusterCreated', clusterId: newClusterId() }] : [started]
}

const EPOCHS_BEGIN_MS = Date.UTC(2024, 0, 1)
/** Epochs have 31 bits. A clock that is decades ahead must not use them up: from here on only starts are counted. */
const CLOCK_EPOCH_MAX = 2 ** 31 - 2 ** 24

/**
 * Above every epoch of the past, and above those of a future that is lost: a controller that was set back to a backup would
 * repeat the epochs that followed it if it only counted. A broker could then find the offset and epoch that it has applied in a
 * history that it has never seen, and take its topics for deleted ones. So the seconds since 2024 count, where they are more.
 */
export function nextControllerEpoch(last: number, nowMs: number): number {
  const byClock = Math.floor((nowMs - EPOCHS_BEGIN_MS) / 1000)
  return byClock > CLOCK_EPOCH_MAX ? last + 1 : Math.max(last + 1, byClock)
}
