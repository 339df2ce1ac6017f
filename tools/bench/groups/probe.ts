/** How long the broker lets another client wait while it is busy with what is measured. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { LatencySummary } from './latencies.ts'

export class Probe implements AsyncDisposable {
  readonly #worker: Worker

  constructor(bootstrap: string) {
    this.#worker = new Worker(new URL('./probe-worker.ts', import.meta.url), { workerData: bootstrap })
  }

  /** Of the answers since the last call. */
  async take(): Promise<LatencySummary> {
    this.#worker.postMessage('take')
    const [summary] = await once(this.#worker, 'message')
    return summary
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}
