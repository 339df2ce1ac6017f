import type { Timer } from '@ottla/runtime'
import type { LogWorld } from './types.ts'

/** Directories of a log directory that were renamed to be removed, one tree at a time. */
export class DoomedDirectories {
  readonly #world: LogWorld
  readonly #timers = new Set<Timer>()
  /** What earlier runs left. */
  #leftovers: readonly string[]
  #removing: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(world: LogWorld, leftovers: readonly string[]) {
    this.#world = world
    this.#leftovers = leftovers
  }

  removeLater(path: string, delayMs: number): void {
    const timer = this.#world.timers.after(delayMs, () => {
      this.#timers.delete(timer)
      this.#remove(path)
    })
    this.#timers.add(timer)
  }

  /** What earlier runs left has waited for long enough. */
  removeLeftovers(): void {
    for (const path of this.#leftovers) this.#remove(path)
    this.#leftovers = []
  }

  /** Resolves when no removal is under way; none begins any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#timers) timer.clear()
    await this.#removing
  }

  #remove(path: string): void {
    const { disk, logger } = this.#world
    this.#removing = this.#removing.then(async () => {
      if (this.#isStopped) return
      await disk
        .removeTree(path)
        .catch((error) => logger.warn('cannot remove a directory; the next start tries again', { path, error }))
    })
  }
}
