/**
 * Runs the syncs of one log directory one after the other: at most one is in flight, because each takes a thread of the pool
 * that cold reads and name look-ups need too.
 */
export class SyncQueue {
  #tail: Promise<unknown> = Promise.resolve()

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task)
    this.#tail = result.catch(() => {})
    return result
  }

  /** Resolves when everything that was queued so far has ended. */
  async idle(): Promise<void> {
    await this.#tail
  }
}
