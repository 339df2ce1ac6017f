import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Chunk } from '@ottla/protocol'
import type { DiskFile } from '@ottla/runtime'
import { FakeClock } from '@ottla/runtime/testing'
import type { FileRegion } from '@ottla/storage'
import { PageCacheGuess, PIECE_BYTES, PieceBuffers, ResponseWriter } from './response-writer.ts'

/** A socket whose peer reads when the test says so. Like a real one it keeps the arrays that it was given until then. */
class Socket {
  pending: Uint8Array[] = []
  received: number[] = []
  writes = 0
  /** Bytes that it takes at once. */
  room = 0

  write(chunks: readonly Uint8Array[]): boolean {
    this.writes += 1
    this.pending.push(...chunks)
    if (this.pendingBytes <= this.room) this.#take()
    return this.pending.length === 0
  }

  get pendingBytes(): number {
    return this.pending.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  drain(writer: ResponseWriter): void {
    this.#take()
    writer.drained()
  }

  #take(): void {
    for (const chunk of this.pending.splice(0)) for (const byte of chunk) this.received.push(byte)
  }
}

class File {
  readonly path = '/log/t-0/00000000000000000000.log'
  readonly content: Uint8Array
  readonly reads: string[] = []
  slowMs = 0
  fails = false
  waiting: (() => void)[] = []

  constructor(content: Uint8Array) {
    this.content = content
  }

  readSync(target: Uint8Array, position: number): number {
    this.reads.push('sync')
    clock.advance(this.slowMs)
    return this.#fill(target, position)
  }

  read(target: Uint8Array, position: number): Promise<number> {
    this.reads.push('pool')
    return new Promise((resolve, reject) => {
      this.waiting.push(() => (this.fails ? reject(new Error('EIO')) : resolve(this.#fill(target, position))))
    })
  }

  #fill(target: Uint8Array, position: number): number {
    if (this.fails) throw new Error('EIO')
    const bytes = this.content.subarray(position, position + target.length)
    target.set(bytes)
    return bytes.length
  }
}

/** Time that tests and the file above move by hand. */
const clock = {
  ms: 0,
  now: () => clock.ms,
  monotonic: () => clock.ms,
  advance: (ms: number) => {
    clock.ms += ms
  },
}

let socket: Socket
let events: string[]
let writer: ResponseWriter
let released: number

beforeEach(() => {
  socket = new Socket()
  events = []
  released = 0
  writer = new ResponseWriter({
    sink: socket,
    pageCache: new PageCacheGuess(clock),
    buffers: new PieceBuffers(),
    onIdle: () => events.push('idle'),
    onError: (error) => events.push(`error ${error.message}`),
  })
})

function numbers(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7) % 251)
}

function region(file: File, position: number, byteLength: number): FileRegion {
  return {
    file: file as unknown as DiskFile,
    position,
    byteLength,
    release: () => {
      released += 1
    },
  }
}

function same(left: Iterable<number>, right: Iterable<number>): boolean {
  return Buffer.from([...left]).equals(Buffer.from([...right]))
}

async function settled(): Promise<void> {
  await new FakeClock().settle()
}

