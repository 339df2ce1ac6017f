import { assert } from '../assert.ts'
import type { DiskLock } from '../disk.ts'
import type { Random } from '../random.ts'
import { DirectoryTree, namesOf } from './directory-tree.ts'

interface MachineProcess {
  die(random: Random | undefined): void
}

let machines = 0

/** A simulated machine: what its processes share and what outlives them. */
export class MemoryMachine {
  readonly tree = new DirectoryTree()
  readonly #name: string
  readonly #processes = new Set<MachineProcess>()
  /** Who holds each lock: a new object for each time that it is taken. */
  readonly #locks = new Map<string, { readonly holder: MachineProcess }>()
  #boots = 1

  /** The name is part of its boot ids; a number of its own unless told otherwise. */
  constructor(name = String(++machines)) {
    this.#name = name
  }

  /** Another one after each power cut. */
  get bootId(): string {
    return `machine-${this.#name}-boot-${this.#boots}`
  }

  attach(process: MachineProcess): void {
    this.#processes.add(process)
  }

  /** A process that has ended and comes no more. */
  detach(process: MachineProcess): void {
    this.#processes.delete(process)
  }

  lock(path: string, holder: MachineProcess): DiskLock | undefined {
    const name = namesOf(path).join('/')
    if (this.#locks.has(name)) return undefined
    const held = { holder }
    this.#locks.set(name, held)
    return {
      // A lock that ended with a crash may be somebody else's by now.
      release: () => {
        if (this.#locks.get(name) === held) this.#locks.delete(name)
      },
    }
  }

  releaseAll(holder: MachineProcess): void {
    for (const [name, held] of this.#locks) if (held.holder === holder) this.#locks.delete(name)
  }

  losePower(random: Random): void {
    assert(random !== undefined, 'what a power cut takes is drawn at random')
    for (const process of this.#processes) process.die(random)
    this.tree.losePower(random)
    this.#boots++
  }
}
