import { describe, expect, test } from '@jest/globals'
import { ProtocolError } from '../protocol-error.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import { messageFromJson, messageToJson } from './json.ts'
import { data, flexibleFrom } from './message.ts'
import { array, bits64, bytes, int32, records, string, struct } from './types.ts'

const Example = data('Example', '0-1', flexibleFrom(1), {
  id: bytes,
  later: string.v('1+'),
  tagged: int32.v('1+').default(-1).tagged(0),
  parts: array({ blob: bytes.nullable(), inner: struct({ records: records.nullable() }) }),
})

const batch = Uint8Array.of(1, 2, 3)
const parts = [
  { blob: null, inner: { records: '' } },
  { blob: '/w==', inner: { records: null } },
]

describe('JSON as Kafka prints it', () => {
  test('shows what the version carries', () => {
    for (const [version, json] of [
      [0, { id: 'AAEC', parts }],
      [1, { id: 'AAEC', later: 'x', parts }],
      [1, { id: 'AAEC', later: 'x', tagged: 5, parts }],
    ] as const) {
      const encoded = encodeMessage(Example, version, messageFromJson(Example, version, json, batch))
      const value = decodeMessage(Example, version, encoded)
      expect(value.id).toEqual(Uint8Array.of(0, 1, 2))
      expect(value.parts[0]!.inner.records).toEqual(batch)
      expect(messageToJson(Example, version, value)).toEqual(json)
    }
  })

  test('shows 64 bits as a number where that is exact, as digits where it is not', () => {
    const Hashed = data('Hashed', '0', flexibleFrom(0), { hash: bits64 })
    for (const [hash, json] of [
      [-7n, -7],
      [2n ** 63n - 1n, '9223372036854775807'],
    ] as const) {
      const value = decodeMessage(Hashed, 0, encodeMessage(Hashed, 0, { hash }))
      expect(value).toEqual({ hash })
      expect(messageToJson(Hashed, 0, value)).toEqual({ hash: json })
      expect(messageFromJson(Hashed, 0, { hash: json })).toEqual({ hash })
    }
  })

  test.each([
    [{ id: '', parts, nonsense: 1 }, 'Example has no field nonsense'],
    [{ id: '', parts: 5 }, 'Example.parts: an array is expected'],
    [{ id: '', parts: ['x'] }, 'Example.parts: an object is expected'],
  ])('%j is refused', (json, message) => {
    expect(() => messageFromJson(Example, 1, json)).toThrow(new ProtocolError(message))
  })
})
