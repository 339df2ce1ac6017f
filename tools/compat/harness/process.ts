/** Real processes of the workspace's binaries, for tests: their output as lines, conditions awaited, always ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** PATH with the workspace's binaries first, as `npx` and `pnpm` scripts see it. */
export const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`

/** Generous: a loaded machine must not fail a test. */
export const DEADLINE_MS = 90_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly input?: string | Uint8Array
  readonly deadlineMs?: number
}

/** Runs a program to its end. Kills it and rejects past the deadline. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Exit> {
  const child = spawn(command, args, { cwd: options.cwd ?? root, env: { ...process.env, PATH: path }, stdio: 'pipe' })
  child.stdin.on('error', () => {}) // a program may end without reading its input
  child.stdin.end(options.input ?? '')
  return finished(child, `${command} ${args.join(' ')}`, options.deadlineMs ?? DEADLINE_MS)
}

/** Runs one line as a user types it, in a shell. */
export function shell(line: string, options: RunOptions = {}): Promise<Exit> {
  return run('bash', ['-c', line], options)
}

function finished(child: ChildProcess, what: string, deadlineMs: number): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout?.on('data', (chunk) => out.push(chunk))
    child.stderr?.on('data', (chunk) => err.push(chunk))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${what}: not finished after ${deadlineMs} ms\n${Buffer.concat(out)}\n${Buffer.concat(err)}`))
    }, deadlineMs)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
  })
}

/** A server process that says on stdout when it is ready. */
export class Server implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #what: string
  readonly #exited: Promise<Exit>
  #output = ''
  #listeners = new Set<() => void>()

  constructor(command: string, args: readonly string[], options: { cwd?: string } = {}) {
    this.#what = `${command} ${args.join(' ')}`
    this.#child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += chunk
        for (const listener of this.#listeners) listener()
      })
    }
    this.#exited = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#output, stderr: '' })
        for (const listener of this.#listeners) listener()
      })
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** All that it has printed, both streams. */
  get output(): string {
    return this.#output
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Waits until its output matches; rejects when it ends first or the deadline passes. */
  waitFor(pattern: RegExp, deadlineMs = DEADLINE_MS): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(timer)
        this.#listeners.delete(look)
        action()
      }
      const look = () => {
        const match = this.#output.match(pattern)
        if (match !== null) settle(() => resolve(match))
        else if (!this.running)
          settle(() => reject(new Error(`${this.#what} ended before it printed ${pattern}:\n${this.#output}`)))
      }
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`${this.#what} did not print ${pattern} in ${deadlineMs} ms:\n${this.#output}`)))
      }, deadlineMs)
      this.#listeners.add(look)
      look()
    })
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.running) this.#child.kill(signal)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), DEADLINE_MS)
    try {
      return await this.#exited
    } finally {
      clearTimeout(timer)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}

/** Repeats `attempt` until it returns something other than undefined; rejects past the deadline with the last failure. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs
  let last: unknown = 'it answered undefined'
  while (Date.now() < end) {
    try {
      const value = await attempt()
      if (value !== undefined) return value
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what}: not within ${deadlineMs} ms; last: ${last}`)
}
