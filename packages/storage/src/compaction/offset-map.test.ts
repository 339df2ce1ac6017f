import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MAP_ENTRY_BYTES, OffsetMap } from './offset-map.ts'

const utf8 = new TextEncoder()
const HASH_KEY = Uint8Array.from({ length: 16 }, (_, index) => 31 * index)

function mapOf(slots: number, loadFactor = 0.9): OffsetMap {
  return new OffsetMap({ bytesMax: slots * MAP_ENTRY_BYTES, loadFactor, keysMax: 1_000_000, hashKey: HASH_KEY })
}

const put = (map: OffsetMap, key: string, offset: number) => {
  const bytes = utf8.encode(key)
  return map.put(bytes, { start: 0, end: bytes.length }, offset)
}
const get = (map: OffsetMap, key: string) => {
  const bytes = utf8.encode(key)
  return map.get(bytes, { start: 0, end: bytes.length })
}

describe('OffsetMap', () => {
  test('knows the last offset of each key, as a Map does', () => {
    const operations = fc.array(fc.tuple(fc.nat(40), fc.nat(1e9)), { maxLength: 200 })
    fc.assert(
      fc.property(operations, (entries) => {
        const map = mapOf(50)
        const model = new Map<string, number>()
        for (const [key, offset] of entries) {
          expect(put(map, `key-${key}`, offset)).toBe(true)
          model.set(`key-${key}`, offset)
        }
        for (let key = 0; key <= 40; key++) expect(get(map, `key-${key}`)).toBe(model.get(`key-${key}`) ?? -1)
        expect(map.size).toBe(model.size)
      }),
    )
  })

  test('takes offsets up to 2^53 and the offset 0', () => {
    const map = mapOf(16)
    put(map, 'low', 0)
    put(map, 'high', 2 ** 53 - 2)
    expect([get(map, 'low'), get(map, 'high'), get(map, 'none')]).toEqual([0, 2 ** 53 - 2, -1])
  })

  test('is full at its load factor, and still takes new offsets of the keys that it has', () => {
    const map = mapOf(100, 0.5)
    for (let key = 0; key < 50; key++) expect(put(map, `${key}`, key)).toBe(true)
    expect([put(map, 'another', 1), map.utilization]).toEqual([false, 1])
    expect(put(map, '7', 999)).toBe(true)
    expect([get(map, '7'), get(map, 'another'), map.size]).toEqual([999, -1, 50])
  })

  test.each([0, 1, 7])('a factor of %s leaves a slot free, so that a search ends', (loadFactor) => {
    const map = mapOf(16, loadFactor)
    let count = 0
    while (put(map, `${count}`, count)) count++
    expect(count).toBe(loadFactor === 0 ? 1 : 15)
    expect(get(map, 'none')).toBe(-1)
  })
})
