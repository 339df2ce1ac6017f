/** Records straight over one connection of our client: no retry and no cleverness, so that what the broker does is seen. */
import { openConnection } from '@ottla/client/internal'
import {
  type BatchRecord,
  batchesIn,
  CreateTopicsRequest,
  CreateTopicsResponse,
  encodeBatch,
  errorByCode,
  FetchRequest,
  FetchResponse,
  ListOffsetsRequest,
  ListOffsetsResponse,
  ProduceRequest,
  ProduceResponse,
} from '@ottla/protocol'
import { nodeRuntime } from '@ottla/runtime/node'

/** The partition's leader must be the broker at `broker` (`host:port`). */
export interface PartitionAt {
  readonly broker: string
  readonly topic: string
  readonly partition: number
}

async function connect(broker: string) {
  const [host, port] = broker.split(':')
  return openConnection(nodeRuntime(), { host: host!, port: Number(port), responseBytesMax: 64 * 1024 * 1024 })
}

/** Fetch by topic id starts at version 13, Produce too: names are simpler here. */
const BY_NAME = { max: 12 }

function check(errorCode: number, what: string): void {
  if (errorCode !== 0) throw new Error(`${what}: ${errorByCode(errorCode)?.name ?? errorCode}`)
}

export async function createTopic(broker: string, name: string, numPartitions = 1): Promise<void> {
  await using connection = await connect(broker)
  const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
  const api = { request: CreateTopicsRequest, response: CreateTopicsResponse }
  const answer = await connection.send(api, { topics, timeoutMs: 30_000 })
  check(answer.topics[0]!.errorCode, `CreateTopics ${name}`)
}

/** Calls `take` with every record from the log start to the present end of the partition. */
export async function readPartition(at: PartitionAt, take: (record: BatchRecord) => void): Promise<void> {
  await using connection = await connect(at.broker)
  const listOffset = async (timestamp: number) => {
    const topics = [{ name: at.topic, partitions: [{ partitionIndex: at.partition, timestamp }] }]
    const answer = await connection.send(
      { request: ListOffsetsRequest, response: ListOffsetsResponse },
      { replicaId: -1, topics },
    )
    const { errorCode, offset } = answer.topics[0]!.partitions[0]!
    check(errorCode, `ListOffsets ${at.topic}-${at.partition}`)
    return offset
  }
  const end = await listOffset(-1)
  let next = await listOffset(-2)
  while (next < end) {
    const partitions = [{ partition: at.partition, fetchOffset: next, partitionMaxBytes: 8 * 1024 * 1024 }]
    const answer = await connection.send(
      { request: FetchRequest, response: FetchResponse },
      { maxWaitMs: 1000, minBytes: 1, maxBytes: 16 * 1024 * 1024, topics: [{ topic: at.topic, partitions }] },
      { versions: BY_NAME },
    )
    const result = answer.responses[0]?.partitions[0]
    if (result === undefined) throw new Error(`Fetch ${at.topic}-${at.partition}: no answer for the partition`)
    check(result.errorCode, `Fetch ${at.topic}-${at.partition} at ${next}`)
    for (const batch of batchesIn(result.records ?? new Uint8Array())) {
      if (!batch.isCrcValid())
        throw new Error(`${at.topic}-${at.partition}: the batch at ${batch.baseOffset} is damaged`)
      for (const record of batch.records()) if (record.offset >= next) take(record)
      next = batch.lastOffset + 1
    }
  }
}

/** Appends one batch with acks=all; the values are text, keys too where `key:value` is given. Rejects with the error's name. */
export async function produceText(
  at: PartitionAt,
  texts: readonly string[],
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  await using connection = await connect(at.broker)
  const encoder = new TextEncoder()
  const timestamp = Date.now()
  const records = encodeBatch({
    records: texts.map((text) => {
      const colon = text.indexOf(':')
      const key = colon < 0 ? null : encoder.encode(text.slice(0, colon))
      return { key, value: encoder.encode(text.slice(colon + 1)), timestamp }
    }),
  })
  const answer = await connection.send(
    { request: ProduceRequest, response: ProduceResponse },
    { acks: -1, timeoutMs, topicData: [{ name: at.topic, partitionData: [{ index: at.partition, records }] }] },
    { versions: BY_NAME },
  )
  check(answer.responses[0]!.partitionResponses[0]!.errorCode, `Produce ${at.topic}-${at.partition}`)
}
