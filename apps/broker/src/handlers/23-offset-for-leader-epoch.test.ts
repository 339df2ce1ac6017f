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
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts'

let cluster: ScriptedCluster

/** Epoch 3 holds offsets 0-1, epoch 6 offsets 2-4. */
beforeEach(async () => {
  const image = (leaderEpoch: number) =>
    topicImage('t', [partitionImage(0, { leaderEpoch }), partitionImage(1, { replicas: [2], isr: [2], leader: 2 })])
  cluster = await scriptedCluster([image(3)])
  const append = (values: readonly string[], leaderEpoch: number) =>
    cluster.log('t').append({ records: batch(values), leaderEpoch, origin: 'client' }, () => undefined)
  append(['a', 'b'], 3)
  cluster.session.setTopic(image(6))
  await cluster.partitions.settled()
  append(['c', 'd', 'e'], 6)
})

interface Asked {
  readonly topic?: string
  readonly partition?: number
  readonly currentLeaderEpoch?: number
  readonly version?: number
}

async function endOf(leaderEpoch: number, asked: Asked = {}) {
  const { topic = 't', partition = 0, currentLeaderEpoch = -1, version = 4 } = asked
  const response = await call({
    handler: offsetForLeaderEpochHandler(cluster.parts),
    version,
    request: { replicaId: -1, topics: [{ topic, partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }] },
  })
  return response.topics[0].partitions[0]
}

describe('OffsetForLeaderEpoch', () => {
  test.each([2, 3, 4])('version %d tells the end of an epoch', async (version) => {
    expect(await endOf(3, { version })).toEqual({ errorCode: 0, partition: 0, leaderEpoch: 3, endOffset: 2 })
    expect(await endOf(6, { version })).toEqual({ errorCode: 0, partition: 0, leaderEpoch: 6, endOffset: 5 })
  })

  test('an epoch without records here gives the nearest older one', async () => {
    expect(await endOf(5)).toEqual({ errorCode: 0, partition: 0, leaderEpoch: 3, endOffset: 2 })
  })

  test.each([-1, 2])('epoch %d is not known, which is no error', async (leaderEpoch) => {
    expect(await endOf(leaderEpoch)).toEqual({ errorCode: 0, partition: 0, leaderEpoch: -1, endOffset: -1 })
  })

  test.each([
    ['the leader epoch is over', { currentLeaderEpoch: 5 }, 'FENCED_LEADER_EPOCH'],
    ['the leader epoch is not known yet', { currentLeaderEpoch: 7 }, 'UNKNOWN_LEADER_EPOCH'],
    ['another broker leads', { partition: 1 }, 'NOT_LEADER_OR_FOLLOWER'],
    ['no such partition', { partition: 7 }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['no such topic', { topic: 'nobody' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
  ] as const)('%s: refused', async (_name, asked: Asked, error) => {
    const answer = { errorCode: ErrorCode[error], partition: asked.partition ?? 0, leaderEpoch: -1, endOffset: -1 }
    expect(await endOf(3, asked)).toEqual(answer)
  })

  test('who may describe the topic, or is another broker, may ask', async () => {
    const allow = (...operations: string[]) => {
      cluster.parts.security = { authorize: (_context, operation) => operations.includes(operation), quota: () => 0 }
    }
    allow()
    expect(await endOf(3)).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, endOffset: -1 })
    allow('DESCRIBE')
    expect(await endOf(3)).toMatchObject({ errorCode: 0 })
    allow('CLUSTER_ACTION')
    expect(await endOf(3)).toMatchObject({ errorCode: 0 })
  })
})
