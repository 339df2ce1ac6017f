import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import { ApiKey, ErrorCode, encodeBatch, FetchResponse, ListOffsetsResponse, MetadataResponse } from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type OneMemberGroup, oneMemberGroup } from '../testing/one-member-group.ts'
import { recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

const utf8 = new TextEncoder()
/** Later versions of offset requests know topics by their ids alone. */
const NAMES_VERSION_MAX = 9

let world: TestRuntime
let broker: ScriptedBroker
/** The values of each partition of each topic; `key=value` has a key. */
let topics: Record<string, string[][]>
let group: OneMemberGroup

beforeEach(async () => {
  world = testRuntime()
  topics = { hello: [['a', 'b', 'c'], ['x']], other: [['o']], __consumer_offsets: [['internal']] }
  group = oneMemberGroup(() => broker.port)
  broker = await scriptedBroker(world.net, (request) =>
    (HANDLERS[request.apiKey] ?? group.handlers[request.apiKey]!)(request),
  )
  broker.serves.set(ApiKey.OffsetFetch, [1, NAMES_VERSION_MAX])
  broker.serves.set(ApiKey.OffsetCommit, [2, NAMES_VERSION_MAX])
})

afterEach(() => broker.close())

const HANDLERS: Record<number, (request: SeenRequest) => Reaction | Promise<Reaction>> = {
  [ApiKey.Metadata]: ({ body }) =>
    answer(MetadataResponse, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
      topics: (body.topics?.map(({ name }: { name: string }) => name) ?? Object.keys(topics)).map(metadataOf),
    }),
  [ApiKey.ListOffsets]: ({ body }) =>
    answer(ListOffsetsResponse, {
      topics: body.topics.map(({ name, partitions }: ListAsked) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => ({
          partitionIndex,
          errorCode: 0,
          offset: timestamp === -2 ? 0 : topics[name]![partitionIndex]!.length,
        })),
      })),
    }),
  [ApiKey.Fetch]: ({ body }) => {
    const responses = body.topics.flatMap((asked: FetchAsked) => recordsOf(asked))
    if (responses.length > 0) return answer(FetchResponse, { sessionId: 0, responses })
    return new Promise((resolve) => {
      world.timers.after(body.maxWaitMs, () => resolve(answer(FetchResponse, { sessionId: 0, responses: [] })))
    })
  },
}

interface ListAsked {
  readonly name: string
  readonly partitions: { readonly partitionIndex: number; readonly timestamp: number }[]
}

interface FetchAsked {
  readonly topicId: string
  readonly partitions: { readonly partition: number; readonly fetchOffset: number }[]
}

function topicIdOf(name: string): string {
  return `${'A'.repeat(20)}${Object.keys(topics).indexOf(name)}A`
}

function metadataOf(name: string) {
  const partitions = topics[name]
  if (partitions === undefined) return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name, partitions: [] }
  return {
    errorCode: 0,
    name,
    isInternal: name.startsWith('__'),
    topicId: topicIdOf(name),
    partitions: partitions.map((_, partitionIndex) => ({
      ...{ errorCode: 0, partitionIndex, leaderId: 1, leaderEpoch: 0, replicaNodes: [1], isrNodes: [1] },
    })),
  }
}

function recordsOf({ topicId, partitions }: FetchAsked) {
  const name = Object.keys(topics).find((topic) => topicIdOf(topic) === topicId)!
  const answers = partitions.flatMap(({ partition, fetchOffset }) => {
    const values = topics[name]![partition]!
    const common = { partitionIndex: partition, highWatermark: values.length, abortedTransactions: null }
    if (fetchOffset > values.length) return { ...common, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE, records: null }
    const records = values.slice(fetchOffset).map(recordOf)
    return records.length === 0
      ? []
      : { ...common, errorCode: 0, records: encodeBatch({ records, baseOffset: fetchOffset }) }
  })
  return answers.length === 0 ? [] : [{ topicId, partitions: answers }]
}

function recordOf(text: string) {
  const [key, value] = text.includes('=') ? text.split('=') : [null, text]
  return { key: key === null ? null : utf8.encode(key), value: utf8.encode(value!), timestamp: 1_700_000_000_000 }
}

interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs the tool for so long on the clock, then presses Ctrl-C. */
async function run(line: string, { ms = 5_000 } = {}): Promise<Outcome> {
  const io = recordedIo(world)
  const args = line.replace('BROKER', `127.0.0.1:${broker.port}`).split(' ')
  const running = main(args, io)
  await world.clock.advance(ms)
  io.interrupt()
  await world.clock.advance(2_000)
  return { exitCode: await running, out: io.outText(), err: io.errText() }
}

