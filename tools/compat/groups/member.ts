/** A consumer as a process: its records go into a file, a line each, its complaints into another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { path, root } from '../harness/process.ts'
import type { Handler, History } from './history.ts'
import type { Kind, Seat } from './kinds.ts'

/** Longer than any client's own patience with a rebalance. */
const LEAVE_MS_MAX = 90_000
const READ_BYTES = 256 * 1024

export interface MemberEnd {
  /** failed: by itself, or it did not leave when it was told to. */
  readonly how: 'left' | 'killed' | 'failed'
  readonly atMs: number
  readonly reason: string
}

export class Member implements Handler {
  readonly seat: Seat
  readonly #kind: Kind
  readonly #errorFile: string
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  readonly #output: number
  readonly #buffer = Buffer.alloc(READ_BYTES)
  #rest = ''
  #ending: 'left' | 'killed' | undefined
  end: MemberEnd | undefined

  constructor(kind: Kind, seat: Seat, directory: string) {
    this.#kind = kind
    this.seat = seat
    const file = join(directory, `${seat.group}-${seat.member}.txt`)
    this.#errorFile = join(directory, `${seat.group}-${seat.member}.err`)
    const { program, args, env } = kind.command(seat)
    const streams = [openSync(file, 'w'), openSync(this.#errorFile, 'w')] as const
    const options = { cwd: root, env: { ...process.env, PATH: path, ...env } }
    this.#child = spawn(program, args, { ...options, stdio: ['ignore', ...streams] })
    for (const stream of streams) closeSync(stream)
    this.#output = openSync(file, 'r')
    this.#exited = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('exit', (code, signal) => {
        this.end ??= this.#endOf(code, signal)
        resolve()
      })
    })
  }

  get name(): string {
    return this.seat.member
  }

  get kind(): string {
    return `${this.#kind.name}/${this.seat.protocol}`
  }

  get twiceBecause(): string | undefined {
    return this.#kind.twiceBecause
  }

  /** It has been told to leave, or killed. */
  get isEnding(): boolean {
    return this.#ending !== undefined
  }

  get canBeTold(): boolean {
    return this.#kind.leavesByItselfBecause === undefined
  }

  get running(): boolean {
    return this.end === undefined
  }

  /** Puts what it has written since the last time into the history. A line that was broken off by a kill was not handled. */
  read(history: History, atMs: number): void {
    for (;;) {
      const length = readSync(this.#output, this.#buffer, 0, READ_BYTES, null)
      if (length === 0) return
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, length)).split('\n')
      this.#rest = lines.pop()!
      for (const line of lines) {
        const handled = this.#kind.parse(line)
        if (handled !== undefined) history.add(handled, { by: this, atMs })
      }
    }
  }

  /** How often the program had to make a new client since the old one gave up. */
  get madeAnew(): number {
    return this.errors.split('made anew').length - 1
  }

  get errors(): string {
    return readFileSync(this.#errorFile, 'utf8')
  }

  /** Tells it to leave, and waits until it has. */
  async leave(): Promise<void> {
    this.#ending ??= 'left'
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => {
      const reason = `does not leave within ${LEAVE_MS_MAX} ms`
      this.end ??= { how: 'failed', atMs: performance.now(), reason }
      this.#child.kill('SIGKILL')
    }, LEAVE_MS_MAX)
    await this.#exited
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    this.#ending ??= 'killed'
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  close(): void {
    closeSync(this.#output)
  }

  #endOf(code: number | null, signal: NodeJS.Signals | null): MemberEnd {
    const atMs = performance.now()
    if (this.#ending !== undefined) return { how: this.#ending, atMs, reason: 'it was to' }
    if (!this.canBeTold && code === 0) return { how: 'left', atMs, reason: 'its records were all' }
    const last = this.errors.trim().split('\n').slice(-5).join('\n')
    if (this.#kind.endsAt?.test(last)) return { how: 'left', atMs, reason: last }
    return { how: 'failed', atMs, reason: `ended by itself (${signal ?? `code ${code}`}): ${last}` }
  }
}
