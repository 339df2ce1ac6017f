import type { DiskErrorCode } from '../../disk.ts'
import type { Random } from '../../random.ts'
import type { DiskOperation } from '../disk-process.ts'
import { MemoryDisk } from '../memory-disk.ts'
import type { MemoryMachine } from '../memory-machine.ts'
import type { SimProcess } from './sim-process.ts'
import type { SimScheduler } from './sim-scheduler.ts'

/** How long operations of the thread pool take: at least, and at most, in milliseconds. */
const LATENCY_MS: Readonly<Partial<Record<DiskOperation, readonly [number, number]>>> = {
  sync: [0.3, 4],
  write: [0.1, 1],
}
const OTHER_LATENCY_MS = [0.05, 0.5] as const
/** On a slow disk one synchronous operation in so many takes up to this part of what one of the thread pool takes. */
const HOLD_UPS_ONE_IN = 16
const HOLD_UP_PART = 0.25

/** The disk of a machine: what is wrong with it at present, for whatever process uses it. */
export class SimDisk {
  readonly machine: MemoryMachine
  readonly #scheduler: SimScheduler
  readonly #random: Random
  #attached: MemoryDisk | undefined
  #slowMs = 0
  #isFull = false

  constructor(machine: MemoryMachine, { scheduler, random }: { scheduler: SimScheduler; random: Random }) {
    this.machine = machine
    this.#scheduler = scheduler
    this.#random = random
  }

  /** The disk as a new process sees it. One process at a time uses it. */
  attach(process: SimProcess): MemoryDisk {
    const disk = new MemoryDisk({
      machine: this.machine,
      clock: process,
      forgetAtDeath: true,
      later: (complete, operation) => {
        if (process.isAlive) this.#scheduler.after(this.#latencyMs(operation), complete, process)
      },
      onSynchronous: () => this.#holdUp(process),
    })
    this.#attached = disk
    this.#applyFaults()
    return disk
  }

  /** The process that used it has died: locks and open files are gone, of a write in flight there may be a part. */
  release(random: Random): void {
    this.#attached?.die(random)
    if (this.#attached !== undefined) this.machine.detach(this.#attached)
    this.#attached = undefined
  }

  /** See `MemoryMachine.losePower`. */
  losePower(random: Random): void {
    this.machine.losePower(random)
    this.release(random)
  }

  /** Every write that needs room fails from now on, after a part of it. */
  setFull(isFull: boolean): void {
    this.#isFull = isFull
    this.#applyFaults()
  }

  /** Writes go through the thread pool, everything in it takes up to so much longer, and now and then what is synchronous holds up its process; 0 ends that. */
  slow(ms: number): void {
    this.#slowMs = ms
    this.#applyFaults()
  }

  /** The next so many syncs of files fail. */
  failSyncs(times: number, code: DiskErrorCode = 'EIO'): void {
    this.#attached?.failNext({ operation: 'sync', code, times })
  }

  /** Flips one bit of a file, whoever reads it now or later. */
  flipBit(path: string, position: number, bit: number): void {
    const node = this.machine.tree.find(path)
    if (node?.kind === 'file') node.content.flipBit(position, bit)
  }

  /** What is usually quick may not be on a slow disk, and holds up the event loop then. */
  #holdUp(process: SimProcess): void {
    if (this.#slowMs === 0 || this.#random.integer(HOLD_UPS_ONE_IN) > 0) return
    process.block(this.#random.integer(Math.ceil(this.#slowMs * HOLD_UP_PART)))
  }

  #latencyMs(operation: DiskOperation): number {
    const [min, max] = LATENCY_MS[operation] ?? OTHER_LATENCY_MS
    const slowMs = this.#slowMs === 0 ? 0 : this.#random.integer(this.#slowMs)
    return slowMs + min + ((max - min) * this.#random.integer(1024)) / 1024
  }

  #applyFaults(): void {
    const disk = this.#attached
    if (disk === undefined) return
    disk.deferWrites = this.#slowMs > 0
    disk.isFull = this.#isFull
  }
}
