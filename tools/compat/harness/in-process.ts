/** A controller and brokers in this process on real files, each of which can be stopped, started again and added. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Broker, startBroker } from '@ottla/broker'
import { type Controller, startController } from '@ottla/controller'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'

type Settings = Readonly<Record<string, string>>

export class InProcessCluster implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'ottla-compat-'))
  readonly #runtime = nodeRuntime({ logger: silentLogger })
  readonly #config: Settings
  readonly #brokers = new Map<number, Broker>()
  #controller: Controller | undefined

  private constructor(config: Settings) {
    this.#config = config
  }

  /** `config`: more keys for every broker. */
  static async start(ids: readonly number[], config: Settings = {}): Promise<InProcessCluster> {
    const cluster = new InProcessCluster(config)
    try {
      await cluster.#startController()
      for (const id of ids) await cluster.startBroker(id)
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Of the brokers that run now. */
  get bootstrap(): string {
    return [...this.#brokers.keys()].map((id) => this.address(id)).join(',')
  }

  address(id: number): string {
    const { host, port } = this.#brokers.get(id)!.listeners[0]!
    return `${host}:${port}`
  }

  async #startController(): Promise<void> {
    const settings = { clientPort: '0', clientPortAddress: '127.0.0.1', dataDir: join(this.directory, 'controller') }
    this.#controller = await startController(new Map(Object.entries(settings)), this.#runtime)
  }

  async startBroker(id: number): Promise<void> {
    const { host, port } = this.#controller!
    const settings = {
      'broker.id': String(id),
      listeners: 'PLAINTEXT://127.0.0.1:0',
      'log.dirs': join(this.directory, `broker-${id}`),
      'controller.connect': `${host}:${port}`,
      ...this.#config,
    }
    this.#brokers.set(id, await startBroker(new Map(Object.entries(settings)), this.#runtime))
  }

  async stopBroker(id: number): Promise<void> {
    const broker = this.#brokers.get(id)
    this.#brokers.delete(id)
    await broker?.close()
  }

  /** Names of the partition directories of a topic that the broker has, those that are on their way out included. */
  partitionDirectories(id: number, topic: string): string[] {
    return readdirSync(join(this.directory, `broker-${id}`)).filter((name) => name.startsWith(`${topic}-`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#brokers.keys()].map((id) => this.stopBroker(id)))
    await this.#controller?.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
