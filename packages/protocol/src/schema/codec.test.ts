import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { ProduceResponse } from '../api/00-produce.ts'
import { FetchRequest } from '../api/01-fetch.ts'
import { ListOffsetsRequest } from '../api/02-list-offsets.ts'
import { MetadataRequest, MetadataResponse } from '../api/03-metadata.ts'
import { DeleteTopicsRequest } from '../api/20-delete-topics.ts'
import { DescribeTopicPartitionsRequest } from '../api/75-describe-topic-partitions.ts'
import { ELEMENTS_MAX, INT64_MAX, REQUEST_ELEMENTS_MAX } from '../bytes/reader.ts'
import { EncodeError, ProtocolError, UnsupportedVersionError } from '../protocol-error.ts'
import { ZERO_UUID } from '../uuid.ts'
import { decodeMessage, decodeRequest, encodeMessage } from './codec.ts'

const produced = { index: 0, errorCode: 0, baseOffset: 7 }
const response = (partition: object) => ({
  responses: [{ name: 't', partitionResponses: [{ ...produced, ...partition }] }],
})
const fetch = (partition: object = {}, rest: object = {}) => ({
  maxWaitMs: 1,
  minBytes: 1,
  topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1, ...partition }] }],
  ...rest,
})

describe('versions', () => {
  test('an undefined one is a typed error', () => {
    expect(() => decodeMessage(FetchRequest, 3, new Uint8Array(99))).toThrow(UnsupportedVersionError)
    expect(() => encodeMessage(FetchRequest, 19, fetch())).toThrow('FetchRequest has the versions 4-18, not 19')
    expect(() => decodeMessage(FetchRequest, -1, new Uint8Array(99))).toThrow(UnsupportedVersionError)
  })

  test('what a version cannot carry is an error, unless it is the default', () => {
    const currentLeader = { leaderId: 1, leaderEpoch: 2 }
    const message = 'ProduceResponse.responses.partitionResponses.currentLeader: this version cannot carry it'
    expect(() => encodeMessage(ProduceResponse, 9, response({ currentLeader }))).toThrow(message)
    const none = { leaderId: -1, leaderEpoch: -1 }
    const bytes = encodeMessage(ProduceResponse, 9, response({}))
    expect(encodeMessage(ProduceResponse, 9, response({ currentLeader: none }))).toEqual(bytes)
    expect(encodeMessage(ProduceResponse, 10, response({ currentLeader }))).not.toEqual(bytes)
  })

  test('what may be ignored is', () => {
    const bytes = encodeMessage(ProduceResponse, 4, response({}))
    const more = response({ logStartOffset: 5, errorMessage: 'gone', recordErrors: [{ batchIndex: 1 }] })
    expect(encodeMessage(ProduceResponse, 4, more)).toEqual(bytes)
  })

  test('fields that a version has not get their defaults', () => {
    const value = fetch({}, { forgottenTopicsData: [] })
    expect(decodeMessage(FetchRequest, 4, encodeMessage(FetchRequest, 4, value))).toEqual({
      clusterId: null,
      replicaId: -1,
      replicaState: { replicaId: -1, replicaEpoch: -1 },
      maxWaitMs: 1,
      minBytes: 1,
      maxBytes: 0x7fffffff,
      isolationLevel: 0,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic: 't',
          topicId: ZERO_UUID,
          partitions: [
            {
              partition: 0,
              currentLeaderEpoch: -1,
              fetchOffset: 0,
              lastFetchedEpoch: -1,
              logStartOffset: -1,
              partitionMaxBytes: 1,
              replicaDirectoryId: ZERO_UUID,
              highWatermark: INT64_MAX,
            },
          ],
        },
      ],
      forgottenTopicsData: [],
      rackId: '',
    })
  })

  test('defaults of one message are not shared with the next', () => {
    const bytes = encodeMessage(FetchRequest, 4, fetch())
    const first = decodeMessage(FetchRequest, 4, bytes)
    first.replicaState.replicaId = 5
    first.forgottenTopicsData.push({ topic: 'x', topicId: ZERO_UUID, partitions: [] })
    expect(decodeMessage(FetchRequest, 4, bytes)).toMatchObject({
      replicaState: { replicaId: -1 },
      forgottenTopicsData: [],
    })
  })
})

