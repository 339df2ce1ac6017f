import { type Broker, startBroker } from '@ottla/broker'
import { type BrokerInspection, inspectBroker, type MetadataImage } from '@ottla/broker/internal'
import { type Controller, startController } from '@ottla/controller'
import { inspectController } from '@ottla/controller/internal'
import type { Runtime } from '@ottla/runtime'
import type { SimNetwork } from '@ottla/runtime/testing'
import { SimNode } from './sim-node.ts'
import type { SimWorld } from './sim-world.ts'

export type { SimNode }
export type BrokerNode = SimNode<Broker>
export type ControllerNode = SimNode<Controller>

export interface SimClusterOptions {
  readonly world: SimWorld
  /** 3 when absent; ids and names from 1 on: `broker-1` … */
  readonly brokers?: number
  /** By Kafka's keys, for every broker; wins over what the simulation sets. A function: for each of them. */
  readonly brokerConfig?: Config | ((brokerId: number) => Config)
  readonly controllerConfig?: Config
}

export type Config = Readonly<Record<string, string>>

const CLIENT_PORT = 9092
const CONTROLLER_PORT = 2181
const CONTROLLER = 'controller'
const SECRET = 'simulated'
/** How far the clock of a machine may be off the world's. */
const SKEW_MS_MAX = 1000

/** The real controller and the real brokers, each on a simulated machine of its own. */
export class SimCluster {
  readonly world: SimWorld
  readonly brokers: readonly BrokerNode[]
  readonly controller: ControllerNode
  readonly #options: SimClusterOptions

  constructor(options: SimClusterOptions) {
    this.#options = options
    this.world = options.world
    this.controller = new SimNode({
      world: this.world,
      id: 0,
      name: CONTROLLER,
      start: (runtime) => startController(new Map(Object.entries(this.#controllerConfig())), runtime),
    })
    this.brokers = Array.from({ length: options.brokers ?? 3 }, (_, index) => this.#brokerNode(index + 1))
    const random = this.world.simulation.fork('clocks')
    for (const { host } of this.nodes) host.wallSkewMs = random.integer(2 * SKEW_MS_MAX) - SKEW_MS_MAX
  }

  /** Starts one and lets time pass until all of its nodes serve. */
  static async start(options: SimClusterOptions): Promise<SimCluster> {
    const cluster = new SimCluster(options)
    await options.world.complete(() => cluster.start())
    return cluster
  }

  /** Resolves when all of its nodes serve. */
  async start(): Promise<void> {
    await this.controller.start()
    await Promise.all(this.brokers.map((broker) => broker.start()))
  }

  get network(): SimNetwork {
    return this.world.network
  }

  /** The controller's durable metadata; undefined while it is down. */
  get image(): MetadataImage | undefined {
    const { server } = this.controller
    return server === undefined ? undefined : inspectController(server)
  }

  /** What the broker of a node knows and has; undefined while it is down or starting. */
  inspect(node: SimNode): BrokerInspection | undefined {
    const { server } = this.brokers.find((broker) => broker === node) ?? {}
    return server === undefined ? undefined : inspectBroker(server)
  }

  get nodes(): readonly (BrokerNode | ControllerNode)[] {
    return [this.controller, ...this.brokers]
  }

  /** `host:port,…` of every broker, as clients want it. */
  get bootstrapServers(): string {
    return this.brokers.map(({ name }) => `${name}:${CLIENT_PORT}`).join(',')
  }

  broker(id: number): BrokerNode {
    return this.brokers[id - 1]!
  }

  /** The world as a client on a machine of its own sees it. */
  clientRuntime(name: string): Runtime {
    return this.world.clientRuntime(name)
  }

  #brokerNode(brokerId: number): BrokerNode {
    return new SimNode({
      id: brokerId,
      world: this.world,
      name: brokerName(brokerId),
      start: (runtime) => startBroker(new Map(Object.entries(this.#brokerConfig(brokerId))), runtime),
    })
  }

  #brokerConfig(brokerId: number): Config {
    const { brokerConfig = {} } = this.#options
    return {
      'node.id': String(brokerId),
      listeners: `PLAINTEXT://${brokerName(brokerId)}:${CLIENT_PORT}`,
      'controller.connect': `${CONTROLLER}:${CONTROLLER_PORT}`,
      'session.secret': SECRET,
      'log.dirs': '/data',
      ...SMALL_AND_QUICK,
      ...(typeof brokerConfig === 'function' ? brokerConfig(brokerId) : brokerConfig),
    }
  }

  #controllerConfig(): Config {
    return {
      clientPort: String(CONTROLLER_PORT),
      dataDir: '/metadata',
      'session.secret': SECRET,
      'broker.session.timeout.ms': '2000',
      ...this.#options.controllerConfig,
    }
  }
}

/** So that a minute holds rolls, checkpoints, retention, expiring replicas. */
const SMALL_AND_QUICK: Config = {
  'log.roll.ms': '5000',
  'log.index.interval.bytes': '512',
  'replica.lag.time.max.ms': '2000',
  'log.flush.offset.checkpoint.interval.ms': '3000',
  'log.retention.check.interval.ms': '5000',
  'log.segment.delete.delay.ms': '1000',
}

function brokerName(brokerId: number): string {
  return `broker-${brokerId}`
}
