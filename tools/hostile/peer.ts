/** One connection of somebody who does not behave: sends any bytes, reads or does not, and sees what comes back. */
import { connect, type Socket } from 'node:net'

export interface PeerOptions {
  /** False: never reads, so that the broker's answers pile up. */
  readonly reads?: boolean
}

/** Bytes of answers that a peer keeps while it waits for the rest of one. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

export class Peer {
  /** Whole answers so far. */
  answered = 0
  isClosed = false
  /** The last answer, without its size. */
  lastAnswer: Buffer | undefined
  readonly #socket: Socket
  readonly #watchers = new Set<() => void>()
  #received: Buffer = Buffer.alloc(0)

  static open(port: number, { reads = true }: PeerOptions = {}): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Peer(socket, reads))
      })
    })
  }

  private constructor(socket: Socket, reads: boolean) {
    this.#socket = socket
    socket.on('error', () => {}) // its close says it too
    socket.on('close', () => {
      this.isClosed = true
      this.#changed()
    })
    if (reads) socket.on('data', (chunk) => this.#take(chunk))
    else socket.pause()
  }

  /** Resolves when the operating system has taken the bytes, or the connection is closed. */
  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed || this.#socket.destroyed) resolve()
      else this.#socket.write(bytes, () => resolve())
    })
  }

  /** Resolves with what happened when `count` answers have come, the connection is closed, or the time is over. */
  outcome(count: number, deadlineMs: number): Promise<'answered' | 'closed' | 'waiting'> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.answered >= count) settle('answered')
        else if (this.isClosed) settle('closed')
      }
      const settle = (outcome: 'answered' | 'closed' | 'waiting') => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve(outcome)
      }
      const timer = setTimeout(() => settle('waiting'), deadlineMs)
      this.#watchers.add(look)
      look()
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4) {
      const size = this.#received.readInt32BE(0)
      if (size < 0 || size > ANSWER_BYTES_MAX) throw new Error(`the broker sent an answer of ${size} bytes`)
      if (this.#received.length < 4 + size) break
      this.lastAnswer = this.#received.subarray(4, 4 + size)
      this.#received = this.#received.subarray(4 + size)
      this.answered += 1
    }
    this.#changed()
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}
