import { type Broker, startBroker } from '@ottla/broker'
import type { Logger, Runtime } from '@ottla/runtime'
import { createLogger, nodeRuntime } from '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import { brokerConfig, controllerConfig } from './cluster-config.ts'
import { KeptController } from './kept-controller.ts'

export interface ClusterOptions {
  /** How many brokers, with the ids 1, 2, …; 1 when absent. */
  readonly brokers?: number
  /** Where the data is kept; absent: in memory, gone with the cluster. */
  readonly dir?: string
  /** 127.0.0.1 when absent. */
  readonly host?: string
  /** Port of the first broker, the others follow it; 0 or absent: free ports. */
  readonly port?: number
  /** Port of the controller (for `--zookeeper`); 0 or absent: a free one. */
  readonly controllerPort?: number
  /** Broker configuration by Kafka's keys, for every broker. */
  readonly config?: Readonly<Record<string, string>>
  /** Absent: only warnings and errors are logged, to stderr. */
  readonly logger?: Logger
  /** Another world than this machine's: tests and simulations. */
  readonly runtime?: Runtime
}

export interface ClusterBroker {
  readonly id: number
  readonly host: string
  readonly port: number
}

/** A running cluster: the real broker and controller, in this process. */
export interface Cluster extends AsyncDisposable {
  readonly clusterId: string
  /** `host:port,…` of every broker, as clients want it. */
  readonly bootstrapServers: string
  /** `host:port` of the controller, as the tools' `--zookeeper` wants it. */
  readonly controller: string
  readonly brokers: readonly ClusterBroker[]
  /** Resolves with the reason when a broker had to stop by itself, with undefined after `close`. */
  readonly ended: Promise<Error | undefined>
  /** Stops the brokers, then the controller. With a directory the next start finds everything again. */
  close(): Promise<void>
}

/** The oldest Node.js that has all that a broker uses (zstd, for one). */
const NODE_MIN = [22, 15] as const

/** Throws an Error that names the version, where a broker would start and fail later. */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return
  throw new Error(`ottla needs Node.js ${NODE_MIN.join('.')} or newer; this is ${version}`)
}

/**
 * Starts a controller and its brokers in this process and resolves when every broker serves requests.
 * Rejects, with everything stopped again, when one of them cannot start.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  requireNode(process.versions.node)
  const brokerCount = options.brokers ?? 1
  if (!Number.isInteger(brokerCount) || brokerCount < 1)
    throw new RangeError(`brokers is ${brokerCount}: want at least 1`)
  const runtime = options.runtime ?? clusterRuntime(options)
  const started: { close(): Promise<void> }[] = []
  try {
    const controller = await startClusterController(options, runtime)
    started.push(controller)
    const brokers = await Promise.all(
      Array.from({ length: brokerCount }, async (_, index) => {
        const broker = await startClusterBroker(options, runtime, { index, brokerCount, controller })
        started.push(broker)
        return broker
      }),
    )
    return cluster(controller, brokers)
  } catch (error) {
    await closeAll(started.reverse())
    throw error
  }
}

/** This machine, or this machine with a disk in memory. */
function clusterRuntime(options: ClusterOptions): Runtime {
  const runtime = nodeRuntime({ logger: options.logger ?? createLogger({ level: 'warn' }) })
  return options.dir === undefined ? { ...runtime, disk: new MemoryDisk({ clock: runtime.clock }) } : runtime
}

const DEFAULT_HOST = '127.0.0.1'

function startClusterController(options: ClusterOptions, runtime: Runtime): Promise<KeptController> {
  const directory = runtime.disk.join(options.dir ?? 'cluster', 'controller')
  return KeptController.start(controllerConfig(options.controllerPort ?? 0, directory), runtime)
}

interface ClusterPlace {
  readonly index: number
  readonly brokerCount: number
  readonly controller: KeptController
}

function startClusterBroker(options: ClusterOptions, runtime: Runtime, place: ClusterPlace): Promise<Broker> {
  const { index, brokerCount, controller } = place
  const firstPort = options.port ?? 0
  const config = brokerConfig(
    {
      id: index + 1,
      brokers: brokerCount,
      host: options.host ?? DEFAULT_HOST,
      port: firstPort === 0 ? 0 : firstPort + index,
      logDirectory: runtime.disk.join(options.dir ?? 'cluster', `broker-${index + 1}`),
      controller: `${controller.host}:${controller.port}`,
    },
    options.config ?? {},
  )
  return startBroker(config, runtime)
}

function cluster(controller: KeptController, brokers: readonly Broker[]): Cluster {
  const places = brokers.map((broker) => {
    const { host, port } = broker.listeners[0]!
    return { id: broker.brokerId, host, port }
  })
  let closing: Promise<void> | undefined
  const close = () => {
    // There is nobody to hand partitions over to.
    closing ??= Promise.all(brokers.map((broker) => broker.close({ handsOver: false }))).then(() => controller.close())
    return closing
  }
  return {
    clusterId: controller.clusterId,
    bootstrapServers: places.map(({ host, port }) => `${host}:${port}`).join(','),
    controller: `${controller.host}:${controller.port}`,
    brokers: places,
    ended: Promise.race(brokers.map((broker) => broker.ended)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close()
}