describe('ResponseWriter', () => {
  test('bytes and regions leave in their order', () => {
    const file = new File(numbers(1000))
    socket.room = Number.MAX_SAFE_INTEGER
    const chunks: Chunk[] = [
      Uint8Array.of(1, 2),
      region(file, 10, 5),
      Uint8Array.of(3),
      region(file, 0, 0),
      region(file, 990, 10),
    ]
    writer.send(chunks)
    expect(socket.received).toEqual([1, 2, ...numbers(1000).slice(10, 15), 3, ...numbers(1000).slice(990)])
    expect([released, socket.writes, writer.isIdle]).toEqual([3, 1, true])
  })

  test('a large region travels in pieces, each after the socket has taken the one before', () => {
    const length = 2 * PIECE_BYTES + 100
    const file = new File(numbers(length))
    writer.send([Uint8Array.of(9), region(file, 0, length), Uint8Array.of(8)])
    const held: number[] = []
    while (socket.pending.length > 0) {
      held.push(socket.pendingBytes)
      expect(writer.isIdle).toBe(false)
      socket.drain(writer)
    }
    expect(held).toEqual([PIECE_BYTES + 1, PIECE_BYTES, 101])
    expect(same(socket.received, [9, ...numbers(length), 8])).toBe(true)
    expect([released, events]).toEqual([1, ['idle']])
  })

  test('nothing is read ahead for a peer that does not read', () => {
    const file = new File(numbers(3 * PIECE_BYTES))
    writer.send([region(file, 0, 3 * PIECE_BYTES)])
    expect(file.reads).toHaveLength(1)
  })

  test('a file that ends early is an error of the connection, and every region is released once', () => {
    const file = new File(numbers(100))
    socket.room = Number.MAX_SAFE_INTEGER
    writer.send([region(file, 0, 50), region(file, 90, 20), region(file, 0, 10)])
    expect(events).toEqual([`error ${file.path} ends at 100: 10 bytes of a response are missing`])
    expect(released).toBe(3)
    writer.close()
    expect(released).toBe(3)
    expect(writer.isIdle).toBe(false)
  })

  test('a region that a truncation has cut is an error of the connection: what lies there now is something else', () => {
    const file = new File(numbers(100))
    const cut: FileRegion = { ...region(file, 0, 50), isCut: true }
    writer.send([cut])
    expect(events).toEqual([`error ${file.path} was truncated below 50 while it was sent`])
    expect([file.reads, released]).toEqual([[], 1])
  })

  test('a file that cannot be read is an error of the connection', () => {
    const file = new File(numbers(100))
    file.fails = true
    writer.send([region(file, 0, 50)])
    expect(events).toEqual(['error EIO'])
    expect(released).toBe(1)
  })

  test('closing in the middle releases what has not been sent', () => {
    const file = new File(numbers(3 * PIECE_BYTES))
    writer.send([region(file, 0, 3 * PIECE_BYTES), region(file, 0, 10)])
    writer.close()
    expect(released).toBe(2)
    socket.drain(writer)
    expect(events).toEqual([])
  })

  test('after a slow read a file is read in the pool, until that is quick', async () => {
    const file = new File(numbers(5 * PIECE_BYTES))
    file.slowMs = 10
    writer.send([region(file, 0, 5 * PIECE_BYTES)])
    socket.drain(writer)
    expect(file.reads).toEqual(['sync', 'pool'])
    clock.advance(10)
    file.waiting.shift()!()
    await settled()
    socket.drain(writer)
    expect(file.reads).toEqual(['sync', 'pool', 'pool'])
    file.waiting.shift()!()
    await settled()
    file.slowMs = 0
    while (socket.pending.length > 0) socket.drain(writer)
    expect(file.reads).toEqual(['sync', 'pool', 'pool', 'sync', 'sync'])
    expect(same(socket.received, numbers(5 * PIECE_BYTES))).toBe(true)
    expect([released, events]).toEqual([1, ['idle']])
  })

  test('closing during a read in the pool releases once the read is over', async () => {
    const file = new File(numbers(3 * PIECE_BYTES))
    file.slowMs = 10
    writer.send([region(file, 0, 3 * PIECE_BYTES)])
    socket.drain(writer)
    writer.close()
    expect(released).toBe(0)
    file.waiting.shift()!()
    await settled()
    expect(released).toBe(1)
    expect(events).toEqual([])
  })

  test('a read in the pool that fails is an error of the connection', async () => {
    const file = new File(numbers(3 * PIECE_BYTES))
    file.slowMs = 10
    writer.send([region(file, 0, 3 * PIECE_BYTES)])
    socket.drain(writer)
    file.fails = true
    file.waiting.shift()!()
    await settled()
    expect([released, events]).toEqual([1, ['error EIO']])
  })
})
