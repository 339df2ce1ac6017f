import { describe, expect, test } from '@jest/globals'
import { murmur2, partitionForKey, toPositive } from './murmur2.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

describe("the hash of Kafka's partitioners", () => {
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
    ['', 275646681],
  ])('of %j', (text, hash) => {
    expect(murmur2(ascii(text))).toBe(hash)
  })

  test('of a view is that of its bytes', () => {
    expect(murmur2(ascii('xfoobarx').subarray(1, 7))).toBe(-790332482)
  })
})

test.each([
  [0, 0],
  [-1, 0x7fffffff],
  [-0x80000000, 0],
  [-973932308, 1173551340],
])('toPositive(%d) is %d', (hash, positive) => {
  expect(toPositive(hash)).toBe(positive)
})

test('a key keeps its partition', () => {
  expect([1, 3, 6, 50].map((count) => partitionForKey(ascii('21'), count))).toEqual(
    [1, 3, 6, 50].map((count) => 1173551340 % count),
  )
})
