import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import {
  ApiKey,
  CreatePartitionsResponse,
  DeleteRecordsResponse,
  DescribeClusterResponse,
  DescribeConfigsResponse,
  DescribeLogDirsResponse,
  ElectLeadersResponse,
  ErrorCode,
  IncrementalAlterConfigsResponse,
  MetadataResponse,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { main as brokerApiVersions } from './api-versions/main.ts'
import { main as configs } from './configs/main.ts'
import { main as deleteRecords } from './delete-records/main.ts'
import { main as leaderElection } from './leader-election/main.ts'
import { main as logDirs } from './log-dirs/main.ts'
import { main as runClass } from './run-class.ts'
import { recordedIo } from './testing/recorded-io.ts'
import type { Tool } from './tool/io.ts'
import { main as topics } from './topics/main.ts'

let world: TestRuntime
let broker: ScriptedBroker

/** Broker 1 leads everything; topics of two partitions are `t`, `u`, and `gone`, which has no configuration any more. */
beforeEach(async () => {
  world = testRuntime()
  broker = await scriptedBroker(world.net, (request) => HANDLERS[request.apiKey]!(request))
})

afterEach(() => broker.close())

const config = (name: string, value: string, configSource: number) => ({
  name,
  value,
  readOnly: false,
  configSource,
  isSensitive: name.includes('password'),
  synonyms: [{ name, value, source: configSource }],
  configType: 5,
})

const HANDLERS: Record<number, (request: SeenRequest) => Reaction> = {
  [ApiKey.Metadata]: ({ body }) =>
    answer(MetadataResponse, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
      topics: (body.topics ?? [{ name: 't' }, { name: 'u' }, { name: 'gone' }]).map(({ name }: { name: string }) => ({
        errorCode: ['t', 'u', 'gone'].includes(name) ? 0 : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        name,
        partitions: [0, 1].map((partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: 1,
          replicaNodes: [1],
          isrNodes: [1],
        })),
      })),
    }),
  [ApiKey.DescribeCluster]: () =>
    answer(DescribeClusterResponse, {
      throttleTimeMs: 0,
      errorCode: 0,
      clusterId: 'c',
      brokers: [{ brokerId: 1, host: '127.0.0.1', port: broker.port, rack: 'r1' }],
    }),
  [ApiKey.DescribeConfigs]: ({ body }) =>
    answer(DescribeConfigsResponse, {
      throttleTimeMs: 0,
      results: body.resources.map((resource: { resourceType: number; resourceName: string }) => ({
        // Listed, but deleted since.
        errorCode: resource.resourceName === 'gone' ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0,
        errorMessage: null,
        ...resource,
        configs: [
          config('retention.ms', '7', resource.resourceType === 2 ? 1 : resource.resourceName === '' ? 3 : 2),
          config('cleanup.policy', 'delete', 5),
        ],
      })),
    }),
  [ApiKey.IncrementalAlterConfigs]: ({ body }) =>
    answer(IncrementalAlterConfigsResponse, {
      throttleTimeMs: 0,
      responses: body.resources.map(
        (resource: { resourceType: number; resourceName: string; configs: { name: string }[] }) => {
          const unknown = resource.configs.find(({ name }) => !['retention.ms', 'cleanup.policy'].includes(name))
          return {
            resourceType: resource.resourceType,
            resourceName: resource.resourceName,
            errorCode: unknown === undefined ? 0 : ErrorCode.INVALID_CONFIG,
            errorMessage: unknown === undefined ? null : `Unknown topic config name: ${unknown.name}`,
          }
        },
      ),
    }),
  [ApiKey.CreatePartitions]: ({ body }) =>
    answer(CreatePartitionsResponse, {
      throttleTimeMs: 0,
      results: body.topics.map(({ name, count }: { name: string; count: number }) => ({
        name,
        errorCode: count > 2 ? 0 : ErrorCode.INVALID_PARTITIONS,
        errorMessage: count > 2 ? null : 'Topic already has 2 partition(s).',
      })),
    }),
  [ApiKey.DeleteRecords]: ({ body }) =>
    answer(DeleteRecordsResponse, {
      throttleTimeMs: 0,
      topics: body.topics.map(
        ({ name, partitions }: { name: string; partitions: { partitionIndex: number; offset: number }[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex, offset }) => ({
            partitionIndex,
            lowWatermark: offset,
            errorCode: offset > 100 ? ErrorCode.OFFSET_OUT_OF_RANGE : 0,
          })),
        }),
      ),
    }),
  [ApiKey.DescribeLogDirs]: () =>
    answer(DescribeLogDirsResponse, {
      throttleTimeMs: 0,
      errorCode: 0,
      results: [
        {
          errorCode: 0,
          logDir: '/data',
          topics: [
            { name: 'u', partitions: [{ partitionIndex: 0, partitionSize: 5, offsetLag: 0, isFutureKey: false }] },
            {
              name: 't',
              partitions: [
                { partitionIndex: 1, partitionSize: 2048, offsetLag: 3, isFutureKey: true },
                { partitionIndex: 0, partitionSize: 7, offsetLag: 0, isFutureKey: false },
              ],
            },
          ],
          totalBytes: 1024 ** 3,
          usableBytes: 1024 ** 2,
        },
        { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir: '/broken', topics: [] },
      ],
    }),
  [ApiKey.ElectLeaders]: ({ body }) =>
    answer(ElectLeadersResponse, {
      throttleTimeMs: 0,
      errorCode: 0,
      replicaElectionResults: (body.topicPartitions ?? []).map(
        ({ topic, partitions }: { topic: string; partitions: number[] }) => ({
          topic,
          partitionResult: partitions.map((partitionId) => ({
            partitionId,
            errorCode: [0, ErrorCode.ELECTION_NOT_NEEDED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION][partitionId] ?? 0,
            errorMessage: partitionId === 2 ? `No such partition as ${topic}-2` : null,
          })),
        }),
      ),
    }),
}

