/** The cluster that is tortured: three broker processes, their links, disks and controller, ours or Apache Kafka's. */
import { rmSync } from 'node:fs'
import { ApacheBroker, portWithController } from '../compat/harness/apache.ts'
import type { BrokerProcesses } from '../compat/harness/broker-processes.ts'
import { freePorts, ProcessCluster } from '../compat/harness/cluster.ts'
import { type Link, Proxies } from './proxies.ts'
import { SmallDisk } from './small-disk.ts'

export const BROKERS = 3

export interface ControllerProcess {
  readonly pid: number
  readonly isRunning: boolean
  kill(): Promise<void>
  launch(): void
}

export interface Site extends AsyncDisposable {
  readonly brokers: BrokerProcesses
  /** Through the proxies. */
  readonly bootstrap: string
  readonly links: readonly Link[]
  /** Absent where brokers are their own controllers. */
  readonly controller?: ControllerProcess
  /** By broker id; none where nothing can be mounted. */
  readonly disks: ReadonlyMap<number, SmallDisk>
  /** What a broker has printed, its end. */
  outputOf(id: number): string
}

/** Where a broker listens, and where others are told to find it. */
interface Endpoints {
  readonly clients: Link
  readonly brokers: Link
  readonly clientsAt: string
  readonly brokersAt: string
}

const SETTINGS = {
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '3',
}

/** `config`: more lines KEY=VALUE for the brokers. */
export async function startOttla(config: readonly string[] = []): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const proxies = stack.use(await Proxies.start())
  const links = new Map<number, Endpoints & { controller: Link }>()
  const brokerConfig = (id: number) => {
    const { controller, ...endpoints } = links.get(id)!
    return { ...listenerSettings(endpoints), 'zookeeper.connect': controller.address }
  }
  const settings = { ...SETTINGS, ...Object.fromEntries(config.map((line) => line.split('=') as [string, string])) }
  const cluster = await ProcessCluster.prepare({ brokers: BROKERS, config: settings, brokerConfig })
  stack.defer(() => rmSync(cluster.directory, { recursive: true, force: true }))
  const disks = new Map<number, SmallDisk>()
  for (const id of cluster.brokerIds) {
    const endpoints = await endpointsOf(proxies, id, cluster.address(id))
    links.set(id, { ...endpoints, controller: await proxies.link(`controller of ${id}`, cluster.controller) })
    const disk = await SmallDisk.mount(cluster.logDirectory(id))
    if (disk !== undefined) disks.set(id, stack.use(disk))
  }
  stack.defer(() => cluster.stopAll('SIGKILL'))
  await cluster.startAll()
  const owned = stack.move()
  return {
    brokers: cluster,
    bootstrap: bootstrapOf(links),
    links: [...links.values()].flatMap(({ clients, brokers, controller }) => [clients, brokers, controller]),
    controller: {
      get pid() {
        return cluster.controllerProcess().pid
      },
      get isRunning() {
        return cluster.controllerProcess().running
      },
      kill: async () => void (await cluster.controllerProcess().stop('SIGKILL')),
      launch: () => void cluster.launchController(),
    },
    disks,
    outputOf: (id) => cluster.broker(id).output.slice(-4000),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Apache Kafka under the same load: which findings are the clients' own? */
export async function startApache(settings: readonly string[] = []): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const proxies = stack.use(await Proxies.start())
  const basePort = await portWithController(BROKERS)
  const links = new Map<number, Endpoints>()
  for (let id = 1; id <= BROKERS; id++) links.set(id, await endpointsOf(proxies, id, `127.0.0.1:${basePort + id - 1}`))
  const brokerConfig = (id: number) => {
    const settings = listenerSettings(links.get(id)!)
    const own = `CONTROLLER://127.0.0.1:${basePort + 100 + id - 1}`
    return Object.entries({
      ...settings,
      listeners: `${settings.listeners},${own}`,
      'advertised.listeners': `${settings['advertised.listeners']},${own}`,
      'listener.security.protocol.map': `${settings['listener.security.protocol.map']},CONTROLLER:PLAINTEXT`,
    }).map(([key, value]) => `${key}=${value}`)
  }
  const config = [...Object.entries(SETTINGS).map(([key, value]) => `${key}=${value}`), ...settings]
  const brokers = stack.use(await ApacheBroker.start({ brokers: BROKERS, basePort, config, brokerConfig, heap: '1g' }))
  const owned = stack.move()
  return {
    brokers,
    bootstrap: bootstrapOf(links),
    links: [...links.values()].flatMap((endpoints) => [endpoints.clients, endpoints.brokers]),
    disks: new Map(),
    outputOf: () => '',
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function endpointsOf(proxies: Proxies, id: number, clientsAt: string): Promise<Endpoints> {
  const brokersAt = `127.0.0.1:${(await freePorts(1))[0]}`
  const clients = await proxies.link(`clients of ${id}`, clientsAt)
  const brokers = await proxies.link(`replicas of ${id}`, brokersAt)
  return { clients, brokers, clientsAt, brokersAt }
}

function listenerSettings({ clients, brokers, clientsAt, brokersAt }: Endpoints) {
  return {
    listeners: `PLAINTEXT://${clientsAt},INTERNAL://${brokersAt}`,
    'advertised.listeners': `PLAINTEXT://${clients.address},INTERNAL://${brokers.address}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
  }
}

function bootstrapOf(links: ReadonlyMap<number, Endpoints>): string {
  return [...links.values()].map(({ clients }) => clients.address).join(',')
}