describe('values', () => {
  test.each([
    [
      'FetchRequest.topics.partitions.fetchOffset: a safe integer is expected, not 9007199254740992',
      fetch({ fetchOffset: 2 ** 53 }),
    ],
    ['FetchRequest.topics.partitions.fetchOffset: a safe integer is expected, not 0.5', fetch({ fetchOffset: 0.5 })],
    [
      'FetchRequest.topics.partitions.fetchOffset: a safe integer is expected, not undefined',
      fetch({ fetchOffset: undefined }),
    ],
    ['FetchRequest.topics.partitions.partition: int32 is expected, not 2147483648', fetch({ partition: 2 ** 31 })],
    ['FetchRequest.isolationLevel: int8 is expected, not 128', fetch({}, { isolationLevel: 128 })],
    ['FetchRequest.topics: an array is expected, not null', fetch({}, { topics: null })],
    ['FetchRequest.rackId: a string is expected, not 5', fetch({}, { rackId: 5 })],
    ['FetchRequest.rackId: a string is expected, not null', fetch({}, { rackId: null })],
    ['FetchRequest.topics: an object is expected, not "t"', fetch({}, { topics: ['t'] })],
  ])('%s', (message, value) => {
    expect(() => encodeMessage(FetchRequest, 11, value)).toThrow(new EncodeError(message))
  })

  test('null only where the version has it', () => {
    expect(() => encodeMessage(MetadataRequest, 0, { topics: null })).toThrow(
      'MetadataRequest.topics: an array is expected, not null',
    )
    expect(decodeMessage(MetadataRequest, 1, encodeMessage(MetadataRequest, 1, { topics: null })).topics).toBeNull()
    const nullName = Buffer.from('000000010000ffff00000000', 'hex')
    expect(() => decodeMessage(MetadataResponse, 0, Buffer.concat([Buffer.alloc(4), nullName]))).toThrow(
      'MetadataResponse.topics.name: null',
    )
  })

  test('a nullable struct', () => {
    const cursor = { topicName: 't', partitionIndex: 4 }
    for (const given of [null, cursor]) {
      const bytes = encodeMessage(DescribeTopicPartitionsRequest, 0, { topics: [], cursor: given })
      expect(decodeMessage(DescribeTopicPartitionsRequest, 0, bytes).cursor).toEqual(given)
    }
  })

  test('Long.MAX_VALUE where it is the default, sent or not', () => {
    const omitted = encodeMessage(FetchRequest, 18, fetch())
    expect(encodeMessage(FetchRequest, 18, fetch({ highWatermark: INT64_MAX }))).toEqual(omitted)
    const known = Buffer.from(encodeMessage(FetchRequest, 18, fetch({ highWatermark: 5 })))
    known.writeBigInt64BE(2n ** 63n - 1n, known.indexOf('0000000000000005', 0, 'hex'))
    expect(decodeMessage(FetchRequest, 18, known).topics[0]!.partitions[0]!.highWatermark).toBe(INT64_MAX)
  })

  test('a time beyond 2^53 - 1 is read as the nearest number; an offset is refused', () => {
    const asked = (timestamp: number) => ({
      replicaId: -1,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
    })
    for (const timestamp of [INT64_MAX, 2 ** 60, -(2 ** 60), -INT64_MAX, 2 ** 53 - 1]) {
      const bytes = encodeMessage(ListOffsetsRequest, 11, asked(timestamp))
      expect(decodeMessage(ListOffsetsRequest, 11, bytes).topics[0]!.partitions[0]!.timestamp).toBe(timestamp)
    }
    for (const timestamp of [2 ** 64, 0.5, Number.NaN]) {
      expect(() => encodeMessage(ListOffsetsRequest, 11, asked(timestamp))).toThrow('an integer of 64 bits is expected')
    }
    const bytes = Buffer.from(encodeMessage(FetchRequest, 18, fetch({ fetchOffset: 5 })))
    bytes.writeBigInt64BE(2n ** 53n, bytes.indexOf('0000000000000005', 0, 'hex'))
    expect(() => decodeMessage(FetchRequest, 18, bytes)).toThrow('fetchOffset: 0x0020000000000000 is beyond 2^53 - 1')
  })
})

describe('hostile bytes', () => {
  test('a count of 2^31 - 1 is refused before anything is allocated', () => {
    const bytes = Buffer.from('7fffffff00000000', 'hex')
    expect(() => decodeMessage(DeleteTopicsRequest, 1, bytes)).toThrow(
      'DeleteTopicsRequest.topicNames: 2147483647 elements',
    )
    expect(() => decodeMessage(DeleteTopicsRequest, 4, Buffer.from('ffffffff0700', 'hex'))).toThrow(ProtocolError)
  })

  test('a million empty names in a megabyte are too many', () => {
    const bytes = Buffer.alloc(2 * ELEMENTS_MAX, 1)
    bytes.set([0x81, 0x80, 0xc1, 0x00])
    expect(() => decodeMessage(DeleteTopicsRequest, 4, bytes)).toThrow(ProtocolError)
    expect(() => decodeMessage(DeleteTopicsRequest, 4, bytes)).toThrow(`more than ${ELEMENTS_MAX} array elements`)
    const limit = `more than ${REQUEST_ELEMENTS_MAX} array elements`
    expect(() => decodeRequest(DeleteTopicsRequest, 4, bytes)).toThrow(limit)
  })

  test('a tagged field must end where its size says', () => {
    const bytes = Buffer.from(
      encodeMessage(FetchRequest, 15, fetch({}, { replicaState: { replicaId: 1, replicaEpoch: 2 } })),
    )
    const size = bytes.length - 14
    expect(bytes[size]).toBe(13)
    bytes[size] = 12
    expect(() => decodeMessage(FetchRequest, 15, bytes)).toThrow(ProtocolError)
    const longer = Buffer.concat([bytes, Buffer.of(0)])
    longer[size] = 14
    expect(() => decodeMessage(FetchRequest, 15, longer)).toThrow(
      'FetchRequest.replicaState: the tagged field ends at byte',
    )
  })

  test('unknown tags are skipped, not kept', () => {
    const plain = encodeMessage(DeleteTopicsRequest, 4, { topicNames: ['t'], timeoutMs: 9 })
    const tagged = Buffer.concat([plain.subarray(0, -1), Buffer.from('01e80703aabbcc', 'hex')])
    expect(decodeMessage(DeleteTopicsRequest, 4, tagged)).toEqual(decodeMessage(DeleteTopicsRequest, 4, plain))
  })
})

test('where code from text is forbidden the interpreter takes over', () => {
  const program = `
    import { canCompile } from ${JSON.stringify(new URL('./compile.ts', import.meta.url).href)}
    import { decodeMessage, encodeMessage } from ${JSON.stringify(new URL('./codec.ts', import.meta.url).href)}
    import { MetadataRequest } from ${JSON.stringify(new URL('../api/03-metadata.ts', import.meta.url).href)}
    const bytes = encodeMessage(MetadataRequest, 12, { topics: [{ name: 'test' }] })
    process.stdout.write(JSON.stringify([canCompile, decodeMessage(MetadataRequest, 12, bytes).topics[0].name]))
  `
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program]
  expect(JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' }))).toEqual([false, 'test'])
})
