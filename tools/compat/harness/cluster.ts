/** A controller process and broker processes of the workspace's binaries, on free ports, in a temporary directory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server } from './process.ts'

export interface ProcessClusterOptions {
  readonly brokers?: number
  /** More keys for server.properties. */
  readonly config?: Readonly<Record<string, string>>
}

export class ProcessCluster implements AsyncDisposable {
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
    const cluster = new ProcessCluster(options, await freePorts(1 + (options.brokers ?? 1)))
    try {
      await cluster.startController()
      for (const id of cluster.brokerIds) await cluster.startBroker(id)
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  get brokerIds(): number[] {
    return this.#ports.slice(1).map((_, index) => index + 1)
  }

  get controller(): string {
    return `127.0.0.1:${this.#ports[0]}`
  }

  get bootstrap(): string {
    return this.brokerIds.map((id) => `127.0.0.1:${this.#ports[id]}`).join(',')
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
    const file = join(this.directory, 'zookeeper.properties')
    writeFileSync(file, `clientPort=${this.#ports[0]}\ndataDir=${join(this.directory, 'controller')}\n`)
    this.#controller = new Server('ottla-controller', [file])
    await this.#controller.waitFor(/started/)
  }

  async startBroker(id: number): Promise<void> {
    const file = join(this.directory, `server-${id}.properties`)
    const settings = {
      'broker.id': String(id),
      listeners: `PLAINTEXT://127.0.0.1:${this.#ports[id]}`,
      'log.dirs': this.logDirectory(id),
      'zookeeper.connect': this.controller,
      ...this.#options.config,
    }
    writeFileSync(
      file,
      `${Object.entries(settings)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n')}\n`,
    )
    const server = new Server('kafka-server-start', [file])
    this.#brokers.set(id, server)
    await server.waitFor(/started/)
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
