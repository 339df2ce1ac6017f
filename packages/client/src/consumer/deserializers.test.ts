import { describe, expect, test } from '@jest/globals'
import { DESERIALIZERS, type Deserializer, deserializerOfClass } from './deserializers.ts'

const CONTEXT = { topic: 't', headers: [] }

describe('deserializers', () => {
  test.each([
    ['string', [0xc3, 0xa4], 'ä'],
    ['short', [0xff, 0xfe], -2],
    ['integer', [0, 0, 1, 0], 256],
    ['long', [0x80, 0, 0, 0, 0, 0, 0, 1], -9_223_372_036_854_775_807n],
    ['float', [0x3f, 0x80, 0, 0], 1],
    ['double', [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 1],
  ] as const)('%s', (name, bytes, expected) => {
    const deserialize: Deserializer<unknown> = DESERIALIZERS[name]
    expect(deserialize(Uint8Array.from(bytes), CONTEXT)).toBe(expected)
    expect(deserialize(null, CONTEXT)).toBeNull()
  })

  test.each(['short', 'integer', 'long', 'float', 'double'] as const)('%s refuses another length', (name) => {
    expect(() => DESERIALIZERS[name](new Uint8Array(3), CONTEXT)).toThrow(new RegExp(`${name} takes \\d bytes, not 3`))
  })

  test('are known by the names of their Java classes', () => {
    const long = deserializerOfClass('org.apache.kafka.common.serialization.LongDeserializer')!
    expect(long(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5), CONTEXT)).toBe(5n)
    expect(deserializerOfClass('com.example.AvroDeserializer')).toBeUndefined()
    expect(deserializerOfClass('toString')).toBeUndefined()
  })
})
