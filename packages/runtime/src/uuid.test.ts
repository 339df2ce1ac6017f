import { expect, test } from '@jest/globals'
import { seededRandom } from './testing/index.ts'
import { randomUuid } from './uuid.ts'

test('ids are distinct version 4 UUIDs in base64url that do not begin with a dash', () => {
  const random = seededRandom(1)
  const seen = new Set<string>()
  for (let count = 0; count < 2000; count++) {
    const id = randomUuid(random)
    expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
    const bytes = Buffer.from(id, 'base64url')
    expect(bytes.toString('base64url')).toBe(id)
    expect([bytes.length, bytes[6]! >> 4, bytes[8]! >> 6]).toEqual([16, 4, 2])
    seen.add(id)
  }
  expect(seen.size).toBe(2000)
})

test('draws again when an id would begin with a dash', () => {
  const draws = [new Uint8Array(16).fill(0xfb), new Uint8Array(16)]
  const random = { bytes: () => draws.shift()!, integer: () => 0 }
  expect(randomUuid(random)).toBe('AAAAAAAAQACAAAAAAAAAAA')
  expect(draws).toEqual([])
})
