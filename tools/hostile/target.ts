/** The broker that is attacked: a real process in a directory of its own, whose memory and surroundings are watched. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const START_MS_MAX = 60_000
const MEMORY_LOOKS_MS = 100

/** What a broker's log directory holds: partitions, and Kafka's and our own small files. */
const KNOWN_FILES = [
  /^[a-zA-Z0-9._-]{1,249}-\d{1,10}(\.[0-9a-zA-Z]+-(delete|stray))?$/,
  /^(recovery-point-offset|replication-offset|log-start-offset)-checkpoint(\.tmp)?$/,
  /^(meta\.properties|\.lock|\.kafka_cleanshutdown|\.ottla-run|\.ottla-metadata|cleaner-offset-checkpoint)(\.tmp)?$/,
]

export class Target implements AsyncDisposable {
  /** Everything lies below: `work` is where the process runs, `data` what it was told to use. */
  readonly directory = mkdtempSync(join(tmpdir(), 'ottla-hostile-'))
  port = 0
  peakBytes = 0
  readonly #child: ChildProcess
  readonly #looks: NodeJS.Timeout
  #output = ''
  #ended = false

  static async start(config: Readonly<Record<string, string>> = {}): Promise<Target> {
    const target = new Target(config)
    try {
      await target.#ready()
      return target
    } catch (error) {
      await target[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor(config: Readonly<Record<string, string>>) {
    mkdirSync(join(this.directory, 'work'))
    const keys = Object.entries(config).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const args = ['start', '--dir', join(this.directory, 'data'), '--port', '0', '--log-level', 'info', ...keys]
    this.#child = spawn(process.execPath, [join(ROOT, 'packages/embedded/bin/ottla.js'), ...args], {
      cwd: join(this.directory, 'work'),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-1_000_000)
      })
    }
    this.#child.on('exit', () => {
      this.#ended = true
    })
    this.#looks = setInterval(() => {
      this.peakBytes = Math.max(this.peakBytes, this.residentBytes)
    }, MEMORY_LOOKS_MS)
  }

  get isRunning(): boolean {
    return !this.#ended
  }

  /** The last of what it wrote on both streams. */
  get output(): string {
    return this.#output
  }

  /** 0 when it has ended. */
  get residentBytes(): number {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
    } catch {
      return 0
    }
  }

  /** Files where none should be: beside the data, where the process runs, or with a name that no topic can have. */
  strangers(): string[] {
    const beside = readdirSync(this.directory).filter((name) => name !== 'work' && name !== 'data')
    const around = readdirSync(join(this.directory, 'work'))
    const data = readdirSync(join(this.directory, 'data')).filter(
      (name) => name !== 'controller' && name !== 'broker-1',
    )
    const inside = readdirSync(join(this.directory, 'data/broker-1')).filter((name) => !isKnown(name))
    return [...beside, ...around, ...data, ...inside]
  }

  async #ready(): Promise<void> {
    const end = Date.now() + START_MS_MAX
    for (;;) {
      const port = /Brokers: \S+:(\d+)/.exec(this.#output)?.[1]
      if (port !== undefined) {
        this.port = Number(port)
        return
      }
      if (this.#ended || Date.now() > end) throw new Error(`the broker did not start:\n${this.#output}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Stops it as an operator does; returns the exit code, null when it had to be killed. */
  async stop(): Promise<number | null> {
    if (!this.#ended) {
      const exited = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      const kill = setTimeout(() => this.#child.kill('SIGKILL'), START_MS_MAX)
      await exited
      clearTimeout(kill)
    }
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looks)
    if (!this.#ended) {
      const exited = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGKILL')
      await exited
    }
    rmSync(this.directory, { recursive: true, force: true })
  }
}

function isKnown(name: string): boolean {
  return KNOWN_FILES.some((known) => known.test(name))
}
