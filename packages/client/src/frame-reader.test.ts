import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FrameReader, FrameSizeError } from './frame-reader.ts'

function framed(content: Uint8Array): number[] {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setInt32(0, content.length)
  return [...size, ...content]
}

describe('FrameReader', () => {
  test('gives back the frames however the stream is cut', () => {
    const contents = fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 6 })
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(contents, cuts, (frames, lengths) => {
        const stream = Uint8Array.from(frames.flatMap(framed))
        const seen: Uint8Array[] = []
        const reader = new FrameReader(300)
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const chunk = stream.slice(at, at + lengths[turn % lengths.length]!)
          reader.push(chunk, (frame) => seen.push(frame))
          chunk.fill(0xee)
          at += chunk.length
        }
        expect(seen).toEqual(frames)
      }),
    )
  })

  test('puts frames into memory that is lent, which may be larger', () => {
    const memory = { take: (bytes: number) => new Uint8Array(bytes + 7).fill(0xee) }
    const seen: Uint8Array[] = []
    const reader = new FrameReader(300, memory)
    for (const byte of framed(Uint8Array.of(1, 2, 3, 4, 5)))
      reader.push(Uint8Array.of(byte), (frame) => seen.push(frame))
    expect(seen).toEqual([Uint8Array.of(1, 2, 3, 4, 5)])
  })

  test.each([
    ['too large', 301],
    ['negative', -1],
    ['too small for a correlation id', 3],
  ])('refuses a frame whose size is %s before its bytes come', (_, size) => {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setInt32(0, size)
    expect(() => new FrameReader(300).push(bytes, () => {})).toThrow(FrameSizeError)
  })

  test('allocates as bytes arrive, not as announced', () => {
    const size = 200 * 1024 * 1024
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setInt32(0, size)
    const before = process.memoryUsage().arrayBuffers
    new FrameReader(size).push(bytes, () => {})
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024)
  })
})
