import { expect, test } from '@jest/globals'
import { nodeRandom } from './random.ts'

test('bytes have the length asked for and do not repeat', () => {
  expect(nodeRandom.bytes(0)).toEqual(new Uint8Array(0))
  const drawn = Array.from({ length: 100 }, () => nodeRandom.bytes(16))
  expect(drawn.every((bytes) => bytes.byteLength === 16 && bytes.constructor === Uint8Array)).toBe(true)
  expect(new Set(drawn.map(String)).size).toBe(100)
})

test('integers are below their bound and reach all of its values', () => {
  const drawn = new Set(Array.from({ length: 1000 }, () => nodeRandom.integer(4)))
  expect([...drawn].sort()).toEqual([0, 1, 2, 3])
})
