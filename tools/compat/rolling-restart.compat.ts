/**
 * Three brokers are restarted one after the other (SIGTERM, wait, start) under the load of four clients with their default settings: no client sees an
 * error, kcat -L shows who is in sync all along, and nothing lags afterwards. The fourth client is Apache's kafka-verifiable-producer.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { lanesOf } from '../torture/lanes.ts'
import { readBack } from '../torture/read-back.ts'
import { compareReplicas } from '../torture/replicas.ts'
import { Verdict } from '../torture/verdict.ts'
import { CLIENTS, Writer } from '../torture/writer.ts'
import { ProcessCluster } from './harness/cluster.ts'
import { createReplicated, untilInSync } from './harness/in-sync.ts'
import { eventually, root, Server, shell } from './harness/process.ts'
import { installConfluent } from './pairs/confluent.ts'

const PARTITIONS = 3
const TOPIC = 'rolling'
const VERIFIABLE = 'verifiable'
const LONG_MS = 600_000

let cluster: ProcessCluster

beforeAll(async () => {
  await installConfluent()
  cluster = await ProcessCluster.start({ brokers: 3 })
  const configs = { 'min.insync.replicas': '2' }
  for (const name of [TOPIC, VERIFIABLE]) {
    await createReplicated(cluster.bootstrap, { name, partitions: PARTITIONS, configs })
  }
}, LONG_MS)

afterAll(() => cluster?.[Symbol.asyncDispose]())

test(
  'no client sees an error, and nothing lags',
  async () => {
    const load = { bootstrap: cluster.bootstrap, topics: [TOPIC], partitions: PARTITIONS, recordsPerSecond: 300 }
    await using stack = new AsyncDisposableStack()
    const writers = CLIENTS.map((client) => stack.use(new Writer(client, { ...load, patience: 'default' })))
    const verifiable = stack.use(verifiableProducer())
    const progress = async () => {
      await Promise.all(writers.map((writer) => writer.progress()))
      const before = messagesOf(verifiable).length
      await eventually(
        'kafka-verifiable-producer goes on',
        async () => messagesOf(verifiable).length > before || undefined,
      )
    }
    await progress()
    for (const id of cluster.brokerIds) {
      const others = cluster.brokerIds.filter((other) => other !== id)
      await cluster.stop(id)
      expect(await shownInSync(others)).toEqual(Array.from({ length: PARTITIONS }, () => others))
      await progress()
      await cluster.startBroker(id)
      await untilInSync(cluster.bootstrap, [TOPIC, VERIFIABLE])
      expect(await shownInSync([id])).toEqual(Array.from({ length: PARTITIONS }, () => cluster.brokerIds))
      await progress()
    }
    await verifiable.stop('SIGTERM')
    await Promise.all(writers.map((writer) => writer.end()))
    const errors = writers.map(({ client, history }) => ({ client, failures: [...history.failures.values()] }))
    expect(errors).toEqual(CLIENTS.map((client) => ({ client, failures: [] })))
    expect(messagesOf(verifiable).filter(({ name }) => name === 'producer_send_error')).toEqual([])
    const [summary] = messagesOf(verifiable).filter(({ name }) => name === 'tool_data')
    expect(summary).toMatchObject({ sent: summary?.acked })
    await expectWhole(writers)
  },
  LONG_MS,
)

/** Records as they were acknowledged, replicas the same to the end. */
async function expectWhole(writers: readonly Writer[]): Promise<void> {
  const lanes = lanesOf([TOPIC], PARTITIONS)
  const verdict = new Verdict(
    lanes,
    writers.map(({ history }) => history),
  )
  await untilInSync(cluster.bootstrap, [TOPIC, VERIFIABLE])
  await readBack(cluster.bootstrap, lanes, verdict)
  verdict.end()
  expect(verdict.examples).toEqual([])
  await cluster.stopAll()
  const directories = cluster.brokerIds.map((id) => cluster.logDirectory(id))
  for (const topic of [TOPIC, VERIFIABLE]) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { findings, ends, highWatermark } = compareReplicas(`${topic}-${partition}`, directories)
      expect({ findings, ends }).toEqual({ findings: [], ends: [highWatermark, highWatermark, highWatermark] })
    }
  }
}

/** By itself it sets retries=0, to count every error that a client would repeat; the client's own default hides those that pass. */
function verifiableProducer(): Server {
  const config = join(cluster.directory, 'verifiable.properties')
  writeFileSync(config, 'retries=2147483647\n')
  const options = ['--command-config', config, '--topic', VERIFIABLE, '--throughput', '200', '--acks', '-1']
  const words = ['tool', 'kafka-verifiable-producer', '--bootstrap-server', cluster.bootstrap, ...options]
  return new Server(join(root, 'tools/compat/apache/kafka'), words)
}

interface Message {
  readonly name: string
  readonly sent?: number
  readonly acked?: number
}

/** What it prints: a JSON value a line. */
function messagesOf(tool: Server): Message[] {
  const lines = tool.output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'))
  return lines.map((line) => JSON.parse(line) as Message)
}

interface KcatListing {
  readonly topics: { topic: string; partitions: { partition: number; isrs: { id: number }[] }[] }[]
}

/** By partition: the broker ids in the ISR, sorted, as kcat -L of these brokers shows them. */
async function shownInSync(ids: readonly number[]): Promise<number[][]> {
  const bootstrap = ids.map((id) => cluster.address(id)).join(',')
  const { stdout } = await shell(`kcat -b ${bootstrap} -L -J -t ${TOPIC}`)
  const { topics } = JSON.parse(stdout) as KcatListing
  const { partitions } = topics.find(({ topic }) => topic === TOPIC)!
  return partitions.map(({ isrs }) => isrs.map(({ id }) => id).sort())
}
