import { describe, expect, test } from '@jest/globals'
import { MemoryDisk } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'

const BASE = 1000

interface Entry {
  readonly offset: number
  readonly position: number
}

const entries = fc
  .array(fc.record({ offset: fc.integer({ min: 1, max: 50 }), position: fc.integer({ min: 1, max: 5000 }) }), {
    maxLength: 200,
  })
  .map((steps) => {
    let offset = BASE
    let position = 0
    return steps.map((step): Entry => {
      offset += step.offset
      position += step.position
      return { offset, position }
    })
  })

describe('an offset index', () => {
  test('finds the position for any offset, in memory and in the file, however it was written and cut', () => {
    fc.assert(
      fc.property(
        entries,
        fc.nat(),
        fc.nat({ max: 300_000 }),
        fc.boolean(),
        (all, writeAfter, cutPosition, writesOften) => {
          const disk = new MemoryDisk()
          const index = OffsetIndex.empty(disk, '/i.index', BASE)
          for (const [count, { offset, position }] of all.entries()) {
            index.append(offset, position)
            if (writesOften && count % (1 + (writeAfter % 7)) === 0) void index.file.write()
          }
          index.truncateToPosition(cutPosition)
          const kept = all.filter(({ position }) => position < cutPosition)
          const check = (subject: OffsetIndex) => {
            expect([subject.file.count, subject.last]).toEqual([kept.length, kept.at(-1)])
            for (const wanted of [BASE, ...kept.flatMap(({ offset }) => [offset - 1, offset, offset + 1])]) {
              expect(subject.floor(wanted)?.position ?? 0).toBe(
                kept.findLast(({ offset }) => offset <= wanted)?.position ?? 0,
              )
            }
          }
          check(index)
          void index.file.write()
          index.file.deactivate()
          check(index)
          check(OffsetIndex.open(disk, '/i.index', BASE)!)
          index.file.activate()
          index.append(BASE + 100_000, 10_000_000)
          void index.file.write()
          expect(OffsetIndex.open(disk, '/i.index', BASE)!.last).toEqual({
            offset: BASE + 100_000,
            position: 10_000_000,
          })
        },
      ),
    )
  })

  test('entries that a failed write left out are written by the next one', () => {
    const disk = new MemoryDisk()
    const index = OffsetIndex.empty(disk, '/i.index', BASE)
    index.append(BASE + 1, 10)
    disk.failNext({ operation: 'write', code: 'ENOSPC', afterBytes: 3 })
    expect(() => index.file.write()).toThrow(/ENOSPC/)
    index.append(BASE + 2, 20)
    expect(index.file.write()).toBeUndefined()
    expect(OffsetIndex.open(disk, '/i.index', BASE)!.file.count).toBe(2)
  })

  test('a write in a later turn covers what was there when it began', async () => {
    const disk = new MemoryDisk({ deferWrites: true })
    const index = OffsetIndex.empty(disk, '/i.index', BASE)
    index.append(BASE + 1, 10)
    const first = index.file.write()
    for (let step = 2; step < 200; step++) index.append(BASE + step, step * 10)
    index.file.deactivate()
    await first
    expect(OffsetIndex.open(disk, '/i.index', BASE)!.file.count).toBe(1)
    await index.file.write()
    expect(OffsetIndex.open(disk, '/i.index', BASE)!.last).toEqual({ offset: BASE + 199, position: 1990 })
  })

  test('a file that is not made of entries is no index', () => {
    const disk = new MemoryDisk()
    void disk.open('/i.index', 'write').write([new Uint8Array(9)], 0)
    expect(OffsetIndex.open(disk, '/i.index', BASE)).toBeUndefined()
    expect(OffsetIndex.open(disk, '/other.index', BASE)).toBeUndefined()
  })

  test('is full when the next entry would not fit', () => {
    const index = OffsetIndex.empty(new MemoryDisk(), '/i.index', BASE)
    index.append(BASE + 1, 10)
    expect([index.isFull(15), index.isFull(16)]).toEqual([true, false])
  })
})

describe('a time index', () => {
  test('keeps the largest timestamp so far, and finds the last entry at or before a time', () => {
    const index = TimeIndex.empty(new MemoryDisk(), '/t.timeindex', BASE)
    const times = [5, 5, 3, 9, 2 ** 40 + 7, -1, 2 ** 40]
    for (const [at, timestampMs] of times.entries()) index.append({ timestampMs, offset: BASE + at })
    expect(index.file.count).toBe(3)
    const found = [4, 5, 8, 9, 2 ** 40, 2 ** 41].map((time) => index.floor(time)?.offset)
    expect(found).toEqual([undefined, BASE, BASE, BASE + 3, BASE + 3, BASE + 4])
    expect(index.last).toEqual({ timestampMs: 2 ** 40 + 7, offset: BASE + 4 })
    index.truncateToOffset(BASE + 4)
    expect(index.last).toEqual({ timestampMs: 9, offset: BASE + 3 })
  })
  test('the latest time of all is not a negative one', () => {
    const index = TimeIndex.empty(new MemoryDisk(), '/t.timeindex', BASE)
    index.append({ timestampMs: 7, offset: BASE })
    // 2^63 - 1, as a number.
    index.append({ timestampMs: 2 ** 63, offset: BASE + 1 })
    index.append({ timestampMs: 8, offset: BASE + 2 })
    expect([index.file.count, index.last]).toEqual([2, { timestampMs: 2 ** 63, offset: BASE + 1 }])
    expect([6, 7, 8].map((time) => index.floor(time)?.offset)).toEqual([undefined, BASE, BASE])
  })
})
