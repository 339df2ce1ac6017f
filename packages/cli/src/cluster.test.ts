import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import {
  ApiKey,
  CreateTopicsResponse,
  DeleteTopicsResponse,
  DescribeConfigsResponse,
  DescribeTopicPartitionsResponse,
  ErrorCode,
  ListOffsetsResponse,
  ListPartitionReassignmentsResponse,
  MetadataResponse,
  ZERO_UUID,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { main as getOffsets } from './get-offsets/main.ts'
import { main as runClass } from './run-class.ts'
import { recordedIo } from './testing/recorded-io.ts'
import type { Tool } from './tool/io.ts'
import { main as topics } from './topics/main.ts'

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'

let world: TestRuntime
let broker: ScriptedBroker
/** Partition counts by topic; the log end offset of partition p is 10 + p. */
let counts: Record<string, number>
/** What the question for moves is answered with. */
let reassignmentsError: number

beforeEach(async () => {
  world = testRuntime()
  counts = { 'test-demo': 3, b: 1, __consumer_offsets: 1 }
  reassignmentsError = 0
  broker = await scriptedBroker(world.net, (request) => HANDLERS[request.apiKey]!(request))
})

afterEach(() => broker.close())

const HANDLERS: Record<number, (request: SeenRequest) => Reaction> = {
  [ApiKey.Metadata]: ({ body }) =>
    answer(MetadataResponse, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
      topics: (body.topics ?? Object.keys(counts).map((name) => ({ name }))).map(({ name }: { name: string }) => ({
        errorCode: 0,
        name,
        topicId: TOPIC_ID,
        partitions: partitionsOf(name),
      })),
    }),
  [ApiKey.DescribeTopicPartitions]: ({ body }) =>
    answer(DescribeTopicPartitionsResponse, {
      throttleTimeMs: 0,
      topics: body.topics.map(({ name }: { name: string }) => ({
        errorCode: 0,
        name,
        topicId: TOPIC_ID,
        partitions: partitionsOf(name).map((partition) => ({
          ...partition,
          eligibleLeaderReplicas: [],
          lastKnownElr: [],
        })),
      })),
    }),
  [ApiKey.DescribeConfigs]: ({ body }) =>
    answer(DescribeConfigsResponse, {
      throttleTimeMs: 0,
      results: body.resources.map((resource: { resourceType: number; resourceName: string }) => ({
        errorCode: 0,
        errorMessage: null,
        ...resource,
        configs: [
          {
            name: 'min.insync.replicas',
            value: '1',
            readOnly: false,
            configSource: 5,
            isSensitive: false,
            synonyms: [],
          },
          { name: 'retention.ms', value: '7', readOnly: false, configSource: 1, isSensitive: false, synonyms: [] },
        ],
      })),
    }),
  [ApiKey.ListPartitionReassignments]: () =>
    answer(ListPartitionReassignmentsResponse, {
      throttleTimeMs: 0,
      errorCode: reassignmentsError,
      errorMessage: null,
      topics: [],
    }),
  [ApiKey.CreateTopics]: ({ body }) =>
    answer(CreateTopicsResponse, {
      throttleTimeMs: 0,
      topics: body.topics.map(({ name }: { name: string }) => ({
        name,
        errorCode: name in counts ? ErrorCode.TOPIC_ALREADY_EXISTS : 0,
        errorMessage: name in counts ? `Topic '${name}' already exists.` : null,
        configs: [],
      })),
    }),
  [ApiKey.DeleteTopics]: ({ body }) =>
    answer(DeleteTopicsResponse, {
      throttleTimeMs: 0,
      responses: body.topics.map(({ name }: { name: string }) => ({
        name,
        topicId: ZERO_UUID,
        errorCode: name === 'b' ? ErrorCode.TOPIC_DELETION_DISABLED : 0,
        errorMessage: name === 'b' ? 'Topic deletion is disabled.' : null,
      })),
    }),
  [ApiKey.ListOffsets]: ({ body }) =>
    answer(ListOffsetsResponse, {
      throttleTimeMs: 0,
      topics: body.topics.map(
        ({ name, partitions }: { name: string; partitions: { partitionIndex: number; timestamp: number }[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex, timestamp }) => ({
            partitionIndex,
            errorCode: name === 'b' ? ErrorCode.TOPIC_AUTHORIZATION_FAILED : 0,
            offset: timestamp > 0 ? -1 : 10 + partitionIndex,
          })),
        }),
      ),
    }),
}

function partitionsOf(topic: string) {
  return Array.from({ length: counts[topic] ?? 0 }, (_, partitionIndex) => ({
    errorCode: 0,
    partitionIndex,
    leaderId: 1,
    replicaNodes: [1],
    isrNodes: [1],
    offlineReplicas: [],
  }))
}

