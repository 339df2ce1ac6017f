/** offsets.topic.compression.codec: how a coordinator's batches are compressed; whatever they are, the next one reads them. */
import '@ottla/runtime/node'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startController } from '@ottla/controller'
import {
  batchesIn,
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
} from '@ottla/protocol'
import { BrokerWorld } from '../testing/broker-world.ts'
import type { RawClient } from '../testing/raw-client.ts'

const LOADING: readonly number[] = [14, 15, 16]
const METADATA = 'as long as a note may be, and the same again and again. '.repeat(20)
const CONFIG = { 'offsets.topic.num.partitions': '1', 'offsets.topic.replication.factor': '1' }

let world: BrokerWorld

beforeEach(async () => {
  world = await BrokerWorld.start(startController)
})

afterEach(() => world.end())

async function untilLoaded<T>(ask: () => Promise<T>, codeOf: (answer: T) => number): Promise<T> {
  for (;;) {
    const answer = await world.drive(ask())
    if (!LOADING.includes(codeOf(answer))) return answer
    await world.runtime.clock.advance(100)
  }
}

async function commit(client: RawClient): Promise<void> {
  const find = { request: FindCoordinatorRequest, response: FindCoordinatorResponse }
  await world.drive(client.call(find, 3, { key: 'g', keyType: 0 }))
  const partitions = [{ partitionIndex: 0, committedOffset: 7, committedMetadata: METADATA }]
  const body = { groupId: 'g', memberId: '', topics: [{ name: '__consumer_offsets', partitions }] }
  const { topics } = await untilLoaded(
    () => client.call({ request: OffsetCommitRequest, response: OffsetCommitResponse }, 8, body),
    (answer) => answer.topics[0]!.partitions[0]!.errorCode,
  )
  expect(topics[0]!.partitions[0]!.errorCode).toBe(0)
}

async function committed(client: RawClient) {
  const body = { groupId: 'g', topics: [{ name: '__consumer_offsets', partitionIndexes: [0] }] }
  const answer = await untilLoaded(
    () => client.call({ request: OffsetFetchRequest, response: OffsetFetchResponse }, 7, body),
    ({ errorCode }) => errorCode,
  )
  return answer.topics[0]!.partitions[0]!
}

test.each([...['none', 'gzip', 'snappy', 'lz4', 'zstd'].entries()])('%i: %s', async (number, codec) => {
  const config = { ...CONFIG, 'offsets.topic.compression.codec': String(number) }
  const broker = await world.broker(config)
  await commit(await world.connect(broker))
  await world.stop(broker)
  const bytes = world.runtime.disk.readFile(`/data/1/__consumer_offsets-0/${'0'.repeat(20)}.log`)
  expect([...batchesIn(bytes)].map((batch) => batch.codec)).toEqual([codec])
  const again = await world.connect(await world.broker(config))
  expect(await committed(again)).toMatchObject({ committedOffset: 7, metadata: METADATA })
})
