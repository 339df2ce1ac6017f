import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'

/** An idempotent kcat that is given numbered lines until told to end; exit code 0 says that all of them were acknowledged. */
export class KcatLoad {
  readonly #kcat: ChildProcess
  readonly #lines: WriteStream
  readonly #exited: Promise<number | null>
  #ending = false
  #next = 0

  /** `file` takes the lines that kcat was given. */
  constructor(bootstrap: string, topic: string, file: string) {
    const options = ['enable.idempotence=true', 'acks=all', 'retry.backoff.ms=50', 'reconnect.backoff.max.ms=500']
    // -E: kcat itself gives up when all brokers are down; librdkafka goes on.
    const args = ['-P', '-E', '-b', bootstrap, '-t', topic, ...options.flatMap((option) => ['-X', option])]
    this.#kcat = spawn('kcat', args, { stdio: ['pipe', 'ignore', 'ignore'] })
    this.#exited = new Promise((resolve, reject) => {
      this.#kcat.on('error', reject)
      this.#kcat.on('close', (code) => {
        this.#ending = true
        resolve(code)
      })
    })
    this.#kcat.stdin!.on('error', () => {}) // its end is seen by its exit code
    this.#lines = createWriteStream(file)
    this.#feed()
  }

  async end(): Promise<number | null> {
    this.#ending = true
    return this.#exited
  }

  /** A hundred lines a turn, so that the load lasts as long as the restarts. */
  #feed(): void {
    const stdin = this.#kcat.stdin!
    if (this.#ending) {
      this.#lines.end(() => stdin.end())
      return
    }
    const text = Array.from({ length: 100 }, () => `line ${this.#next++}\n`).join('')
    this.#lines.write(text)
    stdin.write(text, () => setTimeout(() => this.#feed(), 1))
  }
}
