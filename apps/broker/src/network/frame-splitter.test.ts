import { afterEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { FrameBuffers } from './frame-buffers.ts'
import { FrameSplitter } from './frame-splitter.ts'

const FRAME_BYTES_MAX = 1_000_000
const PART_BYTES = 2 * 1024 * 1024

function framed(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length)
  new DataView(frame.buffer).setInt32(0, body.length)
  frame.set(body, 4)
  return frame
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function splitter(onFrame: (frame: Uint8Array) => boolean = () => true, frameBytesMax = FRAME_BYTES_MAX) {
  const seen = { frames: [] as Uint8Array[], progressed: 0 }
  const buffers = new FrameBuffers()
  const machine = new FrameSplitter({
    frameBytesMax,
    buffers,
    onProgress: (bytes, frameBytes) => {
      seen.progressed += bytes
      expect(frameBytes).toBeGreaterThanOrEqual(bytes)
    },
    onFrame: (frame) => {
      seen.frames.push(frame)
      return onFrame(frame)
    },
  })
  return { machine, seen, buffers }
}

/** Hands a chunk out as the network does: it is overwritten as soon as `push` has returned. */
function lend(machine: FrameSplitter, chunk: Uint8Array) {
  const lent = chunk.slice()
  const error = machine.push(lent)
  lent.fill(0xdd)
  return error
}

/** The sizes of the buffers that are made from now on. */
function watchAllocations(): number[] {
  const sizes: number[] = []
  for (const name of ['allocUnsafe', 'allocUnsafeSlow'] as const) {
    const allocate = Buffer[name]
    jest.spyOn(Buffer, name).mockImplementation((size) => {
      sizes.push(size)
      return allocate(size)
    })
  }
  return sizes
}

afterEach(() => {
  jest.restoreAllMocks()
})

describe('FrameSplitter', () => {
  test('gives the same frames however the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (bodies, steps) => {
          const { machine, seen } = splitter()
          const stream = joined(bodies.map(framed))
          for (let at = 0, step = 0; at < stream.length; step++) {
            const end = Math.min(stream.length, at + steps[step % steps.length]!)
            expect(lend(machine, stream.subarray(at, end))).toBe(end - at)
            at = end
          }
          expect(seen.frames.map((frame) => [...frame])).toEqual(bodies.map((body) => [...body]))
          expect(seen.progressed).toBe(bodies.reduce((sum, body) => sum + body.length, 0))
          expect(machine.isUnfinished).toBe(false)
        },
      ),
    )
  })

  test('every two-way split of two frames', () => {
    const stream = joined([framed(Uint8Array.of(1, 2, 3)), framed(new Uint8Array(0)), framed(Uint8Array.of(4))])
    for (let cut = 0; cut <= stream.length; cut++) {
      const { machine, seen } = splitter()
      lend(machine, stream.subarray(0, cut))
      lend(machine, stream.subarray(cut))
      expect(seen.frames.map((frame) => [...frame])).toEqual([[1, 2, 3], [], [4]])
    }
  })

  test.each([
    ['negative', -1],
    ['most negative', -2_147_483_648],
    ['one too many', FRAME_BYTES_MAX + 1],
    ['HTTP', 0x47455420],
  ])('a %s size is an error', (_, size) => {
    const { machine, seen } = splitter()
    const head = new Uint8Array(4)
    new DataView(head.buffer).setInt32(0, size)
    expect(lend(machine, head)).toEqual({ kind: 'invalid-size', size })
    expect(seen.progressed).toBe(0)
  })

  test('the largest size is allowed', () => {
    const { machine, seen } = splitter()
    expect(lend(machine, framed(new Uint8Array(FRAME_BYTES_MAX)))).toBe(4 + FRAME_BYTES_MAX)
    expect(seen.frames[0]!.length).toBe(FRAME_BYTES_MAX)
  })

  test('memory follows the bytes that have arrived, not the size that was announced', () => {
    const { machine, seen } = splitter()
    const head = new Uint8Array(4)
    new DataView(head.buffer).setInt32(0, FRAME_BYTES_MAX)
    lend(machine, head)
    expect(seen.progressed).toBe(0)
    const allocated = watchAllocations()
    for (let sent = 0; sent < FRAME_BYTES_MAX; sent += 1000) {
      lend(machine, new Uint8Array(1000))
      expect(Math.max(...allocated)).toBeLessThanOrEqual(Math.max(4096, 2 * (sent + 1000)))
    }
    expect(seen.progressed).toBe(FRAME_BYTES_MAX)
    expect(seen.frames).toHaveLength(1)
  })

  test('stops behind a frame when the receiver says so, and goes on from there', () => {
    const { machine, seen } = splitter(() => false)
    const bytes = joined([framed(Uint8Array.of(1)), framed(new Uint8Array(0)), framed(Uint8Array.of(2, 3))])
    for (let at = 0; at < bytes.length; ) at += lend(machine, bytes.subarray(at)) as number
    expect(seen.frames.map((frame) => [...frame])).toEqual([[1], [], [2, 3]])
    expect(lend(machine, bytes)).toBe(5)
  })

  test.each([
    ['a part and a bit', PART_BYTES + 1, 100_000],
    ['whole parts', 3 * PART_BYTES, 65_536],
    ['several, in large pieces', 2 * PART_BYTES + 77, 1024 * 1024],
    ['several, in one piece', 2 * PART_BYTES + 77, 10 * PART_BYTES],
  ])('a large frame grows in parts and comes whole: %s', (_, size, pieceBytes) => {
    const { machine, seen, buffers } = splitter(undefined, 100 * PART_BYTES)
    const body = Uint8Array.from({ length: size }, (_, index) => (index * 31) >> 3)
    const bytes = joined([framed(body), framed(Uint8Array.of(1, 2, 3))])
    const allocated = watchAllocations()
    for (let at = 0; at < bytes.length; at += pieceBytes) lend(machine, bytes.subarray(at, at + pieceBytes))
    expect(seen.frames).toHaveLength(2)
    expect(Buffer.compare(seen.frames[0]!, body)).toBe(0)
    expect(seen.frames[1]).toEqual(Buffer.of(1, 2, 3))
    expect(allocated.filter((each) => each > PART_BYTES)).toEqual([size])
    expect(buffers.freeBytes).toBeGreaterThanOrEqual(PART_BYTES)
  })

  test('an unfinished frame that is dropped gives its memory back, in the middle of a push too', () => {
    const { machine, seen, buffers } = splitter(undefined, 100 * PART_BYTES)
    lend(machine, framed(new Uint8Array(5 * PART_BYTES)).subarray(0, 3 * PART_BYTES))
    machine.drop()
    expect(buffers.freeBytes).toBe(3 * PART_BYTES)
    const second: FrameSplitter = new FrameSplitter({
      frameBytesMax: FRAME_BYTES_MAX,
      buffers,
      onProgress: () => second.drop(),
      onFrame: () => {
        throw new Error('a dropped frame was handed out')
      },
    })
    expect(lend(second, joined([framed(Uint8Array.of(1)), framed(Uint8Array.of(2))]))).toBe(5)
    expect(seen.frames).toEqual([])
  })
})
