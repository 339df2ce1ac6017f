import { describe, expect, test } from '@jest/globals'
import { ProduceRequest } from './api/00-produce.ts'
import { FetchResponse } from './api/01-fetch.ts'
import { MetadataRequest } from './api/03-metadata.ts'
import { ApiVersionsRequest, ApiVersionsResponse } from './api/18-api-versions.ts'
import { apis } from './apis.ts'
import { ErrorCode } from './errors.ts'
import { decodeResponse, encodeRequest, encodeResponse } from './frames.ts'
import { decodeRequestHeader } from './headers.ts'
import { EncodeError } from './protocol-error.ts'
import { decodeMessage, encodeMessage } from './schema/codec.ts'
import type { Message } from './schema/message.ts'
import { resolve } from './schema/resolve.ts'

const joined = (chunks: readonly { byteLength: number }[]) => Buffer.concat(chunks as Uint8Array[])

describe('requests', () => {
  test('size, header, message', () => {
    const value = { topics: [{ name: 'test-demo' }], allowAutoTopicCreation: false }
    const frame = Buffer.from(encodeRequest(MetadataRequest, 12, { correlationId: 5, clientId: 'me' }, value))
    expect(frame.readInt32BE()).toBe(frame.length - 4)
    const header = decodeRequestHeader(frame.subarray(4))
    expect(header).toMatchObject({ apiKey: 3, apiVersion: 12, correlationId: 5, clientId: 'me' })
    const decoded = decodeMessage(MetadataRequest, 12, frame.subarray(4), header.bodyOffset)
    expect(decoded).toMatchObject({ ...value, includeTopicAuthorizedOperations: false })
  })

  test('large records are in the one array', () => {
    const records = new Uint8Array(300_000).fill(3)
    const value = { acks: -1, timeoutMs: 1, topicData: [{ name: 't', partitionData: [{ index: 0, records }] }] }
    const frame = encodeRequest(ProduceRequest, 9, { correlationId: 1, clientId: null }, value)
    const { bodyOffset } = decodeRequestHeader(frame.subarray(4))
    const decoded = decodeMessage(ProduceRequest, 9, frame, bodyOffset + 4)
    expect(Buffer.compare(decoded.topicData[0]!.partitionData[0]!.records!, records)).toBe(0)
    expect(decoded.topicData[0]!.partitionData[0]!.records!.buffer).toBe(frame.buffer)
  })
})

describe('responses', () => {
  test('every version of every API reads back', () => {
    for (const { response } of apis.values()) {
      for (let version = response.versions.min; version <= response.versions.max; version++) {
        const value = defaults(response, version)
        const frame = joined(encodeResponse(response, version, 41, value))
        expect(frame.readInt32BE()).toBe(frame.length - 4)
        expect(decodeResponse(response, version, frame.subarray(4))).toEqual({ correlationId: 41, body: value })
      }
    }
  })

  test('regions of files pass through', () => {
    const region = { byteLength: 1_000_000, path: '00000000000000000000.log' }
    const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 9, abortedTransactions: null }
    const value = {
      responses: [
        {
          topic: 't',
          partitions: [
            { ...partition, records: region },
            { ...partition, records: null },
          ],
        },
      ],
    }
    const chunks = encodeResponse(FetchResponse, 11, 1, value)
    expect(chunks[1]).toBe(region)
    expect(Buffer.from(chunks[0] as Uint8Array).readInt32BE()).toBe(
      chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) - 4,
    )
    expect(() => encodeMessage(FetchResponse, 11, value)).toThrow(
      'FetchResponse.responses.partitions.records: bytes that are not in memory',
    )
  })

  test('a broker that does not know the version of ApiVersions answers in version 0', () => {
    const refusal = {
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 2 }],
    }
    const frame = joined(encodeResponse(ApiVersionsResponse, 0, 6, refusal)).subarray(4)
    expect(decodeResponse(ApiVersionsResponse, 4, frame)).toMatchObject({ correlationId: 6, body: refusal })
  })

  test('ApiVersions never has tags in its response header', () => {
    const frame = joined(encodeResponse(ApiVersionsResponse, 4, 6, { errorCode: 0, apiKeys: [] }))
    expect(frame.toString('hex', 8)).toBe('0000010000000000')
    expect(
      decodeRequestHeader(encodeRequest(ApiVersionsRequest, 4, { correlationId: 1, clientId: '' }, {}).subarray(4))
        .bodyOffset,
    ).toBe(11)
  })

  test('a value that does not fit names its field and leaves nothing behind', () => {
    const wrong = { errorCode: 99999, apiKeys: [] }
    expect(() => encodeResponse(ApiVersionsResponse, 0, 1, wrong)).toThrow(EncodeError)
    expect(() => encodeResponse(ApiVersionsResponse, 0, 1, wrong)).toThrow(
      'ApiVersionsResponse.errorCode: int16 is expected, not 99999',
    )
    expect(joined(encodeResponse(ApiVersionsResponse, 0, 1, { errorCode: 0, apiKeys: [] })).toString('hex')).toBe(
      '0000000a00000001000000000000',
    )
  })
})

function defaults(message: Message, version: number): Record<string, unknown> {
  return Object.fromEntries(resolve(message, version).fields.map((field) => [field.name, field.default]))
}
