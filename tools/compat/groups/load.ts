/** Our producer and kcat, writing unlike values side by side; what was acknowledged is known. */
import { type ChildProcess, spawn } from 'node:child_process'
import { Producer, SERIALIZERS } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'

/** As long as a broker may be away, and longer. */
const PATIENCE_MS = 600_000

export interface LoadOptions {
  readonly bootstrap: string
  readonly topic: string
  /** By each of the two writers. */
  readonly recordsPerSecond: number
}

/** Writes until it is told to end; each value is `topic/writer/number`. */
export class Load {
  readonly topic: string
  /** By our producer; kcat says only at its end that all of its records are. */
  readonly acknowledged = new Set<string>()
  readonly #options: LoadOptions
  readonly #producer: Producer<never, string | null>
  readonly #kcat: ChildProcess
  readonly #kcatExited: Promise<number | null>
  readonly #feeding: Promise<void>
  readonly #failures: unknown[] = []
  #kcatLines = 0
  #ending = false

  constructor(options: LoadOptions) {
    this.topic = options.topic
    this.#options = options
    this.#producer = new Producer(nodeRuntime({ logger: silentLogger }), {
      bootstrapServers: options.bootstrap,
      deliveryTimeoutMs: PATIENCE_MS,
      metadataMaxAgeMs: 2000,
      lingerMs: 5,
      valueSerializer: SERIALIZERS.string,
    })
    this.#kcat = this.#startKcat()
    this.#kcatExited = new Promise((resolve, reject) => {
      this.#kcat.on('error', reject)
      this.#kcat.on('close', resolve)
    })
    this.#feeding = this.#feed()
  }

  /** Resolves with all values when every one has been acknowledged; rejects when one was not. */
  async end(): Promise<Set<string>> {
    this.#ending = true
    await this.#feeding
    this.#kcat.stdin!.end()
    await this.#producer.close({ timeoutMs: PATIENCE_MS })
    const code = await this.#kcatExited
    if (code !== 0) throw new Error(`kcat, writing ${this.topic}: exit code ${code}`)
    if (this.#failures.length > 0) throw new Error(`writing ${this.topic}: ${this.#failures[0]}`)
    for (let line = 0; line < this.#kcatLines; line++) this.acknowledged.add(this.#value('kcat', line))
    return this.acknowledged
  }

  /** For a test that has failed already. */
  abandon(): void {
    this.#ending = true
    this.#kcat.kill('SIGKILL')
    void this.#producer.close({ timeoutMs: 0 }).catch(() => {})
  }

  #startKcat(): ChildProcess {
    const settings = [
      'enable.idempotence=true',
      'acks=all',
      `message.timeout.ms=${PATIENCE_MS}`,
      'retry.backoff.ms=50',
      'reconnect.backoff.max.ms=500',
      'topic.metadata.refresh.interval.ms=2000',
      'linger.ms=5',
    ]
    // -E: kcat itself gives up when all brokers are down; librdkafka goes on.
    const args = [
      '-P',
      '-E',
      '-b',
      this.#options.bootstrap,
      '-t',
      this.topic,
      ...settings.flatMap((one) => ['-X', one]),
    ]
    const kcat = spawn('kcat', args, { stdio: ['pipe', 'ignore', 'ignore'] })
    kcat.stdin!.on('error', () => {}) // its end is seen by its exit code
    return kcat
  }

  /** A twentieth of a second's records at a time. */
  async #feed(): Promise<void> {
    const perTurn = Math.max(1, Math.round(this.#options.recordsPerSecond / 20))
    for (let next = 0; !this.#ending; next += perTurn) {
      for (let number = next; number < next + perTurn; number++) this.#send(number)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  #send(number: number): void {
    this.#kcat.stdin!.write(`${this.#value('kcat', number)}\n`)
    this.#kcatLines = number + 1
    const value = this.#value('ottla', number)
    this.#producer.send({ topic: this.topic, value }).then(
      () => this.acknowledged.add(value),
      (error) => this.#failures.push(error),
    )
  }

  #value(writer: string, number: number): string {
    return `${this.topic}/${writer}/${number}`
  }
}