async function run(tool: Tool, line: string, options: { isTerminal?: boolean; columns?: number } = {}) {
  const io = recordedIo(world, options)
  const exitCode = await tool(`--bootstrap-server 127.0.0.1:${broker.port} ${line}`.trim().split(/ +/), io)
  return { exitCode, out: io.outText(), err: io.errText() }
}

function writeFile(path: string, text: string): void {
  const file = world.disk.open(path, 'write')
  file.write([new TextEncoder().encode(text)], 0)
  file.close()
}

function requests(apiKey: number) {
  return broker.requests.filter((request) => request.apiKey === apiKey).map(({ body }) => body)
}

describe('kafka-topics --alter', () => {
  const ERROR = 'Error while executing topic command : '

  test('--partitions: silent', async () => {
    expect(await run(topics, '--alter --topic t|u --partitions 3')).toEqual({ exitCode: 0, out: '', err: '' })
    expect(requests(ApiKey.CreatePartitions)).toMatchObject([
      { topics: [{ name: 't', count: 3, assignments: null }, { name: 'u' }] },
    ])
  })

  test('--replica-assignment: only the partitions that are new are placed', async () => {
    broker.serves.delete(ApiKey.DescribeTopicPartitions)
    await run(topics, '--alter --topic t --partitions 4 --replica-assignment 1:2,2:1,1:3,3:1')
    expect(requests(ApiKey.CreatePartitions)).toMatchObject([
      { topics: [{ count: 4, assignments: [{ brokerIds: [1, 3] }, { brokerIds: [3, 1] }] }] },
    ])
  })

  test.each([
    ['--topic t --partitions 2', `${ERROR}Topic already has 2 partition(s).\n`],
    ['--topic nope --partitions 3', `${ERROR}Topic 'nope' does not exist as expected\n`],
    ['--topic t --config x=y', /^Error while executing topic command : Unknown topic config name: x \(/],
    ['--topic t --delete-config x', /Unknown topic config name: x \(/],
    [
      '--topic t --config retention.mss=5',
      /Unknown topic config name: retention\.mss \(did you mean retention\.ms\?\)/,
    ],
    ['--topic t --config retention.ms', /--config retention\.ms: expected name=value/],
    ['--topic t --partitions 2 --replica-assignment 1:1,2', /may not contain duplicate entries/],
  ])('%s is an error', async (line, message) => {
    const { exitCode, out } = await run(topics, `--alter ${line}`)
    expect([exitCode, out]).toEqual([1, typeof message === 'string' ? message : expect.stringMatching(message)])
  })

  test('--if-exists', async () => {
    const line = '--alter --topic nope --partitions 3 --config retention.ms=1 --if-exists'
    expect(await run(topics, line)).toEqual({ exitCode: 0, out: '', err: '' })
  })

  test('--config and --delete-config work, with a pointer to kafka-configs', async () => {
    const line = '--alter --topic t --config cleanup.policy=compact,delete --delete-config retention.ms --partitions 3'
    expect(await run(topics, line)).toEqual({
      exitCode: 0,
      out: 'Completed updating config for topic t.\n',
      err: 'kafka-configs does the same: kafka-configs --alter --topic t --add-config cleanup.policy=[compact,delete] --delete-config retention.ms\n',
    })
    expect(requests(ApiKey.IncrementalAlterConfigs)[0].resources[0].configs).toMatchObject([
      { name: 'cleanup.policy', configOperation: 0, value: 'compact,delete' },
      { name: 'retention.ms', configOperation: 1 },
    ])
    expect(requests(ApiKey.CreatePartitions)).toHaveLength(1)
  })
})

test('kafka-topics --list --output json', async () => {
  const { out } = await run(topics, '--list --output json')
  expect(JSON.parse(out)).toMatchObject([{ name: 'gone' }, { name: 't', internal: false }, { name: 'u' }])
  expect(out).toMatch(/^[^\n]*\n$/)
})

describe('kafka-configs', () => {
  const OWN = 'retention.ms=7 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=7}'

  test.each([
    ['--topic t', `Dynamic configs for topic t are:\n  ${OWN}\n`],
    [
      '--entity-type topics',
      `Dynamic configs for topic t are:\n  ${OWN}\nDynamic configs for topic u are:\n  ${OWN}\n`,
    ],
    [
      '--topic t --all',
      `All configs for topic t are:\n  cleanup.policy=delete sensitive=false synonyms={DEFAULT_CONFIG:cleanup.policy=delete}\n  ${OWN}\n`,
    ],
    ['--topic nope', "The topic 'nope' doesn't exist and doesn't have dynamic config.\n"],
    ['--broker 7', "The broker '7' doesn't exist and doesn't have dynamic config.\n"],
    ['--broker -1', "The broker '-1' doesn't exist and doesn't have dynamic config.\n"],
    [
      '--entity-type brokers',
      'Dynamic configs for broker 1 are:\n  retention.ms=7 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:retention.ms=7}\n' +
        'Default configs for brokers in the cluster are:\n  retention.ms=7 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:retention.ms=7}\n',
    ],
  ])('--describe %s', async (line, out) => {
    expect(await run(configs, `--describe ${line}`)).toEqual({ exitCode: 0, out, err: '' })
  })

  test('--output json', async () => {
    const { out } = await run(configs, '--describe --broker-defaults --output json')
    expect(JSON.parse(out)).toEqual([
      {
        type: 'broker',
        name: null,
        configs: [
          {
            name: 'retention.ms',
            value: '7',
            type: 'long',
            source: 'DYNAMIC_DEFAULT_BROKER_CONFIG',
            readOnly: false,
            sensitive: false,
            synonyms: [{ name: 'retention.ms', value: '7', source: 'DYNAMIC_DEFAULT_BROKER_CONFIG' }],
          },
        ],
      },
    ])
  })

  test('at a terminal: a table', async () => {
    const { out } = await run(configs, '--describe --topic t', { isTerminal: true })
    expect(out).toMatch(/Key.*Value.*Set by/)
    expect(out).toMatch(/retention\.ms.*7.*topic/)
  })

  test('at a terminal that is too narrow: long cells go on in the next line', async () => {
    const widest = (text: string) =>
      Math.max(
        ...stripVTControlCharacters(text)
          .split('\n')
          .map((row) => row.length),
      )
    const { out } = await run(configs, '--describe --topic t --output table')
    const columns = widest(out) - 1
    expect(widest((await run(configs, '--describe --topic t', { isTerminal: true, columns })).out)).toBe(columns)
  })

  test('--output text at a terminal: the lines', async () => {
    const { out } = await run(configs, '--describe --topic t --output text', { isTerminal: true })
    expect(out).toBe(`Dynamic configs for topic t are:\n  ${OWN}\n`)
  })

  test.each([
    ['--topic t --add-config retention.ms=5', 'Completed updating config for topic t.\n'],
    ['--broker 1 --delete-config retention.ms', 'Completed updating config for broker 1.\n'],
    [
      '--broker-defaults --add-config retention.ms=5',
      'Completed updating default config for brokers in the cluster.\n',
    ],
  ])('--alter %s', async (line, out) => {
    expect(await run(configs, `--alter ${line}`)).toEqual({ exitCode: 0, out, err: '' })
  })

  test('--add-config-file', async () => {
    writeFile('/add.properties', '# comment\nretention.ms = 5\ncleanup.policy=a,b\n')
    expect((await run(configs, '--alter --topic t --add-config-file /add.properties')).exitCode).toBe(0)
    expect(requests(ApiKey.IncrementalAlterConfigs)[0].resources[0].configs).toMatchObject([
      { name: 'retention.ms', configOperation: 0, value: '5' },
      { name: 'cleanup.policy', value: 'a,b' },
    ])
    const missing = await run(configs, '--alter --topic t --add-config-file /none')
    expect(missing).toMatchObject({ exitCode: 1, err: expect.stringMatching(/Unable to read file \/none/) })
  })

  test('an unknown key is named, with what it may have meant', async () => {
    const { exitCode, out, err } = await run(configs, '--alter --topic t --add-config retention.mss=5')
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toMatch(
      /: Unknown topic config name: retention\.mss \(did you mean retention\.ms\?\)\nINVALID_CONFIG: /,
    )
  })
})

describe('kafka-delete-records', () => {
  beforeEach(() =>
    writeFile(
      '/offsets.json',
      '{"partitions":[{"topic":"t","partition":0,"offset":5},{"topic":"t","partition":1,"offset":500}]}',
    ),
  )

  test('a line per partition', async () => {
    expect(await run(deleteRecords, '--offset-json-file /offsets.json')).toEqual({
      exitCode: 0,
      out:
        'Executing records delete operation\nRecords delete operation completed:\npartition: t-0\tlow_watermark: 5\n' +
        'partition: t-1\terror: org.apache.kafka.common.errors.OffsetOutOfRangeException: The offset is below the start or beyond the end of the log.\n',
      err: '',
    })
  })

  test('--output json', async () => {
    const { out } = await run(deleteRecords, '--offset-json-file /offsets.json --output json')
    expect(JSON.parse(out)).toMatchObject([
      { topic: 't', partition: 0, lowWatermark: 5, error: null },
      { topic: 't', partition: 1, lowWatermark: null, error: { code: 'OFFSET_OUT_OF_RANGE' } },
    ])
  })

  test.each([
    ['--offset-json-file /none', /^Unable to read file \/none/],
    ['', /Missing required argument "\[offset-json-file\]"/],
  ])('refuses "%s"', async (line, message) => {
    const { exitCode, out, err } = await run(deleteRecords, line)
    expect([exitCode, out, err]).toEqual([1, '', expect.stringMatching(message)])
  })
})

describe('kafka-log-dirs', () => {
  const HEAD = 'Querying brokers for log directories information\nReceived log directory information from brokers 1\n'

  test('the document of Apache Kafka', async () => {
    const { exitCode, out } = await run(logDirs, '--describe --topic-list t --broker-list 1')
    expect(exitCode).toBe(0)
    expect(out).toBe(
      `${HEAD}{"brokers":[{"broker":1,"logDirs":[{"partitions":[{"partition":"t-0","size":7,"offsetLag":0,"isFuture":false},` +
        `{"partition":"t-1","size":2048,"offsetLag":3,"isFuture":true}],"error":null,"logDir":"/data"},` +
        `{"partitions":[],"error":"org.apache.kafka.common.errors.KafkaStorageException","logDir":"/broken"}]}],"version":1}\n`,
    )
  })

  test('--output json', async () => {
    const { out } = await run(logDirs, '--describe --topic-list u --output json')
    expect(JSON.parse(out)).toMatchObject([
      {
        broker: 1,
        logDirs: [
          {
            path: '/data',
            error: null,
            totalBytes: 1024 ** 3,
            usableBytes: 1024 ** 2,
            partitions: [{ topic: 'u', partition: 0, sizeBytes: 5, offsetLag: 0, future: false }],
          },
          { path: '/broken', error: { code: 'KAFKA_STORAGE_ERROR' }, totalBytes: null },
        ],
      },
    ])
  })

  test('at a terminal: a table with the room that is left', async () => {
    const { out } = await run(logDirs, '--describe', { isTerminal: true })
    expect(out).toMatch(/\/data.*1\.0 MiB of 1\.0 GiB free/)
    expect(out).toMatch(/t-1.*2\.0 KiB.*3.*moving here/)
  })

  test.each([
    [
      '--describe --broker-list 9,1,8',
      'ERROR: The given brokers do not exist from --broker-list: 8,9. Current existent brokers: 1\n',
    ],
    ['--describe --broker-list a', /--broker-list a: "a" is not a broker id/],
    ['', /Missing required argument "\[describe\]"/],
  ])('refuses "%s"', async (line, message) => {
    const { exitCode, out, err } = await run(logDirs, line)
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })
})

describe('kafka-leader-election', () => {
  test('elected, not needed, failed', async () => {
    const partitions = [0, 1, 2, 3].map((partition) => ({ topic: 't', partition }))
    writeFile('/partitions.json', JSON.stringify({ partitions }))
    expect(await run(leaderElection, '--election-type preferred --path-to-json-file /partitions.json')).toEqual({
      exitCode: 1,
      out:
        'Successfully completed leader election (PREFERRED) for partitions t-0, t-3\n' +
        'Valid replica already elected for partitions t-1\n' +
        'Error completing leader election (PREFERRED) for partition: t-2: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: No such partition as t-2\n',
      err: '1 replica(s) could not be elected\n',
    })
  })

  test.each([
    [
      '--election-type UNCLEAN --topic t --partition 0',
      'Successfully completed leader election (UNCLEAN) for partitions t-0\n',
    ],
    ['--election-type preferred --all-topic-partitions', ''],
    ['--election-type preferred --all-topic-partitions --output json', '[]\n'],
  ])('%s', async (line, out) => expect(await run(leaderElection, line)).toEqual({ exitCode: 0, out, err: '' }))

  test.each([
    ['', /Missing required option\(s\): election-type/],
    ['--election-type x --all-topic-partitions', /Cannot parse argument 'x' of option election-type/],
    ['--election-type preferred', /One and only one of the following options is required/],
    ['--election-type preferred --topic t --all-topic-partitions', /One and only one of the following options/],
    ['--election-type preferred --topic t', /Missing required option\(s\): partition/],
    ['--election-type preferred --all-topic-partitions --partition 1', /only allowed if topic is used/],
  ])('refuses "%s"', async (line, message) => {
    const { exitCode, err } = await run(leaderElection, line)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(message)])
  })

  test('--admin.config is --command-config', async () => {
    writeFile('/client.properties', 'client.id=elector\n')
    const line = '--election-type preferred --all-topic-partitions --admin.config /client.properties'
    expect(await run(leaderElection, line)).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^Option --admin/),
    })
    expect(broker.requests[0]!.clientId).toBe('elector')
    expect(await run(leaderElection, `${line} --output json`)).toMatchObject({
      out: '[]\n',
      err: expect.stringMatching(/^Option --admin/),
    })
    expect(await run(leaderElection, `${line} --command-config /client.properties`)).toMatchObject({ exitCode: 1 })
  })
})

