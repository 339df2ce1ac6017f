import { beforeEach, describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import {
  batch,
  broker,
  partitionImage,
  type ScriptedCluster,
  scriptedCluster,
  topicImage,
} from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import { deleteRecordsHandler } from './21-delete-records.ts'

let cluster: ScriptedCluster

beforeEach(async () => {
  const elsewhere = partitionImage(1, { replicas: [2], isr: [2], leader: 2 })
  cluster = await scriptedCluster([
    topicImage('t', [partitionImage(0), elsewhere]),
    topicImage('__consumer_offsets', [partitionImage(0)]),
  ])
  for (const values of [
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]) {
    const request = { records: batch(values), leaderEpoch: 0, origin: 'client' } as const
    cluster.log('t').append(request, () => undefined)
  }
  cluster.log('t').updateHighWatermark(4)
})

interface Asked {
  readonly name?: string
  readonly partition?: number
  readonly version?: number
}

async function deleteBefore(offset: number, { name = 't', partition = 0, version = 2 }: Asked = {}) {
  const topics = [{ name, partitions: [{ partitionIndex: partition, offset }] }]
  const response = await call({
    handler: deleteRecordsHandler(cluster.parts),
    version,
    request: { topics, timeoutMs: 0 },
  })
  expect(response.topics[0].name).toBe(name)
  return response.topics[0].partitions[0]
}

const refused = (error: keyof typeof ErrorCode, partitionIndex = 0) => ({
  partitionIndex,
  lowWatermark: -1,
  errorCode: ErrorCode[error],
})

describe('DeleteRecords, with other replicas', () => {
  const replicas = { replicas: [1, 2, 3], isr: [1, 2] }
  const fetched = { fetchOffset: 5, currentLeaderEpoch: 0 }

  beforeEach(async () => {
    cluster = await scriptedCluster([topicImage('t', [partitionImage(0, replicas)])])
    cluster.session.setBroker(broker(3, { fenced: true }))
    const request = { records: batch(['a', 'b', 'c', 'd', 'e']), leaderEpoch: 0, origin: 'client' } as const
    partition().append(request, 1, () => undefined)
    report(2, 0)
  })

  function partition() {
    const found = cluster.partitions.find(cluster.partitions.topicByName('t')!, 0)
    if (typeof found === 'string') throw new Error(found)
    return found
  }

  function report(replica: number, logStartOffset: number) {
    partition().fetchedByReplica({ ...fetched, replica, brokerEpoch: 100 + replica, logStartOffset })
  }

  async function begin(offset: number) {
    const answers: unknown[] = []
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset }] }]
    const handler = deleteRecordsHandler(cluster.parts)
    void call({ handler, version: 2, request: { topics, timeoutMs: 1000 } }).then((response) =>
      answers.push(response.topics[0].partitions[0]),
    )
    await cluster.runtime.clock.settle()
    return answers
  }

  test('waits until those that live have given up the records', async () => {
    const answers = await begin(3)
    expect([answers, cluster.log('t').logStartOffset]).toEqual([[], 3])
    report(2, 2)
    await cluster.runtime.clock.settle()
    expect(answers).toEqual([])
    report(2, 3)
    await cluster.runtime.clock.settle()
    expect(answers).toEqual([{ partitionIndex: 0, lowWatermark: 3, errorCode: 0 }])
    expect([partition().startWatchers.size, cluster.requestTimers]).toEqual([0, 0])
  })

  test('who dies is waited for no longer', async () => {
    const answers = await begin(3)
    cluster.session.setBroker(broker(2, { fenced: true }))
    await cluster.runtime.clock.settle()
    expect(answers).toEqual([{ partitionIndex: 0, lowWatermark: 3, errorCode: 0 }])
  })

  test('at most as long as the request says', async () => {
    const answers = await begin(3)
    await cluster.runtime.clock.advance(999)
    expect(answers).toEqual([])
    await cluster.runtime.clock.advance(1)
    expect(answers).toEqual([{ partitionIndex: 0, lowWatermark: 0, errorCode: ErrorCode.REQUEST_TIMED_OUT }])
    expect(partition().startWatchers.size).toBe(0)
  })

  test('not after the leadership is over', async () => {
    const answers = await begin(3)
    const moved = { ...replicas, leader: 2, leaderEpoch: 1, partitionEpoch: 1 }
    cluster.session.setTopic(topicImage('t', [partitionImage(0, moved)]))
    await cluster.runtime.clock.settle()
    expect(answers).toEqual([{ partitionIndex: 0, lowWatermark: -1, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }])
  })
})

describe('DeleteRecords', () => {
  test.each([0, 1, 2])('version %d moves the start, whatever the timeout', async (version) => {
    expect(await deleteBefore(3, { version })).toEqual({ partitionIndex: 0, lowWatermark: 3, errorCode: 0 })
    expect(cluster.log('t').logStartOffset).toBe(3)
  })

  test('-1 is the high watermark', async () => {
    expect(await deleteBefore(-1)).toEqual({ partitionIndex: 0, lowWatermark: 4, errorCode: 0 })
  })

  test('below the start nothing changes', async () => {
    await deleteBefore(3)
    expect(await deleteBefore(1)).toEqual({ partitionIndex: 0, lowWatermark: 3, errorCode: 0 })
  })

  test.each([
    ['above the high watermark', 5, {}, 'OFFSET_OUT_OF_RANGE'],
    ['a negative offset', -2, {}, 'OFFSET_OUT_OF_RANGE'],
    ['a topic that is not there', 0, { name: 'nobody' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['an internal topic that is not there', 0, { name: '__transaction_state' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition that is not there', 0, { partition: 9 }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition that another broker leads', 0, { partition: 1 }, 'NOT_LEADER_OR_FOLLOWER'],
    ['an internal topic', -1, { name: '__consumer_offsets' }, 'INVALID_TOPIC_EXCEPTION'],
  ] as const)('%s is refused', async (_name, offset, asked: Asked, error) => {
    expect(await deleteBefore(offset, asked)).toEqual(refused(error, asked.partition))
  })

  test('a topic that is compacted only is refused; one that is deleted from too is not', async () => {
    cluster.session.setConfig('topic', 't', { 'cleanup.policy': 'compact' })
    expect(await deleteBefore(1)).toEqual(refused('POLICY_VIOLATION'))
    cluster.session.setConfig('topic', 't', { 'cleanup.policy': 'compact,delete' })
    expect(await deleteBefore(1)).toMatchObject({ errorCode: 0 })
  })

  test('who may not delete learns nothing; a disk that fails is KAFKA_STORAGE_ERROR', async () => {
    cluster.log('t').failDelete = true
    expect(await deleteBefore(1)).toEqual(refused('KAFKA_STORAGE_ERROR'))
    cluster.parts.security = { authorize: (_context, operation) => operation !== 'DELETE', quota: () => 0 }
    expect(await deleteBefore(1)).toEqual(refused('TOPIC_AUTHORIZATION_FAILED'))
    expect(await deleteBefore(1, { name: 'nobody' })).toEqual(refused('TOPIC_AUTHORIZATION_FAILED'))
  })

  test('what is named twice is answered once, by what was said last', async () => {
    const ask = (offset: number) => ({ name: 't', partitions: [{ partitionIndex: 0, offset }] })
    const request = { topics: [ask(9), ask(2)], timeoutMs: 0 }
    const response = await call({ handler: deleteRecordsHandler(cluster.parts), version: 2, request })
    expect(response.topics).toEqual([{ name: 't', partitions: [{ partitionIndex: 0, lowWatermark: 2, errorCode: 0 }] }])
  })
})
