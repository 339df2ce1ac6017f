import { describe, expect, test } from '@jest/globals'
import { FrameBuffers } from './frame-buffers.ts'

const KIB = 1024

describe('FrameBuffers', () => {
  test('memory that was given back is used again, for frames of about that size', () => {
    const buffers = new FrameBuffers()
    const first = buffers.take(100 * KIB)
    expect(first.length).toBe(128 * KIB)
    buffers.giveBack(first.subarray(0, 100 * KIB))
    expect(buffers.freeBytes).toBe(128 * KIB)
    expect(buffers.take(200 * KIB).buffer).not.toBe(first.buffer)
    const again = buffers.take(70 * KIB)
    expect(again.buffer).toBe(first.buffer)
    expect(again.length).toBe(128 * KIB)
    expect(buffers.freeBytes).toBe(0)
  })

  test.each([1, 4 * KIB, 32 * KIB - 1, 2048 * KIB + 1])('frames of %i bytes have memory of their own', (bytes) => {
    const buffers = new FrameBuffers()
    const frame = buffers.take(bytes)
    expect(frame.length).toBe(bytes)
    buffers.giveBack(frame)
    expect(buffers.freeBytes).toBe(0)
  })

  test('what is given back twice is used once', () => {
    const buffers = new FrameBuffers()
    const frame = buffers.take(100 * KIB)
    buffers.giveBack(frame)
    buffers.giveBack(frame)
    expect(buffers.take(100 * KIB).buffer).not.toBe(buffers.take(100 * KIB).buffer)
  })

  test('keeps no more than 16 MiB', () => {
    const buffers = new FrameBuffers()
    const taken = Array.from({ length: 20 }, () => buffers.take(1024 * KIB))
    for (const each of taken) buffers.giveBack(each)
    expect(buffers.freeBytes).toBe(16 * 1024 * KIB)
  })

  test('what was not needed between two looks goes, half of it each time, and is freed at once', () => {
    const buffers = new FrameBuffers()
    const taken = Array.from({ length: 8 }, () => buffers.take(1024 * KIB))
    for (const each of taken) buffers.giveBack(each)
    buffers.shrink()
    expect(buffers.freeBytes).toBe(8 * 1024 * KIB)
    const busy = [buffers.take(1024 * KIB), buffers.take(1024 * KIB)]
    for (const each of busy) buffers.giveBack(each)
    buffers.shrink()
    expect(buffers.freeBytes).toBe(5 * 1024 * KIB)
    expect(taken.filter(({ length }) => length === 0)).toHaveLength(3)
    for (let looks = 0; looks < 10; looks++) buffers.shrink()
    expect(buffers.freeBytes).toBe(0)
  })

  test('a huge frame is freed when it comes back', () => {
    const buffers = new FrameBuffers()
    const frame = buffers.take(3 * 1024 * KIB)
    buffers.giveBack(frame)
    expect(frame.length).toBe(0)
    expect(buffers.freeBytes).toBe(0)
  })
})