const B = '--bootstrap-server BROKER'

describe('what is read', () => {
  test.each([
    ['one partition from an offset', '--topic hello --partition 0 --offset 1 --max-messages 2', 'b\nc\n'],
    ['one partition from its beginning', '--topic hello --partition 0 --offset earliest --max-messages 3', 'a\nb\nc\n'],
    ['one partition with --from-beginning', '--topic hello --partition 1 --from-beginning --max-messages 1', 'x\n'],
    ['a topic with one partition', '--topic other --from-beginning --max-messages 1', 'o\n'],
    ['no message at all', '--topic hello --from-beginning --max-messages 0', ''],
    ['from where the offset is not in the log: the end', '--topic hello --partition 0 --offset 77', ''],
  ])('%s', async (_, options, expected) => {
    const { exitCode, out, err } = await run(`${B} ${options}`)
    const count = expected.split('\n').length - 1
    expect([exitCode, out]).toEqual([0, expected])
    expect(err).toMatch(new RegExp(`^Processed a total of ${count} messages\\n$`, 'm'))
  })

  test('all partitions of a topic', async () => {
    const { out } = await run(`${B} --topic hello --from-beginning`)
    expect(out.split('\n').filter(Boolean).sort()).toEqual(['a', 'b', 'c', 'x'])
  })

  test('topics by a regular expression, none of Kafka’s own', async () => {
    const { out } = await run(
      `${B} --include hel.*|oth.*|__.* --from-beginning --formatter-property print.partition=true`,
    )
    expect(out.split('\n').filter(Boolean).sort()).toEqual([
      ...['Partition:0\ta', 'Partition:0\tb', 'Partition:0\tc', 'Partition:0\to', 'Partition:1\tx'],
    ])
  })

  test('only what is new without --from-beginning', async () => {
    const io = recordedIo(world)
    const running = main(
      ['--bootstrap-server', `127.0.0.1:${broker.port}`, '--topic', 'hello', '--max-messages', '1'],
      io,
    )
    await world.clock.advance(1_000)
    topics.hello![1]!.push('new')
    await world.clock.advance(1_500)
    expect([await running, io.outText()]).toEqual([0, 'new\n'])
  })

  test('a topic that appears later', async () => {
    const io = recordedIo(world)
    const running = main(
      `--bootstrap-server 127.0.0.1:${broker.port} --topic later --from-beginning --max-messages 1`.split(' '),
      io,
    )
    await world.clock.advance(1_000)
    topics.later = [['here']]
    await world.clock.advance(5_000)
    expect([await running, io.outText()]).toEqual([0, 'here\n'])
  })
})

describe('groups', () => {
  /** The tool while it reads. */
  async function started(options: string) {
    const io = recordedIo(world)
    const ended = main(`--bootstrap-server 127.0.0.1:${broker.port} ${options}`.split(' '), io)
    await world.clock.advance(1_000)
    return { io, ended }
  }

  /** Without what is said about older names. */
  const printed = ({ out }: Outcome) =>
    out
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('Option '))
      .join(' ')

  test('without a name, one of its own that is there while the tool reads, and commits nothing', async () => {
    const { io, ended } = await started('--topic hello --from-beginning')
    expect([...group.joined]).toEqual([expect.stringMatching(/^console-consumer-\d{1,5}$/)])
    io.interrupt()
    await world.clock.advance(1_000)
    expect(await ended).toBe(0)
    expect(io.errText()).toBe('Processed a total of 4 messages\n')
    expect([group.joined.size, group.committed.size]).toEqual([0, 0])
  })

  test('one partition is read without a group', async () => {
    const { io, ended } = await started('--topic hello --partition 0')
    expect(group.joined.size).toBe(0)
    io.interrupt()
    await world.clock.advance(1_000)
    expect(await ended).toBe(0)
  })

  test.each(['--group g', '--consumer-property group.id=g', '--group g --command-property group.id=g'])(
    '%s: what is printed is committed, and nothing else; the next one reads on',
    async (option) => {
      topics.hello = [['a', 'b', 'c', 'd', 'e']]
      const first = await run(`${B} --topic hello --from-beginning --max-messages 2 ${option}`)
      expect([first.exitCode, printed(first)]).toEqual([0, 'a b'])
      expect([...group.committed]).toEqual([['hello:0', 2]])
      const second = await run(`${B} --topic hello --from-beginning ${option}`)
      expect(printed(second)).toBe('c d e')
      expect([...group.committed]).toEqual([['hello:0', 5]])
      expect(group.joined.size).toBe(0)
    },
  )

  test('a record that cannot be shown is behind the offset, those after it are not', async () => {
    topics.hello = [['\0\0\0\0\0\0\0\x07', 'b', 'c']]
    const long = '--value-deserializer org.apache.kafka.common.serialization.LongDeserializer'
    const { exitCode, out } = await run(`${B} --topic hello --from-beginning --group g ${long}`)
    expect([exitCode, out]).toEqual([1, '7\n'])
    expect([...group.committed]).toEqual([['hello:0', 2]])
  })

  test('enable.auto.commit=false commits nothing', async () => {
    const { out } = await run(
      `${B} --topic other --from-beginning --group g --command-property enable.auto.commit=false`,
    )
    expect([out, group.committed.size]).toEqual(['o\n', 0])
  })
})

