import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import {
  ApiKey,
  ConsumerGroupDescribeResponse,
  DeleteGroupsResponse,
  DescribeGroupsResponse,
  DescribeTopicPartitionsResponse,
  ErrorCode,
  FindCoordinatorResponse,
  ListGroupsResponse,
  ListOffsetsResponse,
  MetadataResponse,
  OffsetCommitResponse,
  OffsetDeleteResponse,
  OffsetFetchResponse,
  ZERO_UUID,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type RecordedIo, recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

let world: TestRuntime
let broker: ScriptedBroker
/** States of groups; all are of the classic protocol but `new`. */
let states: Record<string, string>
/** Offsets of every group, and where logs begin and end, by `topic:partition`. */
let committed: Map<string, number>
let logs: Map<string, { readonly start: number; readonly end: number }>
let leader: number
/** The request that gets no answer. */
let silentApi: number | undefined

beforeEach(async () => {
  world = testRuntime()
  states = { old: 'Empty', new: 'Stable', busy: 'PreparingRebalance' }
  committed = new Map([
    ['t:0', 5],
    ['t:1', 40],
  ])
  logs = new Map([
    ['t:0', { start: 30, end: 42 }],
    ['t:1', { start: 0, end: 42 }],
  ])
  leader = 1
  silentApi = undefined
  broker = await scriptedBroker(world.net, (request) =>
    request.apiKey === silentApi ? 'silent' : HANDLERS[request.apiKey]!(request),
  )
})

afterEach(() => broker.close())

interface NamedTopic {
  readonly name: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly timestamp: number
    readonly committedOffset: number
  }[]
}

const OF_CONSUMERS = { protocolType: 'consumer', protocolData: 'range' }
const MEMBER = { memberId: 'm', clientId: 'c', clientHost: '/127.0.0.1' }
const NOTHING = { topicPartitions: [] }

