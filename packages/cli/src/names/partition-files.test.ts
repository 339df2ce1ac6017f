import { describe, expect, test } from '@jest/globals'
import { parseOffsetFile } from '../delete-records/offset-file.ts'
import { parseElectionFile } from '../leader-election/election-file.ts'

describe('--offset-json-file', () => {
  test('partitions with offsets; the version may be left out', () => {
    const partitions = '[{"topic":"t","partition":1,"offset":5},{"topic":"t","partition":0,"offset":-1}]'
    const expected = [
      { topic: 't', partition: 1, beforeOffset: 5 },
      { topic: 't', partition: 0, beforeOffset: -1 },
    ]
    expect(parseOffsetFile(`{"version":1,"partitions":${partitions}}`)).toEqual(expected)
    expect(parseOffsetFile(`{"partitions":${partitions}}`)).toEqual(expected)
  })

  test.each([
    ['\nnonsense', 'The input string is not a valid JSON: Unexpected token \'o\', " nonsense" is not valid JSON'],
    ['{"version":2,"partitions":[]}', 'Not supported version field value 2'],
    ['{"version":1}', 'Missing partitions field'],
    ['[]', 'Missing partitions field'],
    ['null', 'Missing partitions field'],
    ['{"partitions":[{"topic":"t"}]}', 'No such field exists: `partition`'],
    ['{"partitions":[{"topic":"t","partition":0}]}', 'No such field exists: `offset`'],
    ['{"partitions":[7]}', 'No such field exists: `topic`'],
    ['{"partitions":[{"topic":1,"partition":0,"offset":1}]}', 'Field `topic` is 1: expected a string'],
    [
      '{"partitions":[{"topic":"t","partition":0.5,"offset":1}]}',
      'Field `partition` is 0.5: expected an integer of 32 bits',
    ],
    ['{"partitions":[{"topic":"t","partition":4294967296,"offset":1}]}', 'expected an integer of 32 bits'],
    ['{"partitions":[{"topic":"t","partition":0,"offset":1e300}]}', 'expected an integer up to 2^53 - 1'],
    [
      '{"partitions":[{"topic":"t","partition":0,"offset":1},{"topic":"t","partition":0,"offset":2}]}',
      'Offset json file contains duplicate topic partitions: t-0',
    ],
  ])('refuses %s', (text, message) => expect(() => parseOffsetFile(text)).toThrow(message))
})

describe('--path-to-json-file', () => {
  test('partitions', () => {
    expect(parseElectionFile('{"partitions":[{"topic":"t","partition":1}]}')).toEqual([{ topic: 't', partition: 1 }])
    expect(parseElectionFile('{"partitions":[]}')).toEqual([])
  })

  test.each([
    ['nonsense', 'Replica election data is empty'],
    ['5', 'Replica election data is empty'],
    ['{}', 'Replica election data is missing "partitions" field'],
    ['{"partitions":[{"topic":"t"}]}', 'No such field exists: `partition`'],
    [
      '{"partitions":[{"topic":"t","partition":0},{"topic":"t","partition":0}]}',
      'Replica election data contains duplicate partitions: [t-0]',
    ],
  ])('refuses %s', (text, message) => expect(() => parseElectionFile(text)).toThrow(message))
})
