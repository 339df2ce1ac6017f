/** The static types are checked by the type checker; that the lines below run is a bonus. */
import { expect, test } from '@jest/globals'
import type { FetchResponse } from '../api/01-fetch.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import { data, flexibleFrom, type Infer, type InferInput } from './message.ts'
import { array, int16, int32, records, string, struct } from './types.ts'

const Example = data('Example', '0-1', flexibleFrom(1), {
  required: int32,
  versioned: string.v('1+'),
  optional: string.nullable().default(null),
  nullable: string.nullable(),
  list: array({ number: int16, later: int16.v('1+') }),
  one: struct({ names: array(string) }),
  tagged: int32.v('1+').tagged(0),
  records: records.nullable(),
})

const value: InferInput<typeof Example> = {
  required: 1,
  nullable: null,
  list: [{ number: 1 }],
  one: { names: [] },
  records: null,
}

test('every field of a decoded value is there', () => {
  const decoded: Infer<typeof Example> = decodeMessage(Example, 1, encodeMessage(Example, 1, value))
  const texts: (string | null)[] = [decoded.versioned, decoded.optional, decoded.nullable]
  const bytes: Uint8Array | null = decoded.records
  const numbers: number[] = [decoded.required, decoded.tagged, ...decoded.list.map((element) => element.later)]
  expect([texts, bytes, numbers]).toEqual([['', null, null], null, [1, 0, 0]])
})

test('what was decoded can be encoded', () => {
  const bytes = encodeMessage(Example, 1, value)
  const again: InferInput<typeof Example> = decodeMessage(Example, 1, bytes)
  expect(encodeMessage(Example, 1, again)).toEqual(bytes)
})

test('records may be bytes that are not in memory', () => {
  const region: InferInput<typeof FetchResponse>['responses'][number]['partitions'][number]['records'] = {
    byteLength: 5,
  }
  expect(region).toEqual({ byteLength: 5 })
})

test('the type checker refuses', () => {
  // @ts-expect-error: required fields are required
  const missing: InferInput<typeof Example> = { nullable: null, list: [], one: { names: [] }, records: null }
  // @ts-expect-error: a field that does not exist
  const unknown: InferInput<typeof Example> = { ...value, other: 1 }
  // @ts-expect-error: null where no version has it
  const nulled: InferInput<typeof Example> = { ...value, required: null }
  // @ts-expect-error: not a range of versions
  expect(() => int32.v('1 to 3')).toThrow(TypeError)
  expect([missing, unknown, nulled]).toHaveLength(3)
})
