import { describe, expect, test } from '@jest/globals'
import { parseDefinitions } from '@ottla/protocol/testing'
import { checkDefinitions } from './check-definitions.ts'
import { checkVectors } from './check-vectors.ts'

const RIGHT = '{"name":"ResponseHeader","version":1,"kind":"filled","json":{"correlationId":1},"hex":"0000000100"}'
const UNKNOWN_TAG = '"name":"ResponseHeader","version":1,"json":{"correlationId":1},"hex":"00000001010500"'
const check = (...lines: string[]) => checkVectors(lines.join('\n'), new Uint8Array(0))

describe('golden vectors', () => {
  test('that fit are counted; empty lines are nothing', () => {
    expect(check(RIGHT, '', RIGHT, '')).toEqual({ passed: 2, failed: 0, lines: [] })
  })

  test('that Kafka would write otherwise are only read, when they say so', () => {
    expect(check(`{${UNKNOWN_TAG},"decodeOnly":true}`)).toMatchObject({ passed: 1, failed: 0 })
    expect(check(`{${UNKNOWN_TAG},"decodeOnly":false}`)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('that do not fit are told with what differs', () => {
    expect(check(RIGHT, RIGHT.replace(':1}', ':2}'))).toEqual({
      passed: 1,
      failed: 1,
      lines: ['compiled', 'interpreted'].flatMap((codec) => [
        `line 2: ResponseHeader version 1 filled: ${codec}: correlationId: 1 read, 2 expected`,
        `line 2: ResponseHeader version 1 filled: ${codec}: byte 3 of 5 written differs (5 written): …0000000200…, expected …0000000100…`,
      ]),
    })
  })

  test.each([
    ['no JSON', '{', /^line 1: it is not JSON: /],
    ['null', 'null', /^line 1: it has no name$/],
    ['no version', '{"name":"ResponseHeader"}', /^line 1: ResponseHeader: it has no version$/],
    ['odd hex', RIGHT.replace('00000001', '0000001'), /its hex is not lower-case hexadecimal$/],
    ['no hex', RIGHT.replace('00000001', 'no'), /its hex is not lower-case hexadecimal$/],
    ['no json', RIGHT.replace('{"correlationId":1}', 'null'), /its json is not an object$/],
    [
      'an unknown message',
      RIGHT.replace('ResponseHeader', 'Nothing'),
      /Nothing version 1 filled: Nothing: no such message$/,
    ],
  ])('a line with %s fails', (_, line, message) => {
    expect(check(line)).toEqual({ passed: 0, failed: 1, lines: [expect.stringMatching(message)] })
  })
})

describe('definitions', () => {
  const table = (text: string) => [...parseDefinitions(text).values()]
  const HEADER = 'ResponseHeader header -1 0-1 1+\n CorrelationId int32 0+\n'
  const about = (text: string, name: string) => checkDefinitions(table(text)).filter((line) => line.startsWith(name))

  test('that agree', () => {
    expect(about(HEADER, 'ResponseHeader')).toEqual([])
  })

  test('that differ, are missing here, or there', () => {
    expect(about(HEADER.replace('int32', 'int64'), 'ResponseHeader')[0]).toContain('type int32, Kafka has int64')
    expect(about('Later request 200 0 0+\n', 'Later')).toEqual(['Later: it is not defined here'])
    expect(about(HEADER, 'ProduceRequest')).toEqual(['ProduceRequest: Kafka has none of it'])
  })

  test('that Kafka has withdrawn are not asked for', () => {
    expect(about('StopReplicaRequest request 5 none none\n', 'StopReplica')).toEqual([])
  })
})