const HANDLERS: Record<number, (request: SeenRequest) => Reaction> = {
  [ApiKey.Metadata]: ({ body }) =>
    answer(MetadataResponse, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
      topics: (body.topics ?? []).map(({ name }: { name: string }) => ({
        errorCode: name === 't' ? 0 : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        name,
        partitions: name === 't' ? [0, 1].map(partitionOf) : [],
      })),
    }),
  [ApiKey.DescribeTopicPartitions]: ({ body }) =>
    answer(DescribeTopicPartitionsResponse, {
      throttleTimeMs: 0,
      nextCursor: null,
      topics: body.topics.map(({ name }: { name: string }) => ({
        ...{ name, topicId: ZERO_UUID, isInternal: false, topicAuthorizedOperations: 0 },
        errorCode: name === 't' ? 0 : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        partitions: name === 't' ? [0, 1].map(partitionOf) : [],
      })),
    }),
  [ApiKey.FindCoordinator]: ({ body }) =>
    answer(FindCoordinatorResponse, {
      coordinators: body.coordinatorKeys.map((key: string) => ({
        ...{ key, nodeId: 1, host: '127.0.0.1', port: broker.port, errorCode: 0, errorMessage: null },
      })),
    }),
  [ApiKey.ListGroups]: () =>
    answer(ListGroupsResponse, {
      errorCode: 0,
      groups: [
        ...Object.entries(states).map(([groupId, groupState]) => ({
          ...{ groupId, groupState, protocolType: 'consumer', groupType: groupId === 'new' ? 'consumer' : 'classic' },
        })),
        { groupId: 'connect', groupState: 'Stable', protocolType: 'connect', groupType: 'classic' },
      ],
    }),
  [ApiKey.ConsumerGroupDescribe]: ({ body }) =>
    answer(ConsumerGroupDescribeResponse, {
      throttleTimeMs: 0,
      groups: body.groupIds.map((groupId: string) => ({
        ...{ groupId, groupState: 'Stable', groupEpoch: 2, assignmentEpoch: 2, assignorName: 'uniform' },
        errorCode: groupId === 'new' ? 0 : ErrorCode.GROUP_ID_NOT_FOUND,
        members: [
          {
            ...{ ...MEMBER, memberEpoch: 2, subscribedTopicNames: ['t'], targetAssignment: NOTHING, memberType: 1 },
            assignment: { topicPartitions: [{ topicId: ZERO_UUID, topicName: 't', partitions: [1] }] },
          },
        ],
      })),
    }),
  [ApiKey.DescribeGroups]: ({ body }) =>
    answer(DescribeGroupsResponse, {
      groups: body.groups.map((groupId: string) => ({
        ...{ groupId, ...OF_CONSUMERS, groupState: states[groupId] ?? 'Dead', members: [] },
        errorCode: states[groupId] === undefined ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
        errorMessage: states[groupId] === undefined ? `Group ${groupId} not found.` : null,
      })),
    }),
  [ApiKey.OffsetFetch]: ({ body }) =>
    answer(OffsetFetchResponse, {
      groups: body.groups.map(({ groupId }: { groupId: string }) => ({
        groupId,
        topics: [...committed].map(([key, committedOffset]) => ({
          name: key.split(':')[0]!,
          partitions: [{ partitionIndex: Number(key.split(':')[1]), committedOffset, metadata: '', errorCode: 0 }],
        })),
      })),
    }),
  [ApiKey.ListOffsets]: ({ body }) =>
    answer(ListOffsetsResponse, {
      topics: body.topics.map(({ name, partitions }: NamedTopic) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => ({
          ...{ partitionIndex, errorCode: 0, offset: offsetAt(`${name}:${partitionIndex}`, timestamp) },
        })),
      })),
    }),
  [ApiKey.OffsetCommit]: ({ body }) =>
    answer(OffsetCommitResponse, {
      topics: body.topics.map(({ name, partitions }: NamedTopic) => ({
        name,
        partitions: partitions.map(({ partitionIndex, committedOffset }) => {
          committed.set(`${name}:${partitionIndex}`, committedOffset)
          return { partitionIndex, errorCode: 0 }
        }),
      })),
    }),
  [ApiKey.OffsetDelete]: ({ body }) =>
    answer(OffsetDeleteResponse, {
      throttleTimeMs: 0,
      errorCode: states[body.groupId] === undefined ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
      topics: body.topics.map(({ name, partitions }: NamedTopic) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: body.groupId === 'new' && partitionIndex === 1 ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : 0,
        })),
      })),
    }),
  [ApiKey.DeleteGroups]: ({ body }) =>
    answer(DeleteGroupsResponse, {
      throttleTimeMs: 0,
      results: body.groupsNames.map((groupId: string) => ({
        groupId,
        errorCode: states[groupId] === 'Empty' ? 0 : ErrorCode.NON_EMPTY_GROUP,
      })),
    }),
}

function partitionOf(partitionIndex: number) {
  return {
    ...{ errorCode: 0, partitionIndex, leaderId: leader, leaderEpoch: 0, replicaNodes: [1], isrNodes: [1] },
    ...{ eligibleLeaderReplicas: [], lastKnownElr: [], offlineReplicas: [] },
  }
}

/** A time finds the record of that number; none behind the end. */
function offsetAt(key: string, timestamp: number): number {
  const { start, end } = logs.get(key)!
  if (timestamp === -1) return end
  if (timestamp === -2) return start
  return timestamp < end ? Math.max(timestamp, start) : -1
}

interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs the tool for so long on the clock, then presses Ctrl-C. */
async function run(
  line: string,
  { io = recordedIo(world), ms = 3_000 }: { io?: RecordedIo; ms?: number } = {},
): Promise<Outcome> {
  const running = main(['--bootstrap-server', `127.0.0.1:${broker.port}`, ...line.split(' ')], io)
  await world.clock.advance(ms)
  io.interrupt()
  await world.clock.advance(1_000)
  return { exitCode: await running, out: io.outText(), err: io.errText() }
}