describe('kafka-broker-api-versions', () => {
  beforeEach(() => {
    broker.serves = new Map([
      [ApiKey.ApiVersions, [0, 4]],
      [ApiKey.Metadata, [0, 13]],
      [ApiKey.DescribeCluster, [0, 2]],
    ])
  })

  test('as Apache Kafka prints it', async () => {
    const { exitCode, out } = await run(brokerApiVersions, '')
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^127\.0\.0\.1:\d+ \(id: 1 rack: r1 isFenced: false\) -> \(\n\tProduce\(0\): UNSUPPORTED,\n/)
    expect(out).toMatch(/\n\tApiVersions\(18\): 0 to 4 \[usable: 4\],\n/)
    expect(out).toMatch(/\n\)\n$/)
  })

  test('at a terminal: a table', async () => {
    const { out } = await run(brokerApiVersions, '', { isTerminal: true })
    expect(out).toMatch(/ApiVersions.*0 to 4.*4/)
  })

  test('--output json', async () => {
    const { out } = await run(brokerApiVersions, '--output json')
    expect(JSON.parse(out)).toMatchObject([{ broker: 1, rack: 'r1', error: null }])
  })
})

test.each([
  ['kafka.admin.ConfigCommand', '--describe --topic t'],
  ['org.apache.kafka.tools.ConfigCommand', '--describe --topic t'],
  ['kafka.admin.LogDirsCommand', '--describe'],
  ['kafka.admin.BrokerApiVersionsCommand', ''],
  ['org.apache.kafka.tools.LeaderElectionCommand', '--election-type preferred --all-topic-partitions'],
])('kafka-run-class %s', async (name, line) => {
  const tool: Tool = (args, io) => runClass([name, ...args], io)
  expect(await run(tool, line)).toMatchObject({ exitCode: 0, err: '' })
})
