import { beforeEach, describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import {
  batch,
  partitionImage,
  type ScriptedCluster,
  scriptedCluster,
  topicImage,
} from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import type { AnyHandler } from '../seams.ts'
import { produceHandler } from './00-produce.ts'
import { listOffsetsHandler } from './02-list-offsets.ts'

const VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
const EPOCH = 3

let cluster: ScriptedCluster
let handler: AnyHandler

/** Partition 0: offsets 0-4, timestamps 1000, 1001, 5000, 1000, 1001, in three batches; committed all. */
beforeEach(async () => {
  cluster = await scriptedCluster([
    topicImage('t', [
      partitionImage(0, { leaderEpoch: EPOCH }),
      partitionImage(1, { replicas: [1, 2], isr: [1, 2] }),
      partitionImage(2, { replicas: [2], isr: [2], leader: 2 }),
    ]),
  ])
  handler = listOffsetsHandler(cluster.parts)
  const late = batch(['c'])
  for (const records of [batch(['a', 'b']), late, batch(['d', 'e'])]) await append(0, records)
})

async function append(partition: number, records: Uint8Array) {
  const topicData = [{ name: 't', partitionData: [{ index: partition, records }] }]
  await call({ handler: produceHandler(cluster.parts), version: 9, request: { acks: 1, timeoutMs: 0, topicData } })
}

interface Asked {
  readonly partition?: number
  readonly version?: number
  readonly epoch?: number
  readonly isolationLevel?: number
  readonly name?: string
  readonly replicaId?: number
}

async function list(
  timestamp: number,
  { partition = 0, version = 11, epoch = -1, isolationLevel = 0, name = 't', replicaId = -1 }: Asked = {},
) {
  const partitions = [{ partitionIndex: partition, currentLeaderEpoch: epoch, timestamp }]
  const response = await call({
    handler,
    version,
    request: { replicaId, isolationLevel: version >= 2 ? isolationLevel : 0, topics: [{ name, partitions }] },
  })
  return response.topics[0].partitions[0]
}

describe('ListOffsets', () => {
  test.each(VERSIONS)('version %d gives the end and the start', async (version) => {
    const leaderEpoch = version >= 4 ? EPOCH : -1
    expect(await list(-1, { version })).toEqual({
      partitionIndex: 0,
      errorCode: 0,
      timestamp: -1,
      offset: 5,
      leaderEpoch,
    })
    expect(await list(-2, { version })).toEqual({
      partitionIndex: 0,
      errorCode: 0,
      timestamp: -1,
      offset: 0,
      leaderEpoch,
    })
  })

  test.each([
    [0, 0, 1000],
    [1001, 1, 1001],
    [1002, -1, -1],
  ])('the first record at or after %d', async (timestamp, offset, found) => {
    expect(await list(timestamp)).toMatchObject({ errorCode: 0, offset, timestamp: found })
  })

  test.each([
    [-3, 7, { offset: 1, timestamp: 1001, leaderEpoch: EPOCH }],
    [-4, 8, { offset: 0, timestamp: -1, leaderEpoch: EPOCH }],
    [-5, 9, { offset: -1, timestamp: -1, leaderEpoch: -1 }],
    [-6, 11, { offset: -1, timestamp: -1, leaderEpoch: -1 }],
  ])('place %d is known from version %d', async (place, version, expected) => {
    expect(await list(place, { version })).toMatchObject({ errorCode: 0, ...expected })
    expect(await list(place, { version: version - 1 })).toMatchObject({
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      offset: -1,
    })
  })

  test('a place that nobody knows is refused', async () => {
    expect((await list(-7)).errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
  })

  test('an empty log has no record with the largest timestamp', async () => {
    expect(await list(-3, { partition: 1 })).toMatchObject({ errorCode: 0, offset: -1, timestamp: -1 })
  })

  test('read_committed ends at the last stable offset', async () => {
    cluster.log('t').openTransactionAt = 3
    expect((await list(-1)).offset).toBe(5)
    expect((await list(-1, { isolationLevel: 1 })).offset).toBe(3)
    expect((await list(1001, { isolationLevel: 1 })).offset).toBe(1)
  })

  test('what is not committed is not shown', async () => {
    await append(1, batch(['x']))
    expect((await list(-1, { partition: 1 })).offset).toBe(0)
    expect((await list(0, { partition: 1 })).offset).toBe(-1)
    expect((await list(-3, { partition: 1 })).offset).toBe(-1)
  })

  test('errors', async () => {
    expect((await list(-1, { name: 'nobody' })).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect((await list(-1, { partition: 9 })).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect((await list(-1, { partition: 2 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await list(-1, { epoch: EPOCH - 1 })).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect((await list(-1, { epoch: EPOCH + 1 })).errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
    expect((await list(-1, { epoch: EPOCH })).errorCode).toBe(0)
  })

  test('a new leader behind the start of its epoch does not show an end that may go backwards (KIP-207)', async () => {
    await append(1, batch(['x', 'y']))
    const next = partitionImage(1, { replicas: [1, 2], isr: [1, 2], leaderEpoch: 1, partitionEpoch: 1 })
    cluster.session.setTopic(topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), next]))
    await cluster.partitions.settled()
    expect((await list(-1, { partition: 1 })).errorCode).toBe(ErrorCode.OFFSET_NOT_AVAILABLE)
    expect((await list(-1, { partition: 1, version: 4 })).errorCode).toBe(ErrorCode.LEADER_NOT_AVAILABLE)
    expect((await list(0, { partition: 1 })).errorCode).toBe(ErrorCode.OFFSET_NOT_AVAILABLE)
    expect(await list(-2, { partition: 1 })).toMatchObject({ errorCode: 0, offset: 0 })
    const alone = { ...next, isr: [1], partitionEpoch: 2 }
    cluster.session.setTopic(topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), alone]))
    expect(await list(-1, { partition: 1 })).toMatchObject({ errorCode: 0, offset: 2, leaderEpoch: 1 })
  })

  test('replicas and tools that compare them see the end of the log, where it leads', async () => {
    await append(1, batch(['a']))
    const behind = partitionImage(1, { replicas: [1, 2], isr: [1, 2], leaderEpoch: 4, partitionEpoch: 1 })
    cluster.session.setTopic(topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), behind]))
    await cluster.partitions.settled()
    expect(await list(-1, { partition: 1 })).toMatchObject({ errorCode: ErrorCode.OFFSET_NOT_AVAILABLE })
    for (const replicaId of [-2, 2]) {
      expect(await list(-1, { partition: 1, replicaId })).toMatchObject({ errorCode: 0, offset: 1 })
    }
  })

  test('a follower answers the tools that compare replicas, and nobody else', async () => {
    await append(1, batch(['a']))
    const moved = { replicas: [1, 2], isr: [1, 2], leader: 2, leaderEpoch: 4, partitionEpoch: 1 }
    cluster.session.setTopic(topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), partitionImage(1, moved)]))
    for (const replicaId of [-1, 2]) {
      const refused = { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }
      expect(await list(-1, { partition: 1, replicaId })).toMatchObject(refused)
    }
    expect(await list(-1, { partition: 1, replicaId: -2 })).toMatchObject({ errorCode: 0, offset: 1 })
  })

  test('a partition that is named twice is refused, the others are answered', async () => {
    const partitions = [0, 1, 0].map((partitionIndex) => ({ partitionIndex, timestamp: -1 }))
    const request = { replicaId: -1, isolationLevel: 0, topics: [{ name: 't', partitions }] }
    const { topics } = await call({ handler, version: 9, request })
    expect(topics[0].partitions.map(({ errorCode }: { errorCode: number }) => errorCode)).toEqual([42, 0, 42])
  })

  test('a topic needs permission', async () => {
    cluster.parts.security = { authorize: () => false, quota: () => 0 }
    handler = listOffsetsHandler(cluster.parts)
    expect((await list(-1)).errorCode).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED)
  })

  test('a disk that fails is told for its partition', async () => {
    cluster.log('t').offsetForTimestamp = () => Promise.reject(new Error('EIO'))
    expect((await list(0)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect((await list(-1)).errorCode).toBe(0)
  })
})