/** Words of rows, without headings. */
const rows = (out: string) =>
  out
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('GROUP '))
    .map((row) => row.trim().replace(/ +/g, ' '))

test('--timeout is also how long a broker is looked for', async () => {
  broker.close()
  const begin = world.clock.monotonic()
  let tookMs: number | undefined
  const io = recordedIo(world)
  const args = ['--bootstrap-server', `127.0.0.1:${broker.port}`, '--list', '--timeout', '2000']
  const running = main(args, io).then(() => {
    tookMs = world.clock.monotonic() - begin
  })
  await world.clock.advance(30_000)
  await running
  expect(tookMs).toBeLessThanOrEqual(2_000)
  expect(io.outText()).toContain('NetworkException')
})

test.each([
  ['--list', ApiKey.ListGroups],
  ['--describe --group old', ApiKey.DescribeGroups],
  ['--describe --group old', ApiKey.OffsetFetch],
  ['--describe --group old', ApiKey.ListOffsets],
  ['--describe --all-groups --state', ApiKey.ListGroups],
  ['--delete --group old', ApiKey.DeleteGroups],
  ['--delete-offsets --group old --topic t', ApiKey.DescribeTopicPartitions],
  ['--delete-offsets --group old --topic t', ApiKey.OffsetDelete],
  ['--reset-offsets --group old --topic t --to-latest --dry-run', ApiKey.DescribeGroups],
  ['--reset-offsets --group old --topic t --to-latest --dry-run', ApiKey.OffsetFetch],
  ['--reset-offsets --group old --topic t --to-latest --dry-run', ApiKey.ListOffsets],
  ['--reset-offsets --group old --topic t --to-latest --execute', ApiKey.OffsetCommit],
])('%s --timeout holds where %d is not answered', async (line, api) => {
  silentApi = api
  const begin = world.clock.monotonic()
  let tookMs: number | undefined
  const args = ['--bootstrap-server', `127.0.0.1:${broker.port}`, ...line.split(' '), '--timeout', '2000']
  const running = main(args, recordedIo(world)).then(() => {
    tookMs = world.clock.monotonic() - begin
  })
  await world.clock.advance(2_000)
  expect(tookMs).toBe(2_000)
  await running
})

describe('--list', () => {
  test('groups of consumers alone', async () => {
    expect((await run('--list')).out).toBe('busy\nnew\nold\n')
    expect(rows((await run('--list --type --state')).out)).toEqual([
      'busy Classic PreparingRebalance',
      'new Consumer Stable',
      'old Classic Empty',
    ])
  })

  test('JSON', async () => {
    expect(JSON.parse((await run('--list --output json')).out)).toContainEqual({
      ...{ groupId: 'new', type: 'Consumer', state: 'Stable', protocolType: 'consumer' },
    })
  })
})

