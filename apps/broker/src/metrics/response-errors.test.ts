import { describe, expect, test } from '@jest/globals'
import {
  ApiVersionsResponse,
  CreateTopicsResponse,
  FetchResponse,
  type Message,
  MetadataResponse,
} from '@ottla/protocol'
import { eachErrorOf } from './response-errors.ts'

function codesOf(message: Message, response: unknown): number[] {
  const codes: number[] = []
  eachErrorOf(message, response, (code) => codes.push(code))
  return codes
}

describe('error codes of a response', () => {
  test.each<[string, Message, unknown, number[]]>([
    ['at the top', ApiVersionsResponse, { errorCode: 35, apiKeys: [] }, [35]],
    ['left out: none', ApiVersionsResponse, {}, [0]],
    ['of each topic', CreateTopicsResponse, { topics: [{ errorCode: 36 }, { errorCode: 0 }] }, [36, 0]],
    [
      'of topics and their partitions',
      MetadataResponse,
      {
        topics: [
          { errorCode: 0, partitions: [{ errorCode: 5 }, { errorCode: 9 }] },
          { errorCode: 3, partitions: [] },
        ],
      },
      [0, 5, 9, 3],
    ],
    [
      'of the whole and of each partition',
      FetchResponse,
      { errorCode: 70, responses: [{ partitions: [{ errorCode: 1 }] }, { partitions: null }] },
      [70, 1],
    ],
  ])('%s', (_, message, response, codes) => {
    const found = codesOf(message, response)
    expect(found.slice(0, codes.length)).toEqual(codes)
    expect(found.slice(codes.length).every((code) => code === 0)).toBe(true)
  })

  test('a second response of the same message', () => {
    expect(codesOf(ApiVersionsResponse, { errorCode: 1 })).toEqual([1])
    expect(codesOf(ApiVersionsResponse, { errorCode: 2 })).toEqual([2])
  })
})