describe('the end', () => {
  test('when no record came for --timeout-ms', async () => {
    const { exitCode, out, err } = await run(`${B} --topic hello --partition 0 --offset earliest --timeout-ms 1500`, {
      ms: 3_000,
    })
    expect([exitCode, out]).toEqual([0, 'a\nb\nc\n'])
    expect(err).toBe(
      'Error processing message, terminating consumer process: TimeoutException: no record for 1500 ms\nProcessed a total of 3 messages\n',
    )
  })

  test('--timeout-ms counts too while there is no topic', async () => {
    const { exitCode, err } = await run(`${B} --topic missing --timeout-ms 1500`, { ms: 3_000 })
    expect(exitCode).toBe(0)
    expect(err).toMatch(/terminating consumer process: TimeoutException: .*\nProcessed a total of 0 messages\n$/)
  })

  test('by Ctrl-C says how many there were', async () => {
    const { exitCode, out, err } = await run(
      `${B} --topic hello --partition 0 --offset earliest --enable-systest-events`,
    )
    expect([exitCode, out, err]).toEqual([0, 'a\nb\nc\nshutdown_complete\n', 'Processed a total of 3 messages\n'])
  })
})

describe('records that cannot be shown', () => {
  const LONG = 'value.deserializer=org.apache.kafka.common.serialization.LongDeserializer'

  test('end the tool', async () => {
    const { exitCode, out, err } = await run(`${B} --topic hello --partition 0 --offset 1 --formatter-property ${LONG}`)
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toBe(
      'Unknown error when running consumer: hello-0 at offset 1: long takes 8 bytes, not 1\nProcessed a total of 1 messages\n',
    )
  })

  test('are skipped with --skip-message-on-error', async () => {
    topics.hello![0] = ['a', '\0\0\0\0\0\0\0\x07']
    const { exitCode, out, err } = await run(
      `${B} --topic hello --partition 0 --offset 0 --skip-message-on-error --max-messages 2 --value-deserializer ${LONG.split('=')[1]}`,
    )
    expect([exitCode, out]).toEqual([0, '7\n'])
    expect(err).toMatch(/^Error processing message, skipping this message: hello-0 at offset 0: long takes 8 bytes/)
  })
})

