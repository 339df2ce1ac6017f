import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ApiKey, apiName } from './api-keys.ts'
import { apis } from './apis.ts'
import { Reader } from './bytes/reader.ts'
import { Writer } from './bytes/writer.ts'
import {
  decodeRequestHeader,
  RequestHeader,
  ResponseHeader,
  readResponseHeader,
  writeRequestHeader,
  writeResponseHeader,
} from './headers.ts'
import { ProtocolError, UnknownApiKeyError } from './protocol-error.ts'
import { encodeMessage } from './schema/codec.ts'

interface KafkaApi {
  readonly key: number
  readonly name: string
  readonly versions: string
  readonly headers: string
}

const kafka = JSON.parse(readFileSync(new URL('./vectors/api-keys.json', import.meta.url), 'utf8')) as KafkaApi[]

/** [API key, API version, request header version, response header version] for everything that Kafka serves. */
const headerVersions = kafka.flatMap(({ key, headers }) =>
  headers.split(' ').map((entry) => [key, ...entry.split(/[:/]/).map(Number)] as [number, number, number, number]),
)

const written = (write: (writer: Writer) => void) => {
  const writer = new Writer(false)
  write(writer)
  return writer.toBytes()
}

test("API keys are Kafka's", () => {
  expect(Object.entries(ApiKey).map(([name, key]) => ({ name, key }))).toEqual(
    kafka.map(({ name, key }) => ({ name, key })),
  )
  expect([apiName(1), apiName(4), apiName(95)]).toEqual(['Fetch', undefined, undefined])
})

test('the messages defined agree with the table of keys', () => {
  for (const [key, { request, response }] of apis) {
    expect([request.name, response.name]).toEqual([`${apiName(key)}Request`, `${apiName(key)}Response`])
    expect(response.apiKey).toBe(key)
    expect(response.versions).toEqual(request.versions)
  }
})

describe('headers', () => {
  test('have the version that Kafka gives them, for every version of every API', () => {
    for (const [apiKey, apiVersion, requestHeader, responseHeader] of headerVersions) {
      const identity = { apiKey, apiVersion, correlationId: 77, clientId: 'someone' }
      const asMessage = { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId: 77, clientId: 'someone' }
      const request = written((writer) => writeRequestHeader(writer, identity))
      expect([apiKey, apiVersion, request]).toEqual([
        apiKey,
        apiVersion,
        encodeMessage(RequestHeader, requestHeader, asMessage),
      ])
      expect(decodeRequestHeader(request)).toEqual({ ...identity, bodyOffset: request.length })

      const response = written((writer) => writeResponseHeader(writer, identity))
      const expected = encodeMessage(ResponseHeader, responseHeader, { correlationId: 77 })
      expect([apiKey, apiVersion, response]).toEqual([apiKey, apiVersion, expected])
      expect(readResponseHeader(new Reader(response), apiKey, apiVersion)).toBe(77)
    }
    expect(headerVersions.length).toBeGreaterThan(300)
  })

  test('a client may have no id', () => {
    const header = written((writer) =>
      writeRequestHeader(writer, { apiKey: ApiKey.Fetch, apiVersion: 16, correlationId: 1, clientId: null }),
    )
    expect(decodeRequestHeader(header)).toMatchObject({ clientId: null, bodyOffset: 11 })
  })

  test('unknown tags are skipped', () => {
    const header = Buffer.from('0001001000000005ffff020003aabbcc050101', 'hex')
    expect(decodeRequestHeader(header)).toMatchObject({ correlationId: 5, bodyOffset: 19 })
    expect(readResponseHeader(new Reader(Buffer.from('0000000902000105070100', 'hex')), ApiKey.Fetch, 16)).toBe(9)
  })

  test('ApiVersions from the future has a header that can be read', () => {
    const header = written((writer) =>
      writeRequestHeader(writer, { apiKey: ApiKey.ApiVersions, apiVersion: 127, correlationId: 3, clientId: 'new' }),
    )
    expect(decodeRequestHeader(header)).toMatchObject({ apiVersion: 127, clientId: 'new', bodyOffset: header.length })
  })

  test('an unknown API key is a typed error that tells what can be told', () => {
    const decode = () => decodeRequestHeader(Buffer.from('03e7000200000008', 'hex'))
    expect(decode).toThrow(UnknownApiKeyError)
    expect(decode).toThrow(expect.objectContaining({ apiKey: 999, apiVersion: 2, correlationId: 8 }))
    expect(() => decodeRequestHeader(Buffer.from('0004000200000008', 'hex'))).toThrow(UnknownApiKeyError)
  })

  test('any bytes are a header or a ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 1, 3, 18), (bytes, apiKey) => {
        if (bytes.length > 1) bytes.set([0, apiKey])
        try {
          expect(decodeRequestHeader(bytes).bodyOffset).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