async function run(tool: Tool, line: string, options: { isTerminal?: boolean } = {}) {
  const io = recordedIo(world, options)
  const exitCode = await tool(line.replace('BROKER', `127.0.0.1:${broker.port}`).split(/ +/), io)
  return { exitCode, out: io.outText(), err: io.errText() }
}

function requests(apiKey: number): SeenRequest[] {
  return broker.requests.filter((request) => request.apiKey === apiKey)
}

const B = '--bootstrap-server BROKER'
const ERROR = 'Error while executing topic command : '

describe('kafka-topics --list', () => {
  test.each([
    ['', '__consumer_offsets\nb\ntest-demo\n'],
    ['--exclude-internal', 'b\ntest-demo\n'],
    ['--topic test.*', 'test-demo\n'],
    ['--topic nothing', '\n'],
  ])('%s', async (options, out) => {
    expect(await run(topics, `${B} --list ${options}`.trim())).toEqual({ exitCode: 0, out, err: '' })
  })
})

describe('kafka-topics --describe', () => {
  const summary = (name: string, count: number) =>
    `Topic: ${name}\tTopicId: ${TOPIC_ID}\tPartitionCount: ${count}\tReplicationFactor: 1\tConfigs: retention.ms=7`
  const partition = (name: string, index: number) =>
    `\tTopic: ${name}\tPartition: ${index}\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: `

  test('in a pipe: four lines for three partitions, without colour', async () => {
    const { out } = await run(topics, `--describe  ${B} --exclude-internal`)
    expect(out.split('\n').slice(0, -1)).toEqual([
      summary('b', 1),
      partition('b', 0),
      summary('test-demo', 3),
      partition('test-demo', 0),
      partition('test-demo', 1),
      partition('test-demo', 2),
    ])
  })

  test('at a terminal: a table', async () => {
    const { out } = await run(topics, `--describe ${B} --topic test-demo`, { isTerminal: true })
    expect(out).toMatch(/test-demo/)
    expect(out).toMatch(/Partition.*Leader.*Replicas/)
    expect(out).not.toMatch(/\t/)
  })

  test('without a controller only the moves are missing, and that is told', async () => {
    reassignmentsError = ErrorCode.REQUEST_TIMED_OUT
    const running = run(topics, `${B} --describe --topic b`)
    await world.clock.advance(6000)
    const { exitCode, out, err } = await running
    expect([exitCode, out]).toEqual([0, `${summary('b', 1)}\n${partition('b', 0)}\n`])
    expect(err).toContain('Replicas that are being moved are not shown: ')
  })

  test('who may not ask for moves sees the rest', async () => {
    reassignmentsError = ErrorCode.CLUSTER_AUTHORIZATION_FAILED
    const { exitCode, err } = await run(topics, `${B} --describe --topic b`)
    expect([exitCode, err]).toEqual([0, ''])
  })

  test('--topic-id: all zeros is no topic, and no broker is asked', async () => {
    const { exitCode, out } = await run(topics, `${B} --describe --topic-id ${ZERO_UUID}`)
    expect([exitCode, out]).toEqual([1, `${ERROR}TopicId '${ZERO_UUID}' does not exist as expected\n`])
    expect(broker.requests).toEqual([])
  })

  test.each([
    ['--topic-id bad', '--topic-id bad: expected 22 characters of base64url'],
    ['--topic (', '( is an invalid regex: Unterminated group'],
  ])('%s is an error of the command', async (option, message) => {
    const { exitCode, out } = await run(topics, `${B} --describe ${option}`)
    expect([exitCode, out]).toEqual([1, `${ERROR}${message}\n`])
  })

  test('a topic that is not there', async () => {
    expect(await run(topics, `${B} --describe --topic nope`)).toEqual({
      exitCode: 1,
      out: `${ERROR}Topic 'nope' does not exist as expected\n`,
      err: '',
    })
    expect(await run(topics, `${B} --describe --topic nope --if-exists`)).toEqual({ exitCode: 0, out: '', err: '' })
  })
})

