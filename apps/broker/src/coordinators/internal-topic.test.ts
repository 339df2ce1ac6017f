import { describe, expect, test } from '@jest/globals'
import { CreateTopicsRequest, CreateTopicsResponse, decodeMessage, encodeMessage, KafkaError } from '@ottla/protocol'
import { recordingLogger } from '@ottla/runtime/testing'
import type { ForwardOptions } from '../seams.ts'
import { broker, frontParts, imageOf, partition } from '../testing/front.ts'
import { InternalTopic } from './internal-topic.ts'

const SHAPE = {
  name: '__consumer_offsets',
  partitions: 5,
  replicationFactor: 2,
  replicationKey: 'offsets.topic.replication.factor',
  configs: { 'cleanup.policy': 'compact' },
}
const EMPTY = imageOf([broker(1), broker(2)], {})
const MADE = imageOf([broker(1), broker(2)], { [SHAPE.name]: [partition(0, [1, 2])] })

function setUp({ image = EMPTY, errorCode = 0, fails = false } = {}) {
  const asked: ForwardOptions[] = []
  const logger = recordingLogger()
  const parts = frontParts({
    image,
    forward: async (options) => {
      asked.push(options)
      await Promise.resolve()
      if (fails) throw new KafkaError('REQUEST_TIMED_OUT', 'no controller')
      if (errorCode === 0 || errorCode === 36) parts.image = MADE
      const topics = [
        {
          name: SHAPE.name,
          topicId: undefined,
          errorCode,
          errorMessage: 'as the test wants it',
          topicConfigErrorCode: 0,
          numPartitions: 5,
          replicationFactor: 2,
          configs: [],
        },
      ]
      return encodeMessage(CreateTopicsResponse, options.apiVersion, {
        throttleTimeMs: 0,
        topics: topics.map(({ topicId: _, ...topic }) => topic),
      })
    },
  })
  return { topic: new InternalTopic(parts.session, SHAPE, logger), asked, logger }
}

describe('a topic of the coordinators', () => {
  test('that exists is there at once', () => {
    const { topic, asked } = setUp({ image: MADE })
    expect(topic.ensure()).toBe(MADE.topics.get(SHAPE.name))
    expect(asked).toEqual([])
  })

  test('is made by the controller, once for all who ask meanwhile', async () => {
    const { topic, asked } = setUp()
    const [first, second] = await Promise.all([topic.ensure(), topic.ensure()])
    expect([first?.name, second?.name]).toEqual([SHAPE.name, SHAPE.name])
    expect(asked).toHaveLength(1)
    const { topics } = decodeMessage(CreateTopicsRequest, asked[0]!.apiVersion, asked[0]!.body)
    expect(topics).toMatchObject([
      {
        name: SHAPE.name,
        numPartitions: 5,
        replicationFactor: 2,
        configs: [{ name: 'cleanup.policy', value: 'compact' }],
      },
    ])
  })

  test('that somebody else has made meanwhile is taken', async () => {
    expect(await setUp({ errorCode: 36 }).topic.ensure()).toBe(MADE.topics.get(SHAPE.name))
  })

  test('is not asked for while there are too few brokers, which is said once', async () => {
    const { topic, asked, logger } = setUp({ image: imageOf([broker(1), broker(2, { fenced: true })], {}) })
    expect([await topic.ensure(), await topic.ensure()]).toEqual([undefined, undefined])
    expect(asked).toEqual([])
    const why =
      'topic __consumer_offsets, which a client needs, cannot be created: it is to have 2 replicas (offsets.topic.replication.factor), and 1 broker is there'
    expect(logger.messages('warn')).toEqual([why])
    expect(topic.obstacle).toBe(why)
  })

  test.each([
    ['refused', { errorCode: 38 }],
    ['not answered', { fails: true }],
  ])('whose creation is %s is asked for again by the next client', async (_, trouble) => {
    const { topic, asked, logger } = setUp(trouble)
    expect([await topic.ensure(), await topic.ensure()]).toEqual([undefined, undefined])
    expect(asked).toHaveLength(2)
    expect(logger.messages('warn')).toHaveLength(1)
  })
})
