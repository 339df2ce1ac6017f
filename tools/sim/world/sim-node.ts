import type { Logger, Runtime } from '@ottla/runtime'
import type { SimDisk, SimHost, SimProcess } from '@ottla/runtime/testing'
import type { SimWorld } from './sim-world.ts'

/** A server as a node runs it. */
export interface Program {
  /** Resolves when it has ended by itself or by `close`; with the reason if there is one. */
  readonly ended: Promise<Error | undefined>
  close(): Promise<void>
}

export interface SimNodeOptions<Server extends Program> {
  readonly world: SimWorld
  /** Of a broker; 0 for the controller. */
  readonly id: number
  readonly name: string
  start(runtime: Runtime): Promise<Server>
}

/** A process that was killed, or lost its machine, before its start had come to an end. */
export class NodeDiedError extends Error {
  override readonly name = 'NodeDiedError'
}

interface Run<Server> {
  readonly process: SimProcess
  server: Server | undefined
  readonly died: (error: Error) => void
}

/** A machine with one server on it, and all that may happen to the two. */
export class SimNode<out Server extends Program = Program> {
  readonly id: number
  readonly name: string
  readonly host: SimHost
  readonly #world: SimWorld
  readonly #startServer: SimNodeOptions<Server>['start']
  readonly #logger: Logger
  #run: Run<Server> | undefined
  #isPaused = false
  #failure: Error | undefined

  constructor({ world, id, name, start }: SimNodeOptions<Server>) {
    this.id = id
    this.name = name
    this.host = world.host(name)
    this.#world = world
    this.#startServer = start
    this.#logger = world.loggerOf(name)
  }

  /** The server, once its start has succeeded and until it ends. */
  get server(): Server | undefined {
    return this.#run?.server
  }

  /** A process runs, or is starting, or is paused. */
  get isUp(): boolean {
    return this.#run !== undefined
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Why the last process has ended by itself, if it did. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get disk(): SimDisk {
    return this.host.disk
  }

  /** Resolves when the server serves. Rejects when it refuses to start, and with a `NodeDiedError`; the node is down then. */
  start(): Promise<void> {
    if (this.#run !== undefined) return Promise.resolve()
    this.#world.say(this.name, 'info', 'starts')
    this.#failure = undefined
    const { process, runtime } = this.host.start(this.#logger)
    return new Promise((resolve, reject) => {
      const run: Run<Server> = { process, server: undefined, died: reject }
      this.#run = run
      process.endOfTurn(() => {
        this.#startServer(runtime).then(
          (server) => {
            if (!process.isAlive) return
            run.server = server
            void server.ended.then((error) => this.#ended(run, error))
            this.#world.say(this.name, 'info', 'serves')
            resolve()
          },
          (error: Error) => {
            if (!process.isAlive) return
            this.#world.say(this.name, 'info', `did not start: ${error.message}`)
            this.#failure = error
            this.#exit(run)
            reject(error)
          },
        )
      })
    })
  }

  /** SIGTERM. Resolves when the process has ended, however it did. While it starts this kills it. */
  async stop(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    this.#world.say(this.name, 'info', 'is told to stop')
    if (run.server === undefined) this.kill()
    else run.process.endOfTurn(() => void run.server?.close())
    while (run.process.isAlive) await this.#world.sleep(1)
  }

  /** SIGKILL. */
  kill(): void {
    if (this.#run === undefined) return
    this.#world.say(this.name, 'info', 'is killed')
    this.#die(() => this.host.kill())
  }

  losePower(): void {
    if (!this.host.isPowered) return
    this.#world.say(this.name, 'info', 'loses power')
    this.#die(() => this.host.losePower())
  }

  /** SIGSTOP. */
  pause(): void {
    if (this.#run === undefined || this.#isPaused) return
    this.#world.say(this.name, 'info', 'is paused')
    this.#isPaused = true
    this.#run.process.stop()
  }

  /** SIGCONT. */
  resume(): void {
    if (!this.#isPaused) return
    this.#world.say(this.name, 'info', 'goes on')
    this.#isPaused = false
    this.#run?.process.resume()
  }

  #die(kill: () => void): void {
    const run = this.#run
    this.#run = undefined
    this.#isPaused = false
    kill()
    run?.died(new NodeDiedError(`${this.name} died while it started`))
  }

  /** The program has come to its end. */
  #ended(run: Run<Server>, error: Error | undefined): void {
    if (!run.process.isAlive) return
    this.#failure = error
    this.#world.say(this.name, 'info', error === undefined ? 'has stopped' : `has stopped by itself: ${error.message}`)
    this.#exit(run)
  }

  /** Outside of the process's own turn, as exit(2) is the last thing that it does. */
  #exit(run: Run<Server>): void {
    run.process.endOfTurn(() => {
      this.#world.scheduler.after(0, () => {
        if (this.#run === run) this.#die(() => this.host.kill())
      })
    })
  }
}
