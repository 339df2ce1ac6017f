import { assert } from '../../assert.ts'
import { type Logger, silentLogger } from '../../logger.ts'
import { noMetrics } from '../../metrics.ts'
import type { Offload } from '../../offload.ts'
import type { Random } from '../../random.ts'
import type { Runtime } from '../../runtime.ts'
import { MemoryMachine } from '../memory-machine.ts'
import { inlineOffload } from '../test-runtime.ts'
import { SimDisk } from './sim-disk.ts'
import { simNet } from './sim-net.ts'
import type { NetworkHost } from './sim-network.ts'
import { SimProcess } from './sim-process.ts'
import { simWebSocket } from './sim-web-socket.ts'
import type { Simulation } from './simulation.ts'

/** Computation in the thread pool takes up to so long. */
const OFFLOAD_MS_MAX = 2

/** A process, and the runtime that its program is given. */
export interface Started {
  readonly process: SimProcess
  readonly runtime: Runtime
}

/** A machine: a disk, a clock, a place in the network, and at most one process that is looked at. */
export class SimHost implements NetworkHost {
  readonly name: string
  readonly address: string
  readonly disk: SimDisk
  /** How far the clock on the wall is ahead of the world's. May be set at any time. */
  wallSkewMs = 0
  readonly #simulation: Simulation
  readonly #random: Random
  readonly #processes = new Set<SimProcess>()
  #starts = 0
  #isPowered = true

  constructor(name: string, address: string, simulation: Simulation) {
    this.name = name
    this.address = address
    this.#simulation = simulation
    this.#random = simulation.fork(`host ${name}`)
    const { scheduler } = simulation
    this.disk = new SimDisk(new MemoryMachine(name), { scheduler, random: simulation.fork(`disk ${name}`) })
  }

  get isPowered(): boolean {
    return this.#isPowered
  }

  /** Starts a process; a machine that is off boots. */
  start(logger: Logger = silentLogger): Started {
    if (!this.#isPowered) {
      this.#isPowered = true
      this.#simulation.network.comeBack(this)
    }
    const { scheduler, startMs } = this.#simulation
    const purpose = `${this.name} start ${++this.#starts}`
    const process = new SimProcess({
      scheduler,
      number: this.#simulation.nextProcessNumber(),
      hostName: this.name,
      random: this.#random,
      wallMs: () => startMs + scheduler.nowMs + this.wallSkewMs,
    })
    this.#processes.add(process)
    return { process, runtime: this.#runtime(process, { logger, random: this.#simulation.fork(purpose) }) }
  }

  /** SIGKILL: nothing of the processes goes on; what they have written and sent stays. */
  kill(): void {
    for (const process of this.#processes) {
      process.die()
      this.disk.release(this.#random)
      this.#simulation.network.bury(process)
    }
    this.#processes.clear()
  }

  /** Nobody is told; what was not synced is lost, torn, or full of holes. The machine is off until the next start. */
  losePower(): void {
    assert(this.#isPowered, 'a machine that is off has no power to lose')
    this.#isPowered = false
    this.#simulation.network.vanish(this)
    for (const process of this.#processes) process.die()
    this.#processes.clear()
    this.disk.losePower(this.#random)
  }

  #runtime(process: SimProcess, { logger, random }: { readonly logger: Logger; readonly random: Random }): Runtime {
    const place = { host: this, process }
    return {
      clock: process,
      timers: process,
      disk: this.disk.attach(process),
      net: simNet(this.#simulation.tcp, place),
      webSocket: simWebSocket(this.#simulation.webSockets, place),
      offload: this.#offload(process),
      random,
      logger,
      metrics: noMetrics,
      openMetrics: () => ({ ...noMetrics, render: async () => ({ contentType: 'text/plain', body: '' }) }),
    }
  }

  #offload(process: SimProcess): Offload {
    const later = async <T>(compute: () => Promise<T>): Promise<T> => {
      const delayMs = (OFFLOAD_MS_MAX * this.#random.integer(1024)) / 1024
      await new Promise<void>((resolve) => process.after(delayMs, resolve))
      return compute()
    }
    return {
      compress: (...job) => later(() => inlineOffload.compress(...job)),
      decompress: (...job) => later(() => inlineOffload.decompress(...job)),
    }
  }
}
