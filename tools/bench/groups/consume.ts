/** Reading with the Consumer of @ottla/client: partitions that it is told, and partitions that it is given by a group. From the first record to the last. */
import { Consumer } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'
import { touchFreeMemory } from '../broker/free-memory.ts'
import { produce, rdkafkaPerformance } from '../broker/load.ts'
import type { Site } from './site.ts'

const TOPIC = 'read'
const PARTITIONS = 12
const RECORD_BYTES = 1024
const BATCH_BYTES = 128 * 1024

const WAYS = ['assign', 'classic group', 'consumer group'] as const
type Way = (typeof WAYS)[number]

export interface ConsumeRow {
  readonly way: Way
  /** 10^6 bytes of values per second. */
  readonly samples: number[]
}

export interface Reading {
  readonly records: number
  readonly runs: number
}

/** The ways take turns; a first round, which warms them up, does not count. */
export async function measureConsuming(site: Site, { records, runs }: Reading, rows: ConsumeRow[]): Promise<void> {
  site.tell('reading')
  const { bootstrap, pid } = site.system
  const program = await rdkafkaPerformance()
  await site.createTopic(TOPIC, PARTITIONS)
  touchFreeMemory(records * RECORD_BYTES * 1.2)
  await produce({ bootstrap, topic: TOPIC, records, recordBytes: RECORD_BYTES }, BATCH_BYTES, { program, pids: [pid] })
  rows.push(...WAYS.map((way): ConsumeRow => ({ way, samples: [] })))
  for (let round = 0; round <= runs; round++) {
    for (const { way, samples } of rows) {
      const seconds = await readAll(bootstrap, way, { records, round })
      if (round > 0) samples.push((records * RECORD_BYTES) / 1e6 / seconds)
    }
  }
}

async function readAll(
  bootstrap: string,
  way: Way,
  { records, round }: { records: number; round: number },
): Promise<number> {
  const common = { bootstrapServers: bootstrap, autoOffsetReset: 'earliest' }
  const groupProtocol = way === 'classic group' ? 'classic' : 'consumer'
  const group = way === 'assign' ? {} : ({ groupId: `${groupProtocol}-reader-${round}`, groupProtocol } as const)
  await using consumer = new Consumer(nodeRuntime(), { ...common, ...group })
  if (way === 'assign')
    consumer.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: TOPIC, partition })))
  else consumer.subscribe([TOPIC])
  let beginMs: number | undefined
  let read = 0
  for await (const batch of consumer.batches()) {
    beginMs ??= performance.now()
    read += batch.length
    if (read >= records) break
  }
  return (performance.now() - beginMs!) / 1000
}
