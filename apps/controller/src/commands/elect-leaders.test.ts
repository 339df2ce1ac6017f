import { describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import { afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { electLeaders } from './elect-leaders.ts'

const PREFERRED = 0
const UNCLEAN = 1
const LIVE = [1, 2, 3]
const RESTING = [8, 9]

function topic(...partitions: Partial<PartitionImage>[]): MetadataImage {
  return withTopic(clusterOf(LIVE, RESTING), 'a', partitions)
}

function elect(image: MetadataImage, electionType: number, topicPartitions: Record<string, number[]> | null) {
  const named =
    topicPartitions && Object.entries(topicPartitions).map(([name, partitions]) => ({ topic: name, partitions }))
  return electLeaders(image, { electionType, topicPartitions: named, timeoutMs: 1 })
}

type Case = [what: string, type: number, partition: Partial<PartitionImage>, error: ErrorName, message: string | null]

describe('one partition', () => {
  test.each<Case>([
    [
      'the preferred replica leads',
      PREFERRED,
      { replicas: [1, 2] },
      'ELECTION_NOT_NEEDED',
      'Leader election not needed for topic partition.',
    ],
    [
      'the preferred replica is not in sync',
      PREFERRED,
      { replicas: [1, 2], isr: [2], leader: 2 },
      'PREFERRED_LEADER_NOT_AVAILABLE',
      'The preferred leader was not available.',
    ],
    [
      'the preferred replica is fenced',
      PREFERRED,
      { replicas: [9, 2], isr: [9, 2], leader: 2 },
      'PREFERRED_LEADER_NOT_AVAILABLE',
      'The preferred leader was not available.',
    ],
    [
      'unclean, with a leader',
      UNCLEAN,
      { replicas: [1, 2], leader: 2 },
      'ELECTION_NOT_NEEDED',
      'Leader election not needed for topic partition.',
    ],
    [
      'unclean, without a live replica',
      UNCLEAN,
      { replicas: [8, 9], isr: [8], leader: -1 },
      'ELIGIBLE_LEADERS_NOT_AVAILABLE',
      'Eligible topic partition leaders are not available.',
    ],
    ['an unknown type', 2, {}, 'INVALID_REQUEST', 'Unknown election type 2'],
  ])('%s', (_what, type, partition, error, errorMessage) => {
    const { batches, reply } = elect(topic(partition), type, { a: [0] })
    expect(batches).toEqual([])
    expect(reply.replicaElectionResults).toEqual([
      { topic: 'a', partitionResult: [{ partitionId: 0, errorCode: ErrorCode[error], errorMessage }] },
    ])
  })

  test.each<[string, number, Partial<PartitionImage>, Partial<PartitionImage>]>([
    [
      'the preferred replica takes over',
      PREFERRED,
      { replicas: [1, 2], leader: 2, leaderEpoch: 4 },
      { leader: 1, isr: [1, 2], leaderEpoch: 5 },
    ],
    [
      'unclean: an eligible replica is better than any other',
      UNCLEAN,
      { replicas: [1, 2, 9], isr: [9], elr: [2], leader: -1 },
      { leader: 2, isr: [2], elr: [], leaderRecoveryState: 0 },
    ],
    [
      'unclean: any live replica, and what the others hold is lost',
      UNCLEAN,
      { replicas: [9, 8, 3], isr: [9], elr: [8], lastKnownElr: [9], leader: -1, leaderEpoch: 4 },
      { leader: 3, isr: [3], elr: [], lastKnownElr: [], leaderRecoveryState: 1, leaderEpoch: 5 },
    ],
  ])('%s', (_what, type, before, expected) => {
    const image = topic(before)
    const outcome = elect(image, type, { a: [0] })
    expect(outcome.reply).toMatchObject({
      errorCode: ErrorCode.NONE,
      replicaElectionResults: [{ topic: 'a', partitionResult: [{ partitionId: 0, errorCode: ErrorCode.NONE }] }],
    })
    expect(afterOutcome(image, outcome).topics.get('a')!.partitions[0]).toMatchObject(expected)
  })
})

describe('requests', () => {
  const image = topic({ replicas: [1, 2], leader: 2 }, { replicas: [1, 2] }, { replicas: [9, 1], leader: 1 })

  test('all partitions: those that need no election are not answered, topics always', () => {
    const { reply, batches } = elect(withTopic(image, 'b', [{}]), PREFERRED, null)
    expect(reply.replicaElectionResults).toEqual([
      {
        topic: 'a',
        partitionResult: [
          { partitionId: 0, errorCode: ErrorCode.NONE, errorMessage: null },
          expect.objectContaining({ partitionId: 2, errorCode: ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE }),
        ],
      },
      { topic: 'b', partitionResult: [] },
    ])
    expect(batches.flat()).toHaveLength(1)
  })

  test('what is not there', () => {
    const { reply } = elect(image, PREFERRED, { a: [7], zz: [0] })
    expect(reply.replicaElectionResults.map(({ partitionResult }) => partitionResult[0])).toEqual([
      { partitionId: 7, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: 'No such partition as a-7' },
      { partitionId: 0, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: 'No such topic as zz' },
    ])
  })

  test('a partition that is named twice is elected once', () => {
    const { reply, batches } = elect(image, PREFERRED, { a: [0, 0] })
    const codes = reply.replicaElectionResults[0]!.partitionResult.map(({ errorCode }) => errorCode)
    expect(codes).toEqual([ErrorCode.NONE, ErrorCode.ELECTION_NOT_NEEDED])
    expect(batches.flat()).toHaveLength(1)
  })

  test('an unknown type is an error of the whole request too', () => {
    expect(elect(image, 7, null).reply).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
      replicaElectionResults: [],
    })
  })
})

test('a name that no topic can have is not repeated at its whole length for each of its partitions', () => {
  const name = 'x'.repeat(100_000)
  const { reply } = elect(topic({}), PREFERRED, { [name]: [0, 1], a: [7] })
  const [unknown, known] = reply.replicaElectionResults
  for (const { errorCode, errorMessage } of unknown!.partitionResult) {
    expect(errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(errorMessage!.length).toBeLessThan(300)
  }
  expect(known!.partitionResult[0]!.errorMessage).toBe('No such partition as a-7')
})
