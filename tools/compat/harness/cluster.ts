/** A controller process and broker processes of the workspace's binaries, on free ports, in a temporary directory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrokerProcesses } from './broker-processes.ts'
import { Server } from './process.ts'

type Settings = Readonly<Record<string, string>>

export interface ProcessClusterOptions {
  readonly brokers?: number
  /** More keys for every server.properties. */
  readonly config?: Settings
  /** More keys for one broker's; asked at each start. */
  readonly brokerConfig?: (id: number) => Settings
  /** More keys for the controller's file. */
  readonly controllerConfig?: Settings
}

export class ProcessCluster implements BrokerProcesses {
  readonly name = 'Ottla'
  readonly directory = mkdtempSync(join(tmpdir(), 'ottla-compat-'))
  readonly #ports: readonly number[]
  readonly #options: ProcessClusterOptions
  #controller: Server | undefined
  readonly #brokers = new Map<number, Server>()

  private constructor(options: ProcessClusterOptions, ports: readonly number[]) {
    this.#options = options
    this.#ports = ports
  }

  static async start(options: ProcessClusterOptions = {}): Promise<ProcessCluster> {
    const cluster = await ProcessCluster.prepare(options)
    try {
      await cluster.startAll()
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Ports and a directory; nothing runs yet. */
  static async prepare(options: ProcessClusterOptions = {}): Promise<ProcessCluster> {
    return new ProcessCluster(options, await freePorts(1 + (options.brokers ?? 1)))
  }

  async startAll(): Promise<void> {
    await this.startController()
    for (const id of this.brokerIds) await this.startBroker(id)
  }

  get brokerIds(): number[] {
    return this.#ports.slice(1).map((_, index) => index + 1)
  }

  get controller(): string {
    return `127.0.0.1:${this.#ports[0]}`
  }

  address(id: number): string {
    return `127.0.0.1:${this.#ports[id]}`
  }

  get bootstrap(): string {
    return this.brokerIds.map((id) => this.address(id)).join(',')
  }

  logDirectory(id: number): string {
    return join(this.directory, `broker-${id}`)
  }

  broker(id: number): Server {
    return this.#brokers.get(id)!
  }

  controllerProcess(): Server {
    return this.#controller!
  }

  async startController(): Promise<void> {
    await this.launchController().waitFor(/started/)
  }

  /** Without waiting until it serves. */
  launchController(): Server {
    const settings = {
      clientPort: String(this.#ports[0]),
      dataDir: join(this.directory, 'controller'),
      ...this.#options.controllerConfig,
    }
    this.#controller = new Server('ottla-controller', [this.#properties('zookeeper', settings)])
    return this.#controller
  }

  async startBroker(id: number): Promise<void> {
    await this.launchBroker(id).waitFor(/started/)
  }

  /** Without waiting until it serves: it waits for its controller. */
  launchBroker(id: number): Server {
    const settings = {
      'broker.id': String(id),
      listeners: `PLAINTEXT://${this.address(id)}`,
      'log.dirs': this.logDirectory(id),
      'zookeeper.connect': this.controller,
      ...this.#options.config,
      ...this.#options.brokerConfig?.(id),
    }
    const server = new Server('kafka-server-start', [this.#properties(`server-${id}`, settings)])
    this.#brokers.set(id, server)
    return server
  }

  #properties(name: string, settings: Settings): string {
    const file = join(this.directory, `${name}.properties`)
    writeFileSync(
      file,
      Object.entries(settings).reduce((text, [key, value]) => `${text}${key}=${value}\n`, ''),
    )
    return file
  }

  pid(id: number): number {
    return this.broker(id).pid
  }

  get pids(): number[] {
    return [this.controllerProcess().pid, ...this.brokerIds.map((id) => this.pid(id))]
  }

  isRunning(id: number): boolean {
    return this.broker(id).running
  }

  async kill(id: number): Promise<void> {
    await this.broker(id).stop('SIGKILL')
  }

  async stop(id: number): Promise<void> {
    await this.broker(id).stop('SIGTERM')
  }

  async launch(id: number): Promise<void> {
    this.launchBroker(id)
  }

  async stopAll(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await Promise.all([...this.#brokers.values()].map((broker) => broker.stop(signal)))
    await this.#controller?.stop(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopAll('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Ports that nobody listens on now. All are held until the last is known, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, '127.0.0.1', () => resolve(server))
      })
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
