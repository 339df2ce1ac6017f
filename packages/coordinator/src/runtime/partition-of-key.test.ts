import { expect, test } from '@jest/globals'
import { partitionOfKey } from './partition-of-key.ts'

test.each([
  ['', 50, 0],
  ['a', 50, 47],
  ['abc', 50, 96354 % 50],
  ['hello', 50, 99162322 % 50],
  // Overflows 32 bits: "hello world".hashCode() is 1794106052.
  ['hello world', 50, 1794106052 % 50],
  // Java's hash of this is the smallest integer, whose absolute value is negative there.
  ['polygenelubricants', 50, 0],
  // Two UTF-16 units: 0xd83d * 31 + 0xde00.
  ['\u{1f600}', 50, (0xd83d * 31 + 0xde00) % 50],
  ['anything', 1, 0],
])('%j of %d partitions is %d', (key, partitions, expected) => {
  expect(partitionOfKey(key, partitions)).toBe(expected)
})
