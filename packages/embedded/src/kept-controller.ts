import { type Controller, startController } from '@ottla/controller'
import { delay, type Runtime } from '@ottla/runtime'

const BACK_OFF_MIN_MS = 100
const BACK_OFF_MAX_MS = 5000

/**
 * A controller that is started again, at the same address and with growing pauses, when it had to end: a failed write or
 * fdatasync of its metadata ends a controller. Brokers go on with what they lead meanwhile.
 */
export class KeptController {
  readonly host: string
  readonly port: number
  readonly clusterId: string
  readonly #config: ReadonlyMap<string, string>
  readonly #runtime: Runtime
  readonly #closed = new AbortController()
  readonly #kept: Promise<void>
  #controller: Controller

  private constructor(config: ReadonlyMap<string, string>, runtime: Runtime, controller: Controller) {
    const { host, port, clusterId } = controller
    this.host = host
    this.port = port
    this.clusterId = clusterId
    this.#config = new Map([...config, ['clientPort', String(port)]])
    this.#runtime = runtime
    this.#controller = controller
    this.#kept = this.#keep()
  }

  static async start(config: ReadonlyMap<string, string>, runtime: Runtime): Promise<KeptController> {
    return new KeptController(config, runtime, await startController(config, runtime))
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#controller.close()
    await this.#kept
  }

  async #keep(): Promise<void> {
    while (true) {
      const failure = await this.#controller.ended
      if (this.#closed.signal.aborted || failure === undefined) return
      this.#runtime.logger.error('the controller ended; it is started again', { reason: failure.message })
      const next = await this.#restart()
      if (next === undefined) return
      this.#controller = next
    }
  }

  /** Undefined when the cluster was closed meanwhile. */
  async #restart(): Promise<Controller | undefined> {
    const { signal } = this.#closed
    for (let pauseMs = BACK_OFF_MIN_MS; ; pauseMs = Math.min(pauseMs * 2, BACK_OFF_MAX_MS)) {
      try {
        await delay(this.#runtime.timers, pauseMs, signal)
        const controller = await startController(this.#config, this.#runtime)
        if (!signal.aborted) return controller
        await controller.close()
      } catch (error) {
        if (!signal.aborted) this.#runtime.logger.warn('the controller could not start', { reason: String(error) })
      }
      if (signal.aborted) return undefined
    }
  }
}
