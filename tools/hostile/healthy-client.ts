/** Somebody who behaves, all the time: produces a record, fetches it back, and notes how long both took together. */
import { encodeBatch } from '@ottla/protocol'
import { createTopic, fetch, produce } from './calls.ts'
import { Peer } from './peer.ts'

const PAUSE_MS = 10
const TOPIC = 'healthy'
const VALUE = Buffer.alloc(1024, 'x')

export class HealthyClient {
  readonly failures: string[] = []
  #latenciesMs: number[] = []
  #stopping = false
  #work: Promise<void> = Promise.resolve()

  static async start(port: number): Promise<HealthyClient> {
    const peer = await Peer.open(port)
    await createTopic(peer, TOPIC)
    const client = new HealthyClient()
    client.#work = client.#run(peer, port)
    return client
  }

  /** What was noted since the last call. */
  take(): { readonly p99Ms: number; readonly rounds: number } {
    const sorted = this.#latenciesMs.sort((left, right) => left - right)
    this.#latenciesMs = []
    const p99Ms = sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0
    return { p99Ms, rounds: sorted.length }
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#work
  }

  async #run(first: Peer, port: number): Promise<void> {
    let peer = first
    while (!this.#stopping) {
      const startedMs = performance.now()
      try {
        await this.#round(peer)
        this.#latenciesMs.push(performance.now() - startedMs)
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      } catch (error) {
        this.failures.push(`the healthy client: ${(error as Error).message}`)
        if (this.failures.length > 10) return
        peer.close()
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 10))
        peer = await Peer.open(port).catch(() => peer)
      }
    }
    peer.close()
  }

  async #round(peer: Peer): Promise<void> {
    const { errorCode, baseOffset } = await produce(peer, TOPIC, recordOfNow())
    if (errorCode !== 0) throw new Error(`Produce was answered with error ${errorCode}`)
    const fetched = await fetch(peer, TOPIC, baseOffset)
    if (fetched.errorCode !== 0) throw new Error(`Fetch was answered with error ${fetched.errorCode}`)
    if (fetched.records === null || fetched.records.length === 0) throw new Error('Fetch did not find the record')
  }
}

/** Written now: an old record may be gone, by retention, before it is fetched. */
function recordOfNow(): Uint8Array {
  return encodeBatch({ records: [{ key: null, value: VALUE, timestamp: Date.now() }] })
}
