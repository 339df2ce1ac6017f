import { describe, expect, test } from '@jest/globals'
import { type CreatePartitionsRequest, ErrorCode, type ErrorName } from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import { afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { createPartitions } from './create-partitions.ts'

type Wanted = CreatePartitionsRequest['topics'][number]

const CONTEXT = { randomInteger: () => 0 }
const ONE = withTopic(clusterOf([1], [9]), 'a', [{}, {}, {}])
const TWO_REPLICAS = withTopic(clusterOf([1, 2, 3]), 'a', [{ replicas: [1, 2] }])

function grow(image: MetadataImage, topics: readonly Wanted[], options: { validateOnly?: boolean } = {}) {
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly: options.validateOnly ?? false }
  return createPartitions(image, request, CONTEXT)
}

function wanted(count: number, ...replicas: readonly number[][]): Wanted {
  const assignments = replicas.length === 0 ? null : replicas.map((brokerIds) => ({ brokerIds }))
  return { name: 'a', count, assignments }
}

function replicasOf(image: MetadataImage, name = 'a') {
  return image.topics.get(name)!.partitions.map(({ replicas }) => replicas)
}

const MANUAL = 'The manual partition assignment includes'

describe('what is refused', () => {
  test.each<[string, Wanted, ErrorName, string]>([
    ['as many', wanted(3), 'INVALID_PARTITIONS', 'Topic already has 3 partition(s).'],
    ['fewer', wanted(2), 'INVALID_PARTITIONS', 'The topic a currently has 3 partition(s); 2 would not be an increase.'],
    [
      'a negative count',
      wanted(-1),
      'INVALID_PARTITIONS',
      'The topic a currently has 3 partition(s); -1 would not be an increase.',
    ],
    [
      'an unknown topic',
      { ...wanted(4), name: 'b' },
      'UNKNOWN_TOPIC_OR_PARTITION',
      'This server does not host this topic-partition.',
    ],
    ['too many', wanted(10_004), 'POLICY_VIOLATION', 'Excessively large number of partitions per request.'],
    [
      'too few assignments',
      wanted(5, [1]),
      'INVALID_REPLICA_ASSIGNMENT',
      'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
    ],
    [
      'too many assignments',
      wanted(4, [1], [1]),
      'INVALID_REPLICA_ASSIGNMENT',
      'Attempted to add 1 additional partition(s), but only 2 assignment(s) were specified.',
    ],
    ['no replicas', wanted(4, []), 'INVALID_REPLICA_ASSIGNMENT', `${MANUAL} an empty replica list.`],
    [
      'an unknown broker',
      wanted(4, [77]),
      'INVALID_REPLICA_ASSIGNMENT',
      `${MANUAL} broker 77, but no such broker is registered.`,
    ],
    ['a broker twice', wanted(4, [1, 1]), 'INVALID_REPLICA_ASSIGNMENT', `${MANUAL} the broker 1 more than once.`],
    [
      'another number of replicas',
      wanted(4, [1, 9]),
      'INVALID_REPLICA_ASSIGNMENT',
      `${MANUAL} a partition with 2 replica(s), but this is not consistent with previous partitions, which have 1 replica(s).`,
    ],
    [
      'fenced brokers only',
      wanted(4, [9]),
      'INVALID_REPLICA_ASSIGNMENT',
      'All brokers specified in the manual partition assignment for partition 3 are fenced or in controlled shutdown.',
    ],
  ])('%s', (_what, topic, error, errorMessage) => {
    const { batches, reply } = grow(ONE, [topic])
    expect(batches).toEqual([])
    expect(reply.results).toEqual([{ name: topic.name, errorCode: ErrorCode[error], errorMessage }])
  })

  test('a topic that is named twice is answered once', () => {
    const { batches, reply } = grow(ONE, [wanted(4), wanted(5)])
    expect(batches).toEqual([])
    expect(reply.results).toEqual([
      { name: 'a', errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Duplicate topic name.' },
    ])
  })

  test('the partitions of all topics of a request count together', () => {
    const image = withTopic(ONE, 'b', [{}])
    const { reply } = grow(image, [wanted(6003), { ...wanted(6001), name: 'b' }])
    expect(reply.results.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.NONE, ErrorCode.POLICY_VIOLATION])
  })

  test('all brokers are fenced', () => {
    const { reply } = grow(withTopic(clusterOf([], [1]), 'a', [{}]), [wanted(2)])
    expect(reply.results[0]).toMatchObject({ errorCode: ErrorCode.INVALID_REPLICATION_FACTOR })
  })
})

describe('what grows', () => {
  test('new partitions follow the old ones, which stay as they are', () => {
    const image = afterOutcome(TWO_REPLICAS, grow(TWO_REPLICAS, [wanted(4)]))
    expect(replicasOf(image)).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
      [1, 3],
    ])
    expect(image.topics.get('a')!.partitions[0]).toBe(TWO_REPLICAS.topics.get('a')!.partitions[0])
    expect(image.topics.get('a')!.partitions[3]).toMatchObject({ leader: 1, isr: [1, 3], leaderEpoch: 0 })
  })

  test('as the client wants it; brokers that rest are not in sync', () => {
    const before = withTopic(clusterOf([1], [9]), 'a', [{ replicas: [1, 9] }])
    const image = afterOutcome(before, grow(before, [wanted(3, [9, 1], [1, 9])]))
    expect(replicasOf(image)).toEqual([
      [1, 9],
      [9, 1],
      [1, 9],
    ])
    expect(image.topics.get('a')!.partitions[1]).toMatchObject({ leader: 1, isr: [1] })
  })

  test('a good topic beside a wrong one', () => {
    const { batches, reply } = grow(ONE, [wanted(5), { ...wanted(2), name: 'b' }])
    expect(reply.results.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ])
    expect(batches.flat()).toHaveLength(2)
  })

  test('validation alone changes nothing', () => {
    const { batches, reply } = grow(ONE, [wanted(5)], { validateOnly: true })
    expect(batches).toEqual([])
    expect(reply.results).toEqual([{ name: 'a', errorCode: ErrorCode.NONE, errorMessage: null }])
  })
})
