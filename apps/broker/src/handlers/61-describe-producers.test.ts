import { expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import { partitionImage, scriptedCluster, topicImage } from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import { describeProducersHandler } from './61-describe-producers.ts'

const PRODUCER = {
  producerId: 2 ** 40,
  producerEpoch: 2,
  lastSequence: 7,
  coordinatorEpoch: -1,
  currentTxnStartOffset: -1,
}

async function setUp() {
  const elsewhere = partitionImage(1, { replicas: [2], isr: [2], leader: 2 })
  const follower = partitionImage(2, { replicas: [1, 2], isr: [1, 2], leader: 2 })
  const cluster = await scriptedCluster([topicImage('t', [partitionImage(0), elsewhere, follower])])
  for (const partition of [0, 2]) cluster.log('t', partition).producers = [{ ...PRODUCER, lastTimestampMs: 1234 }]
  return cluster
}

test('producers are told by every replica, the others refuse', async () => {
  const { parts } = await setUp()
  const request = {
    topics: [
      { name: 't', partitionIndexes: [0, 1, 2, 3] },
      { name: 'nobody', partitionIndexes: [0] },
      { name: 'no/body', partitionIndexes: [0] },
    ],
  }
  const response = await call({ handler: describeProducersHandler(parts), version: 0, request })
  const activeProducers = [{ ...PRODUCER, lastTimestamp: 1234 }]
  const refused = (partitionIndex: number, errorCode: number) => ({
    partitionIndex,
    errorCode,
    errorMessage: null,
    activeProducers: [],
  })
  expect(response.topics).toEqual([
    {
      name: 't',
      partitions: [
        { partitionIndex: 0, errorCode: 0, errorMessage: null, activeProducers },
        refused(1, ErrorCode.NOT_LEADER_OR_FOLLOWER),
        { partitionIndex: 2, errorCode: 0, errorMessage: null, activeProducers },
        refused(3, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
      ],
    },
    {
      name: 'nobody',
      partitions: [{ ...refused(0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), errorMessage: 'Topic nobody is not there.' }],
    },
    {
      name: 'no/body',
      partitions: [
        {
          ...refused(0, ErrorCode.INVALID_TOPIC_EXCEPTION),
          errorMessage: 'Topic name is invalid: "no/body" is no topic name.',
        },
      ],
    },
  ])
})

test('who may not read the topic learns nothing', async () => {
  const { parts } = await setUp()
  const security = { authorize: () => false, quota: () => 0 }
  const request = { topics: [{ name: 't', partitionIndexes: [0] }] }
  const response = await call({ handler: describeProducersHandler({ ...parts, security }), version: 0, request })
  expect(response.topics[0].partitions[0]).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
})
