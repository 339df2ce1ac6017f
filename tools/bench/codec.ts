/**
 * Time and rate of the wire codec: compiled as everybody uses it, and the interpreter, which stands in where code from text is forbidden.
 * Each figure is that of the best of several rounds, each long enough to be measured: what else the machine does only adds to it.
 */
import '@ottla/runtime/node'
import {
  type Chunk,
  decodeMessage,
  encodeBatch,
  encodeMessage,
  FetchResponse,
  type Message,
  MetadataResponse,
  ProduceRequest,
  RecordBatch,
} from '@ottla/protocol'
import { decodeInterpreted, encodeInterpreted } from '@ottla/protocol/testing'
import Table from 'cli-table3'

interface Case {
  readonly name: string
  readonly message: Message
  readonly version: number
  readonly value: unknown
}

const ROUNDS = 15
const ROUND_MS = 30

export async function codec(): Promise<void> {
  const table = new Table({
    head: ['message', 'bytes', 'decode (us)', 'encode (us)', 'decode, interpreted', 'encode, interpreted'],
    style: { head: [], border: [] },
  })
  for (const one of cases()) table.push(row(one))
  console.log(table.toString())
  const records = new Table({
    head: ['records', 'bytes', 'write (us)', 'read (us)', 'checksum (us)'],
    style: { head: [], border: [] },
  })
  for (const compression of ['none', 'lz4', 'zstd', 'snappy', 'gzip'] as const) records.push(recordRow(compression))
  console.log(records.toString())
}

function row({ name, message, version, value }: Case): string[] {
  const bytes = encodeMessage(message, version, value as never)
  const times = [
    () => decodeMessage(message, version, bytes),
    () => encodeMessage(message, version, value as never),
    () => decodeInterpreted(message, version, bytes),
    () => encodeInterpreted(message, version, value),
  ].map((run) => microseconds(run))
  return [name, String(bytes.length), ...times.map((time) => time.toFixed(2))]
}

function recordRow(compression: 'none' | 'lz4' | 'zstd' | 'snappy' | 'gzip'): string[] {
  const records = recordsOf(100)
  const input = { records, codec: compression }
  const bytes = encodeBatch(input)
  const batch = new RecordBatch(bytes)
  const times = [
    () => encodeBatch(input),
    () => {
      let sum = 0
      for (const { sizeBytes } of batch.records()) sum += sizeBytes
      return sum
    },
    () => batch.isCrcValid(),
  ].map((run) => microseconds(run))
  return [`100 of 100 bytes, ${compression}`, String(bytes.length), ...times.map((time) => time.toFixed(2))]
}

/** Microseconds of one call. */
function microseconds(run: () => unknown): number {
  let calls = 1
  for (let elapsed = 0; elapsed < ROUND_MS; calls *= 2) elapsed = roundMs(run, calls)
  const rounds = Array.from({ length: ROUNDS }, () => roundMs(run, calls) / calls)
  return Math.min(...rounds) * 1000
}

/** No call can be left out as useless: its result is kept until the next. */
const kept: { last: unknown } = { last: undefined }

function roundMs(run: () => unknown, calls: number): number {
  const start = performance.now()
  for (let call = 0; call < calls; call++) kept.last = run()
  return performance.now() - start
}

function cases(): Case[] {
  return [
    { name: 'Produce v9 request, 4 KB', message: ProduceRequest, version: 9, value: produce() },
    { name: 'Metadata v12 response, 600 partitions', message: MetadataResponse, version: 12, value: metadata(600) },
    { name: 'Fetch v17 response, 20 partitions', message: FetchResponse, version: 17, value: fetch(20) },
  ]
}

function recordsOf(count: number) {
  const value = Buffer.from('a record of a hundred bytes, as logs are full of them; '.repeat(2).slice(0, 100))
  return Array.from({ length: count }, (_, index) => ({ key: null, value, timestamp: 1_700_000_000_000 + index }))
}

function produce() {
  const records: Chunk = encodeBatch({ records: recordsOf(38) })
  const partitionData = [{ index: 0, records }]
  return { transactionalId: null, acks: -1, timeoutMs: 30_000, topicData: [{ name: 'test-demo', partitionData }] }
}

function metadata(partitionCount: number) {
  const partition = (partitionIndex: number) => ({
    errorCode: 0,
    partitionIndex,
    leaderId: partitionIndex % 3,
    leaderEpoch: 5,
    replicaNodes: [0, 1, 2],
    isrNodes: [0, 1, 2],
    offlineReplicas: [],
  })
  const topics = Array.from({ length: partitionCount / 6 }, (_, index) => ({
    errorCode: 0,
    name: `topic-number-${index}`,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
    isInternal: false,
    partitions: [0, 1, 2, 3, 4, 5].map(partition),
  }))
  const brokers = [0, 1, 2].map((nodeId) => ({ nodeId, host: `broker-${nodeId}.example`, port: 9092, rack: null }))
  return { throttleTimeMs: 0, brokers, clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ', controllerId: 1, topics }
}

function fetch(partitionCount: number) {
  const partition = (partitionIndex: number) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 1_000_000 + partitionIndex,
    lastStableOffset: 1_000_000,
    logStartOffset: 0,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: new Uint8Array(1000),
  })
  const partitions = Array.from({ length: partitionCount }, (_, index) => partition(index))
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    sessionId: 0,
    responses: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions }],
  }
}