describe('--describe', () => {
  test('the lag is what Apache’s tool prints in lines, and never counts deleted records elsewhere', async () => {
    const { out, err, exitCode } = await run('--describe --group old')
    expect([exitCode, err]).toEqual([0, "\nConsumer group 'old' has no active members.\n"])
    expect(rows(out)).toEqual(['old t 0 5 42 37 - - -', 'old t 1 40 42 2 - - -'])
    const json = JSON.parse((await run('--describe --group old --output json')).out)
    expect(json).toMatchObject([{ groupId: 'old', totalLag: 14, partitions: [{ lag: 12 }, { lag: 2 }] }])
    const table = await run('--describe --group old --output table')
    expect(table.out).toMatch(/old {2}classic, Empty, 0 members\n[\s\S]*Total lag: 14\n$/)
  })

  test('several groups, by id; one in the middle of a rebalance', async () => {
    const { out, err } = await run('--describe --all-groups')
    expect(rows(out).map((row) => row.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['busy t 0', 'busy t 1', 'new t 1', 'new t 0', 'old t 0', 'old t 1'],
    ])
    expect(err).toContain("\nWarning: Consumer group 'busy' is rebalancing.\n")
  })

  test('a partition without a leader, and one of a topic that is gone, do not keep the rest from being shown', async () => {
    committed = new Map([
      ['gone:0', 7],
      ['t:0', 5],
    ])
    expect(rows((await run('--describe --group old')).out)).toEqual(['old gone 0 7 - - - - -', 'old t 0 5 42 37 - - -'])
    leader = -1
    expect(rows((await run('--describe --group old')).out)).toEqual(['old gone 0 7 - - - - -', 'old t 0 5 - - - - -'])
  })

  test.each(['--describe --group new', '--describe --group new --members --verbose', '--describe --group new --state'])(
    '%s fits the terminal',
    async (line) => {
      const widest = (text: string) => Math.max(...text.split('\n').map((row) => row.length))
      const wide = await run(`${line} --output table`)
      const columns = widest(wide.out) - 1
      const narrow = await run(line, { io: recordedIo(world, { isTerminal: true, columns }) })
      expect(widest(stripVTControlCharacters(narrow.out))).toBe(columns)
    },
  )

  test('members and states', async () => {
    expect(rows((await run('--describe --group new --members --verbose')).out)).toEqual([
      'new m /127.0.0.1 c 1 2 t:1 2 -',
    ])
    expect(rows((await run('--describe --group new --state --verbose')).out)).toEqual([
      `new 127.0.0.1:${broker.port} (1) uniform Stable 2 2 1`,
    ])
    expect((await run('--describe --group new --members --output table')).out).toContain('│ m ')
    expect((await run('--describe --group new --state --output table')).out).toContain('│ uniform ')
    expect(JSON.parse((await run('--describe --group new --state --output json')).out)).toMatchObject([
      { groupId: 'new', members: 1, groupEpoch: 2, coordinator: { id: 1 } },
    ])
  })

  test('a group that nobody knows: as Apache’s tool, on stdout with exit code 0; with JSON an error', async () => {
    expect(await run('--describe --group none')).toEqual({
      exitCode: 0,
      out: '\nError: Executing consumer group command failed due to org.apache.kafka.common.errors.GroupIdNotFoundException: Group none not found.\n',
      err: 'GROUP_ID_NOT_FOUND: DescribeGroups\n',
    })
    expect(await run('--describe --group none --output json')).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringContaining('Group none not found.'),
    })
  })

  test('a state that is not known', async () => {
    states = { odd: 'Confused' }
    expect((await run('--describe --group odd')).out).toContain("but found 'Unknown'")
  })
})

describe('--watch', () => {
  test('in a pipe: a block for each look, a group that comes later included', async () => {
    states = {}
    const io = recordedIo(world)
    const running = main(`--bootstrap-server 127.0.0.1:${broker.port} --describe --group old --watch 1`.split(' '), io)
    await world.clock.advance(1_500)
    states = { old: 'Stable' }
    await world.clock.advance(2_000)
    io.interrupt()
    await world.clock.advance(1_000)
    expect(await running).toBe(0)
    expect(io.errText()).toBe('Group old not found.\nGroup old not found.\n')
    expect(rows(io.outText()).filter((row) => row.startsWith('old t 0 5'))).toHaveLength(2)
  })

  test('at a terminal: painted over, and the last picture stays', async () => {
    const { out } = await run('--describe --group old --watch', {
      io: recordedIo(world, { isTerminal: true }),
      ms: 5_000,
    })
    expect(out.split('\u001B[H')).toHaveLength(4)
    expect(out.split('\u001B[?1049h')).toHaveLength(2)
    expect(out.split('\u001B[?1049l').at(-1)).toMatch(/Total lag: 14/)
  })

  test('JSON: one document on a line', async () => {
    const { out } = await run('--describe --group old --watch 1 --output json')
    const documents = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(documents.length).toBeGreaterThan(2)
    expect(documents[0]).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      groups: [expect.objectContaining({ totalLag: 14 })],
    })
  })
})

