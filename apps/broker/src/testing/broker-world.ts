/** A controller and brokers on machines in memory, where time passes only while a test waits. */
import type { Runtime } from '@ottla/runtime'
import { type MemoryDisk, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type Broker, startBroker } from '../start-broker.ts'
import { RawClient } from './raw-client.ts'

const CONTROLLER_PORT = 2181

/** As the controller's package has it. */
type StartController = (given: ReadonlyMap<string, string>, runtime: Runtime) => Promise<{ close(): Promise<void> }>

export class BrokerWorld {
  readonly runtime: TestRuntime = testRuntime()
  #controller: { close(): Promise<void> } | undefined
  readonly #running: Broker[] = []

  static async start(startController: StartController): Promise<BrokerWorld> {
    const world = new BrokerWorld()
    const given = { clientPort: String(CONTROLLER_PORT), dataDir: '/controller' }
    world.#controller = await world.drive(startController(new Map(Object.entries(given)), world.runtime))
    return world
  }

  /** Lets time pass until the promise is settled. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const mark = () => {
      settled = true
    }
    promise.then(mark, mark)
    for (let turn = 0; !settled && turn < 3000; turn++) await this.runtime.clock.advance(20)
    if (!settled) throw new Error('a minute has passed and it is not done')
    return promise
  }

  /** Broker 1, with its data in /data/1. */
  async broker(values: Readonly<Record<string, string>> = {}, disk: MemoryDisk = this.runtime.disk): Promise<Broker> {
    const given = {
      'broker.id': '1',
      listeners: 'PLAINTEXT://localhost:0',
      'log.dirs': '/data/1',
      'controller.connect': `localhost:${CONTROLLER_PORT}`,
      ...values,
    }
    const broker = await this.drive(startBroker(new Map(Object.entries(given)), { ...this.runtime, disk }))
    this.#running.push(broker)
    return broker
  }

  async stop(broker: Broker): Promise<void> {
    this.#running.splice(this.#running.indexOf(broker), 1)
    await this.drive(broker.close())
  }

  connect(broker: Broker): Promise<RawClient> {
    return this.drive(RawClient.connect(this.runtime.net, broker.listeners[0]!.port))
  }

  async end(): Promise<void> {
    for (const broker of this.#running.splice(0)) await this.drive(broker.close())
    if (this.#controller !== undefined) await this.drive(this.#controller.close())
  }
}