describe('kafka-topics --create', () => {
  test('says so', async () => {
    expect(await run(topics, `${B} --create --topic new --partitions 3 --replication-factor 1`)).toEqual({
      exitCode: 0,
      out: 'Created topic new.\n',
      err: '',
    })
    expect(requests(ApiKey.CreateTopics)).toMatchObject([
      { body: { topics: [{ name: 'new', numPartitions: 3, replicationFactor: 1 }] } },
    ])
  })

  test.each(['a.b', 'a_b'])('warns about %s first', async (name) => {
    const { out } = await run(topics, `${B} --create --topic ${name}`)
    expect(out).toMatch(new RegExp(`^WARNING: Due to limitations in metric names, .*\\nCreated topic ${name}\\.\\n$`))
  })

  test('a topic that exists', async () => {
    const { exitCode, out, err } = await run(topics, `${B} --create --topic b`)
    expect([exitCode, out]).toEqual([1, `${ERROR}Topic 'b' already exists.\n`])
    expect(err).toMatch(/^TOPIC_ALREADY_EXISTS: CreateTopics, topic b\n$/)
    expect(await run(topics, `${B} --create --topic b --if-not-exists`)).toEqual({ exitCode: 0, out: '', err: '' })
  })
})

describe('kafka-topics --delete', () => {
  test('deletes all that match, silently', async () => {
    counts = { t1: 1, t2: 1, u: 1 }
    expect(await run(topics, `${B} --delete --topic t.`)).toEqual({ exitCode: 0, out: '', err: '' })
    expect(requests(ApiKey.DeleteTopics)).toMatchObject([{ body: { topics: [{ name: 't1' }, { name: 't2' }] } }])
  })

  test.each([
    ['nope', 1, `${ERROR}Topic 'nope' does not exist as expected\n`],
    ['nope --if-exists', 0, ''],
    ['b', 1, `${ERROR}Topic deletion is disabled.\n`],
  ])('%s', async (options, exitCode, out) => {
    expect(await run(topics, `${B} --delete --topic ${options}`)).toMatchObject({ exitCode, out })
  })
})

describe('kafka-get-offsets', () => {
  test('in the order of "topic-partition" as text', async () => {
    counts = { t: 11 }
    const { out, exitCode } = await run(runClass, 'kafka.tools.GetOffsetShell --broker-list BROKER --topic t --time -1')
    expect(exitCode).toBe(0)
    expect(out).toBe(
      ['0:10', '1:11', '10:20', ...[2, 3, 4, 5, 6, 7, 8, 9].map((p) => `${p}:${10 + p}`)]
        .map((line) => `t:${line}\n`)
        .join(''),
    )
    expect(requests(ApiKey.ListOffsets)[0]!.body.topics[0].partitions[0].timestamp).toBe(-1)
  })

  test('a partition that fails is skipped, one without such an offset is left out', async () => {
    expect(await run(getOffsets, `${B} --exclude-internal-topics --time 5`)).toEqual({
      exitCode: 0,
      out: '',
      err: 'Skip getting offsets for topic-partition b-0 due to error: The principal may not do this to the topic.\n',
    })
  })

  test('nothing matches', async () => {
    expect(await run(getOffsets, `${B} --topic nope`)).toEqual({
      exitCode: 1,
      out: '',
      err: 'Error occurred: Could not match any topic-partitions with the specified filters\n',
    })
  })

  test('rules and a topic exclude each other', async () => {
    const { exitCode, err } = await run(getOffsets, `${B} --topic t --topic-partitions t:1`)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/can't be used with option "\[topic\]"/)])
  })
})

describe('--zookeeper', () => {
  async function controller(body: string, status = 200) {
    const paths: string[] = []
    const listener = await world.webSocket.listen(
      { host: '', port: 0, maxMessageBytes: 1000 },
      {
        onConnection: () => {},
        onGet: (path, query) => {
          paths.push(query === '' ? path : `${path}?${query}`)
          return { status, contentType: 'application/json', body }
        },
      },
    )
    return { port: listener.port, paths }
  }

  const brokersAnswer = () =>
    JSON.stringify({
      clusterId: 'c',
      brokers: [{ id: 1, host: '127.0.0.1', port: broker.port, listener: 'PLAINTEXT' }],
    })

  test('hosts are tried in turn; the first that answers names the brokers', async () => {
    const { port, paths } = await controller(brokersAnswer())
    const { out, exitCode } = await run(topics, `--list --zookeeper 127.0.0.1:1,127.0.0.1:${port}`)
    expect([exitCode, out]).toEqual([0, '__consumer_offsets\nb\ntest-demo\n'])
    expect(paths).toEqual(['/brokers'])
  })

  test('the chroot reaches the controller', async () => {
    const { port, paths } = await controller(brokersAnswer())
    await run(topics, `--list --zookeeper 127.0.0.1:${port}/east/1`)
    expect(paths).toEqual(['/brokers?chroot=%2Feast%2F1'])
  })

  test.each([
    ['no broker', '{"clusterId":"c","brokers":[]}', 200, /has no live broker/],
    [
      'no listener without TLS',
      '{"brokers":[{"id":1,"host":"h","port":1,"listener":"A","securityProtocol":"SSL"}]}',
      200,
      /only brokers without a PLAINTEXT listener/,
    ],
    ['a refusal', '{"error":"this is cluster /a"}', 404, /answered 404: \{"error":"this is cluster \/a"\}/],
    ['something else', '<html>', 200, /did not answer as an Ottla controller does/],
    ['other JSON', '{"brokers":[{"host":1}]}', 200, /no list of brokers/],
  ])('%s is an error that names the controller', async (_, body, status, message) => {
    const { port } = await controller(body, status)
    const { out, exitCode } = await run(topics, `--list --zookeeper 127.0.0.1:${port}/b`)
    expect(exitCode).toBe(1)
    expect(out).toMatch(message)
    expect(out).toContain(`127.0.0.1:${port}`)
  })

  test('all hosts are named when none answers', async () => {
    const { out } = await run(topics, '--list --zookeeper 127.0.0.1:1,127.0.0.1:2')
    expect(out).toMatch(/127\.0\.0\.1:1.*\n.*127\.0\.0\.1:2.*\n.*--bootstrap-server/)
  })
})