describe('--delete', () => {
  test('all of them, or those that have no members', async () => {
    expect((await run('--delete --group old')).out).toBe(
      "Deletion of requested consumer groups ('old') was successful.\n",
    )
    const { out } = await run('--delete --all-groups')
    expect(out).toMatch(
      /^\nError: Deletion of some consumer groups failed:\n\* Group 'busy' could not be deleted due to: org\.apache\.kafka\.common\.errors\.GroupNotEmptyException: /,
    )
    expect(out).toMatch(/\nThese consumer groups were deleted successfully: 'old'\n$/)
  })
})

describe('--delete-offsets', () => {
  test.each([
    ['old --topic t:0', 'Request succeeded for deleting offsets from group old.', ['t 0 Successful']],
    [
      'new --topic t',
      'Error: Encountered some partition-level error, see the follow-up details.',
      ['t 0 Successful', 't 1 Error: org.apache.kafka.common.errors.GroupSubscribedToTopicException'],
    ],
    [
      'none --topic t:0',
      'Error: There is no such group.',
      ['t 0 Error: org.apache.kafka.common.errors.GroupIdNotFoundException'],
    ],
    [
      'old --topic gone --topic t:1',
      'Request succeeded for deleting offsets from group old.',
      ['gone - Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException', 't 1 Successful'],
    ],
  ])('%s', async (options, head, expected) => {
    const { out } = await run(`--delete-offsets --group ${options}`)
    const found = rows(out).map((row) => row.replace(/(?<=Exception): .*/, ''))
    expect(found).toEqual([head, 'TOPIC PARTITION STATUS', ...expected])
  })
})

