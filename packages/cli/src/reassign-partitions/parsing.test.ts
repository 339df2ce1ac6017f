import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { assignmentText, checkAssignments, parseAssignmentFile, parseTopicsFile } from './assignment-file.ts'
import { main } from './main.ts'

const partition = (fields: string) => `{"version":1,"partitions":[{"topic":"t","partition":0,${fields}}]}`

describe('--reassignment-json-file', () => {
  test('partitions in order, with directories or without; the version may be left out', () => {
    const text =
      '{"partitions":[{"topic":"u","partition":0,"replicas":[1]},' +
      '{"topic":"t","partition":10,"replicas":[3,2],"log_dirs":["/a","any"]},{"topic":"t","partition":9,"replicas":[1,2]}]}'
    const assignments = parseAssignmentFile(text)
    expect(assignments).toEqual([
      { topic: 't', partition: 9, replicas: [1, 2], logDirs: ['any', 'any'] },
      { topic: 't', partition: 10, replicas: [3, 2], logDirs: ['/a', 'any'] },
      { topic: 'u', partition: 0, replicas: [1], logDirs: ['any'] },
    ])
    expect(parseAssignmentFile(assignmentText(assignments))).toEqual(assignments)
  })

  test('is written as Apache writes it', () => {
    expect(assignmentText([{ topic: 't', partition: 0, replicas: [1, 2], logDirs: ['any', '/x'] }])).toBe(
      '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2],"log_dirs":["any","/x"]}]}',
    )
  })

  test.each([
    ['nonsense', 'The input string is not a valid JSON'],
    ['{"version":2,"partitions":[]}', 'Not supported version field value 2'],
    ['{"partitions":5}', 'Field `partitions` is not a list'],
    ['{"partitions":[{"topic":"t","partition":0}]}', 'No such field exists: `replicas`'],
    [partition('"replicas":["x"]'), 'Field `replicas` is ["x"]: expected a list of integers of 32 bits'],
    [partition('"replicas":[1],"log_dirs":[1]'), 'Field `log_dirs` is [1]: expected a list of strings'],
    [
      partition('"replicas":[1,2],"log_dirs":["any"]'),
      'Size of replicas list [1, 2] is different from size of log dirs list [any] for partition t-0',
    ],
  ])('cannot be read: %s', (text, message) => expect(() => parseAssignmentFile(text)).toThrow(message))

  test.each([
    ['{"version":1,"partitions":[]}', 'Partition reassignment list cannot be empty'],
    ['{"version":1}', 'Partition reassignment list cannot be empty'],
    ['null', 'Partition reassignment list cannot be empty'],
    [partition('"replicas":[]'), 'Partition replica list cannot be empty'],
    [
      partition('"replicas":[2,1,2]'),
      'Partition replica lists may not contain duplicate entries: t-0 contains multiple entries for 2',
    ],
    [
      '{"partitions":[{"topic":"t","partition":0,"replicas":[1]},{"topic":"t","partition":0,"replicas":[2]}]}',
      'Partition reassignment contains duplicate topic partitions: t-0',
    ],
  ])('cannot be executed: %s', (text, message) =>
    expect(() => checkAssignments(parseAssignmentFile(text))).toThrow(message),
  )
})

describe('--topics-to-move-json-file', () => {
  test('names', () => {
    expect(parseTopicsFile('{"version":1,"topics":[{"topic":"b"},{"topic":"a"}]}')).toEqual(['b', 'a'])
    expect(parseTopicsFile('{"version":1}')).toEqual([])
  })

  test.each([
    ['nonsense', 'The input string is not a valid JSON'],
    ['{"topics":["a"]}', 'No such field exists: `topic`'],
    ['{"topics":{}}', 'Field `topics` is not a list'],
    ['{"topics":[{"topic":"a"},{"topic":"a"}]}', 'List of topics to reassign contains duplicate entries: [a]'],
  ])('cannot be read: %s', (text, message) => expect(() => parseTopicsFile(text)).toThrow(message))
})

const B = '--bootstrap-server localhost:1'

describe('the command line', () => {
  test.each([
    [B, 'Command must include exactly one action: --generate, --execute, --verify, --cancel, --list'],
    [`${B} --list --verify`, 'Command must include exactly one action'],
    ['--list', 'Missing required argument "[bootstrap-server]"'],
    [`${B} --execute`, 'Missing required argument "[reassignment-json-file]"'],
    [`${B} --generate --topics-to-move-json-file f`, 'Missing required argument "[broker-list]"'],
    [`${B} --list --reassignment-json-file f`, 'Option "[reassignment-json-file]" can\'t be used with action "[list]"'],
    [
      `${B} --verify --reassignment-json-file f --throttle 1`,
      'Option "[throttle]" can\'t be used with action "[verify]"',
    ],
    [`${B} --execute --reassignment-json-file f --throttle x`, "Cannot parse argument 'x' of option throttle"],
    [`${B} --execute --reassignment-json-file f --timeout 0`, '--timeout must be at least 1 ms'],
    [
      `${B} --execute --reassignment-json-file f --replica-alter-log-dirs-throttle 5`,
      'Option "[replica-alter-log-dirs-throttle]" is not offered: replicas are not moved between the log directories',
    ],
    ['--bootstrap-controller localhost:1 --list', 'Option "[bootstrap-controller]" is not offered'],
  ])('%s', async (line, message) => {
    const io = recordedIo()
    expect(await main(line.split(' '), io)).toBe(1)
    expect(io.errText()).toContain(message)
    expect(io.outText()).toBe('')
  })
})
