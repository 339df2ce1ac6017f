/** Random values of every message and version, and random damage to their bytes; the compiler against the interpreter. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { messages } from '../messages.ts'
import { ProtocolError } from '../protocol-error.ts'
import { uuidFromBytes } from '../uuid.ts'
import { compiledCodec } from './compile.ts'
import { interpretedCodec } from './interpret.ts'
import { type Codec, data, flexibleFrom, type Message } from './message.ts'
import { type FieldAt, resolve, type StructAt, type TypeAt } from './resolve.ts'
import {
  array,
  bits64,
  bool,
  bytes,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from './types.ts'

/** Every type in every place that the language allows, beyond what the messages of today use. */
const Everything = data('Everything', '0-2', flexibleFrom(1), {
  bool,
  int8,
  int16,
  int32,
  int64,
  bits64,
  bitsWithDefault: bits64.v('1+').default(-7n).tagged(5),
  manyBits: array(bits64),
  uint16,
  uint32,
  float64,
  uuid,
  string,
  bytes,
  records: records.nullable(),
  nullableBytes: bytes.nullable().default(null),
  uuids: array(uuid),
  bools: array(bool),
  texts: array(string).nullable(),
  inner: struct({ a: int8, b: string.v('2+').default('b') }),
  nullableInner: struct({ a: int8, c: array(int64) }).nullable(),
  later: struct({ a: int32 }).v('2+').nullable().default(null),
  taggedText: string.v('1+').default('none').tagged(0).ignorable(),
  taggedLarge: array({ text: string, inner: struct({ number: int64 }) })
    .v('1+')
    .tagged(3)
    .ignorable(),
  taggedNullable: struct({ a: int16 }).v('1+').nullable().default(null).tagged(7).ignorable(),
  taggedNotNullByDefault: struct({ a: int16 }).v('1+').nullable().tagged(200).ignorable(),
})

const CASES: readonly (readonly [string, Message, number])[] = [...messages.values(), Everything].flatMap((message) =>
  Array.from({ length: message.versions.max - message.versions.min + 1 }, (_, index) => {
    const version = message.versions.min + index
    return [`${message.name} ${version}`, message, version] as const
  }),
)

const NUMBERS: Partial<Record<TypeAt['kind'], fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  int64: fc.maxSafeInteger(),
  bits64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  uint32: fc.integer({ min: 0, max: 0xffffffff }),
  float64: fc.double({ noNaN: true }),
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => uuidFromBytes(id)),
  string: fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 80 })),
  bytes: fc.uint8Array({ maxLength: 200 }),
  records: fc.uint8Array({ maxLength: 200 }),
}

function typeValue(type: TypeAt): fc.Arbitrary<unknown> {
  if (type.kind === 'struct') return structValue(type.struct)
  if (type.kind === 'array') return fc.array(typeValue(type.element), { maxLength: 3 })
  return NUMBERS[type.kind]!
}

function fieldValue(field: FieldAt): fc.Arbitrary<unknown> {
  if (field.presence === 'absent') return fc.constant(field.default)
  const value = typeValue(field.type)
  const orDefault = field.optional ? fc.oneof(value, fc.constant(field.default)) : value
  return field.nullable ? fc.oneof({ weight: 4, arbitrary: orDefault }, fc.constant(null)) : orDefault
}

function structValue(at: StructAt): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(at.fields.map((field) => [field.name, fieldValue(field)])), {
    noNullPrototype: true,
  })
}

function encoded(codec: Codec, value: unknown): Uint8Array {
  const writer = new Writer(false)
  codec.encode(writer, value)
  return writer.toBytes()
}

/** The value, or 'ProtocolError'; any other error fails the test. */
function outcome(codec: Codec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(new Reader(bytes))
  } catch (error) {
    if (error instanceof ProtocolError) return 'ProtocolError'
    throw error
  }
}

const damage = fc.record({
  at: fc.nat(),
  byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
  cut: fc.nat(),
})

function damaged(bytes: Uint8Array, how: readonly { at: number; byte: number; cut: number }[]): Uint8Array {
  const result = new Uint8Array(bytes)
  for (const { at, byte } of how) result[at % Math.max(1, result.length)] = byte
  const isCut = how.length > 0 && how[0]!.cut % 3 === 0
  return isCut ? result.subarray(0, how[0]!.cut % (result.length + 1)) : result
}

describe.each(CASES)('%s', (_, message, version) => {
  const at = resolve(message, version)
  const compiled = compiledCodec(at)
  const interpreted = interpretedCodec(at)
  const values = structValue(at)

  test('what is encoded decodes to itself, by compiler and interpreter alike', () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encoded(compiled, value)
        expect(encoded(interpreted, value)).toEqual(written)
        expect(compiled.decode(new Reader(written))).toEqual(value)
        expect(interpreted.decode(new Reader(written))).toEqual(value)
      }),
      { numRuns: 10 },
    )
  })

  test('damaged bytes are a value or a ProtocolError, the same for compiler and interpreter', () => {
    fc.assert(
      fc.property(values, fc.array(damage, { minLength: 1, maxLength: 4 }), (value, how) => {
        const wrong = damaged(encoded(compiled, value), how)
        expect(outcome(compiled, wrong)).toEqual(outcome(interpreted, wrong))
      }),
      { numRuns: 20 },
    )
  })

  test('every truncation is a ProtocolError', () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encoded(compiled, value)
        for (let length = 0; length < Math.min(written.length, 300); length++) {
          expect(outcome(compiled, written.subarray(0, length))).toBe('ProtocolError')
        }
      }),
      { numRuns: 2 },
    )
  })

  test('every field is there, in order of definition', () => {
    fc.assert(
      fc.property(values, (value) => {
        const names = Object.keys(message.fields)
        const written = encoded(compiled, value)
        expect(Object.keys(compiled.decode(new Reader(written)) as object)).toEqual(names)
        expect(Object.keys(interpreted.decode(new Reader(written)) as object)).toEqual(names)
      }),
      { numRuns: 2 },
    )
  })
})