describe('configuration', () => {
  function file(path: string, text: string): void {
    const opened = world.disk.open(path, 'write')
    opened.write([utf8.encode(text)], 0)
    opened.close()
  }

  test('from a file and from properties, which win', async () => {
    file('/c', 'fetch.min.bytes=7\nfetch.max.wait.ms=20\nfetch.min.byte=1\nenable.auto.commit=false\n')
    const options = '--command-config /c --command-property fetch.min.bytes=9 --isolation-level read_committed'
    const { err } = await run(`${B} --topic other --from-beginning --max-messages 1 ${options}`)
    const fetch = broker.requests.find(({ apiKey }) => apiKey === ApiKey.Fetch)!
    expect(fetch.body).toMatchObject({ minBytes: 9, maxWaitMs: 20, isolationLevel: 1 })
    expect(fetch.clientId).toBe('console-consumer')
    expect(err).toContain('/c: fetch.min.byte has no effect here (did you mean fetch.min.bytes?)\n')
  })

  test('a misspelt property of the formatter is told', async () => {
    const properties = ['print.ofset=true', 'print.key=true', 'key.deserializer.encoding=UTF-8']
    const { err } = await run(
      `${B} --topic other --from-beginning --max-messages 1 ${properties.map((one) => `--formatter-property ${one}`).join(' ')}`,
    )
    expect(err).toContain('--formatter-property: print.ofset has no effect here (did you mean print.offset?)\n')
    expect(err.match(/no effect/g)).toHaveLength(1)
  })

  test('what a shared file says of members has no effect on a partition that is read without a group', async () => {
    file('/c', 'group.instance.id=me\npartition.assignment.strategy=range\nenable.auto.commit=true\n')
    const { exitCode, out } = await run(
      `${B} --topic hello --partition 0 --offset 1 --max-messages 2 --command-config /c`,
    )
    expect([exitCode, out]).toEqual([0, 'b\nc\n'])
  })

  test('older names are said to be older, where Kafka’s tool says it', async () => {
    file('/c', 'client.id=me\n')
    file('/f', 'print.key=true\nkey.separator=,\n')
    topics.other = [['k=v']]
    const older = '--consumer-property client.id=you --consumer.config /c --property key.separator=:'
    const { out } = await run(`${B} --topic other --from-beginning --max-messages 1 ${older} --formatter-config /f`)
    expect(out).toBe(
      'Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.\n' +
        'Option --consumer-property is deprecated and will be removed in a future version. Use --command-property instead.\n' +
        'Option --consumer.config is deprecated and will be removed in a future version. Use --command-config instead.\n' +
        'k:v\n',
    )
    expect(broker.requests[0]!.clientId).toBe('you')
  })

  test.each([
    ['', /Missing required argument "\[bootstrap-server\]"/],
    [B, /Exactly one of the following arguments is required: \[topic\], \[include\]/],
    [`${B} --topic a --include b`, /Exactly one of the following arguments is required/],
    [`${B} --include a --partition 0`, /The topic is required when partition is specified\./],
    [`${B} --topic a --offset 1`, /The partition is required when offset is specified\./],
    [
      `${B} --topic a --partition 0 --offset 1 --from-beginning`,
      /Options from-beginning and offset cannot be specified together\./,
    ],
    [`${B} --topic a --partition 0 --offset nope`, /The provided offset value 'nope' is incorrect\./],
    [`${B} --topic a --partition 0 --offset -5`, /The provided offset value '-5' is incorrect\./],
    [`${B} --topic a --group g --partition 0`, /Options group and partition cannot be specified together\./],
    [
      `${B} --topic a --partition 0 --consumer-property group.id=g`,
      /Options group and partition cannot be specified together\./,
    ],
    [`${B} --topic a --group g --consumer-property group.id=h`, /The group ids of .* do not match: 'g', 'h'/],
    [
      `${B} --topic a --group g --command-property group.protocol=nope`,
      /Invalid value nope for configuration group\.protocol/,
    ],
    [`${B} --include a( --group g`, /a\( is an invalid regex/],
    [
      `${B} --topic a --property a=b --formatter-property c=d`,
      /^Options --property and --formatter-property cannot be specified together\.$/m,
    ],
    [
      `${B} --topic a --command-property auto.offset.reset=sometimes`,
      /^Invalid value sometimes for configuration auto\.offset\.reset: expected earliest/,
    ],
    [
      `${B} --topic a --command-property group.protocol=consumer --command-property session.timeout.ms=6000`,
      /\(session\.timeout\.ms\) does not fit groupProtocol=consumer: the brokers' group\.consumer\.session\.timeout\.ms decides/,
    ],
    [`${B} --topic a --formatter nope.Nope`, /nope\.Nope: no such formatter/],
    [`${B} --topic a --timeout-ms soon`, /Cannot parse argument 'soon' of option timeout-ms/],
    [
      `${B} --topic a --from-beginning --command-property auto.offset.reset=latest`,
      /Can't simultaneously specify --from-beginning and 'auto\.offset\.reset=latest'/,
    ],
    [`${B} --topic a --isolation-level nope`, /Invalid value nope for configuration isolation\.level/],
    [`${B} --topic a --command-config /nope`, /--command-config \/nope: .*ENOENT/],
    [`${B} --topic a --command-property security.protocol=SSL`, /security\.protocol=SSL/],
    [`${B} --topic hello --include-all`, /unknown option '--include-all'/],
  ])('%s is refused', async (line, message) => {
    const { exitCode, err } = await run(line === '' ? '--topic t' : line)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(message)])
  })
})