describe('--reset-offsets', () => {
  const reset = (options: string) => run(`--reset-offsets --group old ${options}`)

  test.each([
    ['--all-topics --to-earliest', ['t 0 30', 't 1 0']],
    ['--topic t --to-latest', ['t 0 42', 't 1 42']],
    ['--topic t:1 --topic t:0 --to-current', ['t 0 5', 't 1 40']],
    ['--topic t --to-offset 35', ['t 0 35', 't 1 35']],
    ['--topic t:1 --shift-by -5', ['t 1 35']],
    ['--topic t --to-datetime 1970-01-01T00:00:00.033', ['t 0 33', 't 1 33']],
    // A millisecond before the epoch: ListOffsets means the end by -1.
    ['--topic t:1 --to-datetime 1969-12-31T23:59:59.999Z', ['t 1 0']],
  ])('the plan of %s', async (options, expected) => {
    const { out, err, exitCode } = await reset(options)
    expect([exitCode, rows(out)]).toEqual([0, expected.map((row) => `old ${row}`)])
    expect(err).toContain('--execute is missing')
    expect([...committed.values()]).toEqual([5, 40])
    expect((await reset(`${options} --dry-run`)).err).not.toContain('--execute')
  })

  test('--execute', async () => {
    const { out, err } = await reset('--topic t --to-offset 35 --execute')
    expect([rows(out), err]).toEqual([['old t 0 35', 'old t 1 35'], ''])
    expect([...committed.values()]).toEqual([35, 35])
  })

  test('offsets beside the log are clamped, and said to be', async () => {
    const { out, err } = await reset('--topic t --shift-by 10 --dry-run')
    expect(rows(out)).toEqual(['old t 0 30', 'old t 1 42'])
    expect(err).toBe(
      'WARN: New offset (15) is lower than earliest offset for topic partition t-0. Value will be set to 30.\n' +
        'WARN: New offset (50) is higher than latest offset for topic partition t-1. Value will be set to 42.\n',
    )
  })

  test('no record at or after the time: the end, with a warning that stays out of CSV', async () => {
    const options = '--topic t:0 --by-duration -PT1H --dry-run'
    const warning = '\nWarn: Partition 0 from topic t is empty. Falling back to latest known offset.\n'
    expect(await reset(options)).toMatchObject({
      out: `${warning}\n${TABLE_HEAD}\nold             t               0          42\n`,
    })
    expect(await reset(`${options} --export`)).toMatchObject({ out: 't,0,42\n\n', err: warning })
  })

  const TABLE_HEAD = 'GROUP           TOPIC           PARTITION  NEW-OFFSET'

  test('--from-file, in both layouts', async () => {
    file('/one', 't,0,35\nt,1,7\n')
    file('/two', 'old,t,0,36\nother,t,0,31\n')
    expect(rows((await reset('--from-file /one --dry-run')).out)).toEqual(['old t 0 35', 'old t 1 7'])
    const { out } = await run('--reset-offsets --group old --group other --group third --from-file /two --dry-run')
    expect(rows(out)).toEqual(['Error: No reset plan for group third found', 'old t 0 36', 'other t 0 31'])
    const exported = await run('--reset-offsets --group old --group other --from-file /two --export --dry-run')
    expect(exported.out).toBe('old,t,0,36\nother,t,0,31\n\n')
  })

  test('JSON and table', async () => {
    expect(JSON.parse((await reset('--topic t:1 --to-latest --output json')).out)).toEqual([
      { groupId: 'old', executed: false, partitions: [{ topic: 't', partition: 1, offset: 42 }] },
    ])
    expect((await reset('--topic t:1 --to-latest --output table')).out).toMatch(
      /│ old .*│ 42 [\s\S]*Nothing has been changed/,
    )
  })

  test('a group with members is left alone', async () => {
    const { out } = await run('--reset-offsets --group new --topic t --to-earliest --execute')
    expect(out).toBe(
      `\nError: Assignments can only be reset if the group 'new' is inactive, but the current state is Stable.\n\n${TABLE_HEAD}\n`,
    )
    expect([...committed.values()]).toEqual([5, 40])
  })

  const FAILED = '\nError: Executing consumer group command failed due to '

  test.each([
    ['--topic gone --to-earliest', 'The topic "gone" does not exist'],
    ['--topic t:0,7 --topic gone:1 --to-earliest', 'The partitions "t-7,gone-1" do not exist'],
    ['--topic t --to-datetime soon', 'Unparseable date: "soon"'],
    ['--topic t --by-duration soon', 'Text cannot be parsed to a Duration: "soon"'],
    ['--from-file /none', 'Unable to read file /none'],
    ['--from-file /bad', "line 2 is 'nonsense': expected topic,partition,offset"],
  ])('%s fails, on stdout as in Apache’s tool', async (options, message) => {
    file('/bad', 't,0,1\nnonsense\n')
    const { exitCode, out } = await reset(`${options} --execute`)
    expect([exitCode, out.slice(0, FAILED.length + message.length)]).toEqual([0, FAILED + message])
    expect([...committed.values()]).toEqual([5, 40])
  })

  test('a partition without a leader', async () => {
    leader = -1
    expect((await reset('--topic t:0 --to-latest --dry-run')).out).toBe(
      `${FAILED}The partitions "t-0" have no leader\n`,
    )
  })

  test('a partition that is none', async () => {
    const { exitCode, err } = await reset('--topic t:x --to-earliest --dry-run')
    expect([exitCode, err]).toEqual([1, expect.stringContaining("Invalid partition 'x' specified in topic arg 't:x'")])
  })

  test('--to-current of what is not committed is the end', async () => {
    committed.delete('t:0')
    expect(rows((await reset('--topic t --to-current --dry-run')).out)).toEqual(['old t 0 42', 'old t 1 40'])
  })

  test('shifting what is not committed is refused', async () => {
    committed.delete('t:1')
    const { exitCode, err } = await reset('--topic t --shift-by 1 --dry-run')
    expect([exitCode, err]).toEqual([
      1,
      expect.stringContaining('Cannot shift offset for partition t-1 since there is no current committed offset'),
    ])
  })

  function file(path: string, content: string): void {
    const opened = world.disk.open(path, 'write')
    opened.write([new TextEncoder().encode(content)], 0)
    opened.close()
  }
})
