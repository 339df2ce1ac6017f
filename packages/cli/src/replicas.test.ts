import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from '@ottla/client/testing'
import {
  ApiKey,
  DescribeClusterResponse,
  ErrorCode,
  ListPartitionReassignmentsResponse,
  MetadataResponse,
  UnregisterBrokerResponse,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { main as cluster } from './cluster/main.ts'
import { main as reassign } from './reassign-partitions/main.ts'
import { recordedIo } from './testing/recorded-io.ts'
import type { Tool } from './tool/io.ts'

let world: TestRuntime
let broker: ScriptedBroker

/** Broker 1 is there; the topic `t` has three partitions, two of them with a replica on broker 2. */
beforeEach(async () => {
  world = testRuntime()
  broker = await scriptedBroker(world.net, (request) => HANDLERS[request.apiKey]!(request))
  broker.serves.delete(ApiKey.DescribeTopicPartitions)
})

afterEach(() => broker.close())

const HANDLERS: Record<number, (request: SeenRequest) => Reaction> = {
  [ApiKey.Metadata]: ({ body }) =>
    answer(MetadataResponse, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
      topics: (body.topics ?? [{ name: 't' }]).map(({ name }: { name: string }) => ({
        errorCode: name === 't' ? 0 : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        name,
        partitions: [[1], [1, 2], [2, 1]].map((replicaNodes, partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: 1,
          replicaNodes,
          isrNodes: [1],
        })),
      })),
    }),
  [ApiKey.DescribeCluster]: () =>
    answer(DescribeClusterResponse, {
      throttleTimeMs: 0,
      errorCode: 0,
      errorMessage: null,
      clusterId: 'c',
      controllerId: 1,
      brokers: [{ brokerId: 1, host: '127.0.0.1', port: broker.port, rack: null }],
    }),
  [ApiKey.ListPartitionReassignments]: () =>
    answer(ListPartitionReassignmentsResponse, { throttleTimeMs: 0, errorCode: 0, errorMessage: null, topics: [] }),
  [ApiKey.UnregisterBroker]: () =>
    answer(UnregisterBrokerResponse, { throttleTimeMs: 0, errorCode: 0, errorMessage: null }),
}

function file(path: string, content: unknown): void {
  const file = world.disk.open(path, 'write')
  file.write([new TextEncoder().encode(JSON.stringify(content))], 0)
  file.close()
}

async function run(tool: Tool, line: string) {
  const io = recordedIo(world)
  const exitCode = await tool(`${line} --bootstrap-server 127.0.0.1:${broker.port}`.split(/ +/), io)
  return { exitCode, out: io.outText(), err: io.errText() }
}

test.each([
  [2, 'Broker 2 is still a replica of 2 partition(s): move them to other brokers with kafka-reassign-partitions.\n'],
  [3, ''],
])('a broker that is forgotten: %i', async (id, err) => {
  const out = `Broker ${id} is no longer registered.\n`
  expect(await run(cluster, `unregister --id ${id}`)).toEqual({ exitCode: 0, out, err })
})

test.each([
  [
    '--execute --reassignment-json-file /f',
    { version: 1, partitions: [{ topic: 'none', partition: 0, replicas: [1] }] },
  ],
  ['--generate --broker-list 1 --topics-to-move-json-file /f', { version: 1, topics: [{ topic: 'none' }] }],
])('%s: a topic that is not there is named as by Apache', async (line, content) => {
  file('/f', content)
  expect(await run(reassign, line)).toEqual({
    exitCode: 1,
    out: 'Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: Topic none not found.\n',
    err: '',
  })
})

test('a file that names no topics is not taken without a word', async () => {
  file('/f', { version: 1, partitions: [] })
  const { exitCode, out, err } = await run(reassign, '--generate --broker-list 1 --topics-to-move-json-file /f')
  expect([exitCode, out]).toEqual([0, expect.stringContaining('Proposed partition reassignment configuration')])
  expect(err).toMatch(/^--topics-to-move-json-file names no topics; expected: /)
})