describe('--command-config', () => {
  async function withConfig(text: string) {
    const file = world.disk.open('/client.properties', 'write')
    file.write([new TextEncoder().encode(text)], 0)
    file.close()
    return run(topics, `${B} --list --command-config /client.properties`)
  }

  test('is used; what means nothing is said', async () => {
    const { exitCode, err } = await withConfig('client.id = me\nrequest.timeout.mss=5\nsecurity.protocol=PLAINTEXT\n')
    expect([exitCode, err]).toEqual([
      0,
      '/client.properties: request.timeout.mss has no effect here (did you mean request.timeout.ms?)\n',
    ])
    expect(broker.requests[0]!.clientId).toBe('me')
  })

  test.each([
    ['request.timeout.ms=soon', /Invalid value soon for configuration request\.timeout\.ms/],
    ['security.protocol=SASL_SSL', /security\.protocol=SASL_SSL: these tools connect with PLAINTEXT only/],
  ])('%s is an error', async (text, message) => {
    const { exitCode, out } = await withConfig(text)
    expect([exitCode, out]).toEqual([1, expect.stringMatching(message)])
  })

  test('a file that is not there', async () => {
    const { exitCode, out } = await run(topics, `${B} --list --command-config /nope`)
    expect([exitCode, out]).toEqual([1, expect.stringMatching(/\/nope: ENOENT/)])
  })
})

test('without a broker the tool gives up at its deadline and says what it tried', async () => {
  const file = world.disk.open('/client.properties', 'write')
  file.write([new TextEncoder().encode('default.api.timeout.ms=1000')], 0)
  file.close()
  const running = run(topics, '--list --bootstrap-server 127.0.0.1:1 --command-config /client.properties')
  await world.clock.advance(1000)
  const { exitCode, out, err } = await running
  expect([exitCode, out]).toEqual([1, `${ERROR}cannot connect to 127.0.0.1:1: ECONNREFUSED\n`])
  expect(err).toMatch(/^Is a broker running there\? --bootstrap-server .*\nNETWORK_EXCEPTION: /)
})

test('without a configured deadline the tool gives up after 20 s', async () => {
  let ended = false
  const running = run(topics, '--list --bootstrap-server 127.0.0.1:1').finally(() => {
    ended = true
  })
  await world.clock.advance(18_000)
  expect(ended).toBe(false)
  await world.clock.advance(2_000)
  expect((await running).exitCode).toBe(1)
})

test('an address that takes the connection and keeps silent costs five seconds, then the next is asked', async () => {
  const silent = await world.net.listen({ host: '127.0.0.1', port: 0 }, () => {})
  const running = run(topics, `--list --bootstrap-server 127.0.0.1:${silent.port},BROKER`)
  await world.clock.advance(5_000)
  expect(await running).toMatchObject({ exitCode: 0, out: '__consumer_offsets\nb\ntest-demo\n' })
})

describe('kafka-run-class', () => {
  test.each([
    'kafka.admin.TopicCommand',
    'org.apache.kafka.tools.TopicCommand',
    '-name x org.apache.kafka.tools.TopicCommand',
  ])('%s', async (name) => {
    expect((await run(runClass, `${name} ${B} --list --topic b`)).out).toBe('b\n')
  })

  test.each([
    [
      'kafka.Nonsense',
      /could not find or load main class kafka\.Nonsense\nKnown classes:\n {2}kafka\.admin\.TopicCommand\n/,
    ],
    ['toString', /could not find or load main class toString/],
  ])('%s is not known', async (name, message) => {
    const { exitCode, err } = await run(runClass, name)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(message)])
  })
})
