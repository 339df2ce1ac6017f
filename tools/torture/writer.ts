/** A writer program as a child process: what it tells becomes a `History`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DEADLINE_MS, path, root } from '../compat/harness/process.ts'
import { confluentDirectory, confluentNode } from '../compat/pairs/confluent.ts'
import { History } from './history.ts'

export const CLIENTS = ['ottla', 'kafkajs', 'librdkafka'] as const
export type Client = (typeof CLIENTS)[number]

export interface Load {
  readonly bootstrap: string
  readonly topics: readonly string[]
  /** Of each topic. */
  readonly partitions: number
  readonly recordsPerSecond: number
  /** `patient`: settings that outlast any outage; `default`: the client's own. */
  readonly patience: 'patient' | 'default'
}

interface Acknowledgement {
  readonly number: number
  readonly offset: number
  /** Milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly toldAtMs: number
}

const PROGRAMS: Readonly<Record<Client, string>> = {
  ottla: import.meta.resolve('./writers/ottla-writer.ts'),
  kafkajs: import.meta.resolve('./writers/kafkajs-writer.ts'),
  librdkafka: import.meta.resolve('./writers/librdkafka-writer.cjs'),
}

/** Milliseconds since the epoch, with fractions: the writers' clock too. */
export const wallMs = () => performance.timeOrigin + performance.now()

/** How long a writer may take to get its last answers. */
const END_DEADLINE_MS = 180_000

export class Writer implements AsyncDisposable {
  readonly history: History
  readonly client: Client
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #listeners = new Set<(acknowledgement: Acknowledgement) => void>()
  #stderr = ''

  constructor(client: Client, load: Load) {
    this.client = client
    this.history = new History(client)
    const { bootstrap, topics, partitions, recordsPerSecond, patience } = load
    const words = [client, bootstrap, topics.join(','), String(partitions), String(recordsPerSecond), patience]
    const [program, ...options] = commandOf(client)
    this.#child = spawn(program!, [...options, ...words], { cwd: root, env: { ...process.env, PATH: path } })
    this.#child.stderr!.on('data', (chunk) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-4000)
    })
    this.#child.stdin!.on('error', () => {}) // its end is seen by its exit code
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#take(line))
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`the writer ${client} ended with ${code ?? 'a signal'}:\n${this.#stderr}`))
      })
    })
    this.#ended.catch(() => {}) // seen by `end` and `failure`
  }

  /** False when it has ended, whyever. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  #onAcknowledged(listener: (acknowledgement: Acknowledgement) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves when a record that was sent from now on has been acknowledged. */
  async progress(deadlineMs = DEADLINE_MS): Promise<void> {
    await this.acknowledgedAfter(wallMs(), deadlineMs)
  }

  /** The first acknowledgement of a record that was sent after `sinceMs` (since the epoch). Rejects when the writer ends, or past the deadline. */
  acknowledgedAfter(sinceMs: number, deadlineMs = DEADLINE_MS): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(timer)
        stop()
        how()
      }
      const fail = (text: string) => settle(() => reject(new Error(`the writer ${this.client} ${text}`)))
      const timer = setTimeout(() => fail(`was acknowledged nothing for ${deadlineMs} ms`), deadlineMs)
      const stop = this.#onAcknowledged((acknowledgement) => {
        if (acknowledgement.sentAtMs > sinceMs) settle(() => resolve(acknowledgement))
      })
      this.#ended.then(
        () => fail('has ended'),
        (error: unknown) => settle(() => reject(error)),
      )
    })
  }

  /** Sends no more, waits for the last answers. Rejects when the writer failed or takes too long. */
  async end(): Promise<void> {
    this.#child.stdin!.end()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const text = `the writer ${this.client} did not get its last answers in ${END_DEADLINE_MS} ms`
      timer = setTimeout(() => reject(new Error(text)), END_DEADLINE_MS)
    })
    try {
      await Promise.race([this.#ended, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #take(line: string): void {
    const [kind, first, second, third] = line.split(' ')
    const number = Number(first)
    if (kind === 'a') {
      const toldAtMs = wallMs()
      this.history.acknowledged(number, Number(second), toldAtMs)
      const acknowledgement = { number, offset: Number(second), sentAtMs: Number(third), toldAtMs }
      for (const listener of this.#listeners) listener(acknowledgement)
    } else if (kind === 'f') this.history.failed(number, line.slice(`f ${first} `.length))
    else if (kind === 's') this.history.ended(number)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGKILL')
    await this.#ended.catch(() => {})
  }
}

function commandOf(client: Client): string[] {
  const program = fileURLToPath(PROGRAMS[client])
  if (client !== 'librdkafka') return [process.execPath, '--no-warnings', program]
  return [confluentNode, program, confluentDirectory]
}
