import type { LogFields, Logger, Random, Runtime, Timers } from '@ottla/runtime'
import { type SimHost, type SimNetwork, type SimScheduler, Simulation } from '@ottla/runtime/testing'
import { drive } from './drive.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** A line that a server, a client or the world itself says. */
export type OnLog = (node: string, level: LogLevel, message: string, fields: LogFields) => void

/** What was waited for has not come in time, or can never come. */
export class SimTimeoutError extends Error {
  override readonly name = 'SimTimeoutError'
}

/** As long as `complete` waits, unless told otherwise. */
const COMPLETE_MS = 60_000

/**
 * A simulated world and the one who drives it: time passes only inside of `run` and `complete`. Everything that is awaited in
 * between must be of this world (the promises of nodes and clients, `sleep`), else it never comes.
 */
export class SimWorld {
  readonly seed: number
  readonly simulation: Simulation
  /** For whoever plans what happens; everything else draws from sources of its own. */
  readonly random: Random
  /** Timers of nobody: they fire whatever has become of the nodes. */
  readonly timers: Pick<Timers, 'after'>
  onLog: OnLog | undefined
  readonly #observers: ((host: string | undefined) => void)[] = []
  #isDriving = false

  constructor(seed: number) {
    this.seed = seed
    this.simulation = new Simulation(seed)
    this.random = this.simulation.fork('world')
    this.timers = { after: (delayMs, callback) => this.scheduler.after(delayMs, callback) }
  }

  get scheduler(): SimScheduler {
    return this.simulation.scheduler
  }

  get network(): SimNetwork {
    return this.simulation.network
  }

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.scheduler.nowMs
  }

  /** Equal for two runs in which the same has happened and has been said. */
  get digest(): number {
    return this.scheduler.digest
  }

  /**
   * Calls back after each event, when all that it has settled has run its course, with the host whose process it was; undefined: an event of
   * the network or of the world, a fault among them.
   */
  afterEvents(observe: (host: string | undefined) => void): void {
    this.#observers.push(observe)
  }

  /** Resolves so much later. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.after(ms, resolve))
  }

  /**
   * Lets time pass until `untilMs` or, before that, until the predicate holds, which is asked after each event. Resolves with whether
   * it held. Rejects with what an event has thrown, or with a rejection that nobody has handled.
   */
  async run(untilMs: number, until: () => boolean = never): Promise<boolean> {
    if (this.#isDriving) throw new Error('the world is driven by one caller at a time')
    let isOver = false
    this.scheduler.at(untilMs, () => (isOver = true))
    let failure: { readonly error: unknown } | undefined
    this.#isDriving = true
    await drive(this.scheduler, {
      isWanted: () => !isOver && !until(),
      afterEvent: () => {
        const host = this.scheduler.lastOwner?.hostName
        for (const observe of this.#observers) observe(host)
      },
      onFailure: (error) => (failure ??= { error }),
    })
    this.#isDriving = false
    if (failure !== undefined) throw (failure as { error: unknown }).error
    return until()
  }

  /** Begins `work` and lets time pass until it has ended; a `SimTimeoutError` after `withinMs`. */
  async complete<T>(work: () => Promise<T>, withinMs = COMPLETE_MS): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined
    // Begun in an event, so that nothing of it happens outside of the driver.
    this.timers.after(0, () => {
      work().then(
        (value) => (outcome = { value }),
        (error: unknown) => (outcome = { error }),
      )
    })
    if (!(await this.run(this.nowMs + withinMs, () => outcome !== undefined)) || outcome === undefined) {
      throw new SimTimeoutError(`not done within ${withinMs} ms`)
    }
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  host(name: string): SimHost {
    return this.simulation.host(name)
  }

  /** The world as a process on the machine of this name sees it. */
  clientRuntime(name: string): Runtime {
    return this.host(name).start(this.loggerOf(name)).runtime
  }

  /** Says something that becomes part of the digest. */
  say(node: string, level: LogLevel, message: string, fields: LogFields = NO_FIELDS): void {
    const { scheduler } = this
    for (let index = 0; index < message.length; index++) scheduler.mix(message.charCodeAt(index))
    this.onLog?.(node, level, message, fields)
  }

  loggerOf(node: string, common: LogFields = NO_FIELDS): Logger {
    const at =
      (level: LogLevel) =>
      (message: string, fields: LogFields = NO_FIELDS) => {
        this.say(node, level, message, common === NO_FIELDS ? fields : { ...common, ...fields })
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => this.loggerOf(node, { ...common, ...fields }),
    }
  }
}

const NO_FIELDS: LogFields = {}
const never = () => false
