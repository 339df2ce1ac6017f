import { describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import fc from 'fast-check'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { alterPartition } from './alter-partition.ts'
import { createPartitions } from './create-partitions.ts'
import { electLeaders } from './elect-leaders.ts'
import { listPartitionReassignments } from './list-reassignments.ts'
import { completedReassignment } from './moves.ts'
import { alterPartitionReassignments } from './reassignment.ts'

const SIX = clusterOf([1, 2, 3, 4, 5, 6])
const cluster = (partition: Partial<PartitionImage>, image = SIX) => withTopic(image, 'a', [partition])

interface Options {
  readonly partition?: number
  readonly topic?: string
  readonly allowReplicationFactorChange?: boolean
}

function alter(image: MetadataImage, replicas: readonly number[] | null, options: Options = {}) {
  const { topic = 'a', partition = 0, allowReplicationFactorChange = true } = options
  const partitions = [{ partitionIndex: partition, replicas: replicas === null ? null : [...replicas] }]
  return alterPartitionReassignments(image, {
    timeoutMs: 1,
    allowReplicationFactorChange,
    topics: [{ name: topic, partitions }],
  })
}

const resultOf = (outcome: ReturnType<typeof alter>) => outcome.reply.responses[0]!.partitions[0]!
const partitionOf = (image: MetadataImage) => image.topics.get('a')!.partitions[0]!

/** `replicas +adding -removing isr=… leader@epoch`, with what is empty left out. */
function shown({ replicas, addingReplicas, removingReplicas, isr, elr, leader, leaderEpoch }: PartitionImage): string {
  const part = (name: string, ids: readonly number[]) => (ids.length === 0 ? '' : ` ${name}${ids.join(',')}`)
  const moves = `${part('+', addingReplicas)}${part('-', removingReplicas)}`
  return `${replicas.join(',')}${moves}${part('isr=', isr)}${part('elr=', elr)} leader ${leader}@${leaderEpoch}`
}

function altered(image: MetadataImage, replicas: readonly number[] | null): string {
  const outcome = alter(image, replicas)
  expect(resultOf(outcome)).toEqual({ partitionIndex: 0, errorCode: ErrorCode.NONE, errorMessage: null })
  return shown(partitionOf(afterOutcome(image, outcome)))
}

describe('a move begins', () => {
  test.each<[string, Partial<PartitionImage>, readonly number[], string]>([
    ['a replica is added', { replicas: [1, 2] }, [1, 2, 3], '1,2,3 +3 isr=1,2 leader 1@0'],
    ['added in front', { replicas: [1, 2] }, [3, 1, 2], '3,1,2 +3 isr=1,2 leader 1@0'],
    ['one is replaced', { replicas: [1, 2, 3] }, [1, 2, 4], '1,2,4,3 +4 -3 isr=1,2,3 leader 1@0'],
    ['all are replaced', { replicas: [1, 2, 3] }, [6, 5, 4], '6,5,4,1,2,3 +4,5,6 -1,2,3 isr=1,2,3 leader 1@0'],
    [
      'those that go stay until others are in sync',
      { replicas: [1, 2, 3], isr: [3] },
      [1, 2],
      '1,2,3 -3 isr=3 leader 1@0',
    ],
  ])('%s', (_, partition, wanted, expected) => {
    expect(altered(cluster(partition), wanted)).toBe(expected)
  })

  test.each<[string, Partial<PartitionImage>, readonly number[], string]>([
    [
      'another order alone is no move, and moves no leader',
      { replicas: [1, 2, 3] },
      [3, 2, 1],
      '3,2,1 isr=1,2,3 leader 1@0',
    ],
    ['a follower goes', { replicas: [1, 2, 3] }, [1, 2], '1,2 isr=1,2 leader 1@1'],
    ['the leader goes', { replicas: [1, 2, 3] }, [3, 2], '3,2 isr=2,3 leader 3@1'],
    ['one that is behind goes', { replicas: [1, 2, 3], isr: [2, 1] }, [1, 2], '1,2 isr=2,1 leader 1@1'],
    [
      'below the min ISR: who stays is in the ISR, and nobody is needed beside it',
      { replicas: [1, 2, 3], isr: [1], elr: [2, 3] },
      [1],
      '1 isr=1 leader 1@1',
    ],
    [
      'without leader, and without the dead ones',
      { replicas: [9, 8], isr: [9], leader: -1 },
      [9],
      '9 isr=9 leader -1@1',
    ],
  ])('and is complete at once: %s', (_, partition, wanted, expected) => {
    const image = cluster(partition, clusterOf([1, 2, 3], [8, 9]))
    expect(altered(image, wanted)).toBe(expected)
  })

  test('the leader goes only when one that stays can lead', () => {
    // 2 is about to stop: it is in sync, and leads nothing any more.
    const stopping = after(clusterOf([1, 2, 3]), [
      { type: 'brokerChange', id: 2, epoch: 2, fenced: null, shuttingDown: true },
    ])
    expect(altered(cluster({ replicas: [1, 2] }, stopping), [2])).toBe('2,1 -1 isr=1,2 leader 1@0')
  })

  test('what is there already changes nothing', () => {
    expect(alter(cluster({ replicas: [1, 2] }), [1, 2]).batches).toEqual([])
    const moving = cluster({ replicas: [3, 1, 2], isr: [1, 2], addingReplicas: [3], removingReplicas: [1, 2] })
    expect(alter(moving, [3]).batches).toEqual([])
  })
})

describe('a move takes the place of another one', () => {
  const replaced = { replicas: [4, 5, 1, 2], isr: [1, 2], leader: 1, addingReplicas: [4, 5], removingReplicas: [1, 2] }
  test.each<[string, Partial<PartitionImage>, readonly number[], string]>([
    ['with others', replaced, [4, 6], '4,6,1,2,5 +4,5,6 -1,2,5 isr=1,2 leader 1@0'],
    ['back to where it began, which is complete', replaced, [1, 2], '1,2 isr=1,2 leader 1@1'],
    ['back, while one of them is behind', { ...replaced, isr: [1, 4] }, [1, 2], '1,2,4,5 +4,5 -4,5 isr=1,4 leader 1@0'],
    ['with fewer', { ...replaced, isr: [1, 2, 4] }, [4], '4 isr=4 leader 4@1'],
  ])('%s', (_, partition, wanted, expected) => {
    expect(altered(cluster(partition), wanted)).toBe(expected)
  })

  test('cancelled, it goes back to where the first one began', () => {
    const image = afterOutcome(cluster(replaced), alter(cluster(replaced), [4, 6]))
    expect(altered(image, null)).toBe('1,2 isr=1,2 leader 1@1')
  })
})

describe('a move is cancelled', () => {
  const MIN_TWO = after(SIX, [
    { type: 'config', resourceType: 'broker', resourceName: '', name: 'min.insync.replicas', value: '2' },
  ])
  const moving = { replicas: [4, 1, 2], isr: [1, 2], leader: 1, addingReplicas: [4], removingReplicas: [1, 2] }

  test.each<[string, Partial<PartitionImage>, string]>([
    ['nobody has arrived', moving, '1,2 isr=1,2 leader 1@1'],
    ['one has arrived', { ...moving, isr: [1, 4, 2] }, '1,2 isr=1,2 leader 1@1'],
    ['it leads already', { ...moving, isr: [4, 2], leader: 4 }, '1,2 isr=2 leader 2@1'],
    [
      'nothing was added',
      { replicas: [1, 2, 3], isr: [3, 4], leader: 3, removingReplicas: [3] },
      '1,2,3 isr=3 leader 3@1',
    ],
    ['an eligible one is left', { ...moving, isr: [4], leader: 4, elr: [2] }, '1,2 isr=2 leader 2@1'],
    [
      'without leader it stays so until one that is in sync is back',
      { ...moving, replicas: [4, 7, 8], isr: [7], leader: -1, removingReplicas: [7, 8] },
      '7,8 isr=7 leader -1@1',
    ],
  ])('%s', (_, partition, expected) => {
    expect(altered(cluster(partition), null)).toBe(expected)
  })

  test.each<[string, Partial<PartitionImage>, string]>([
    ['the eligible ones stay so below the min ISR', { ...moving, isr: [1, 4], elr: [2] }, '1,2 isr=1 elr=2 leader 1@1'],
    ['one that is no replica any more is not eligible', { ...moving, isr: [1], elr: [4] }, '1,2 isr=1 leader 1@1'],
  ])('%s', (_, partition, expected) => {
    expect(altered(cluster(partition, MIN_TWO), null)).toBe(expected)
  })

  test('who is no replica any more is no last known leader either', () => {
    const dead = { ...moving, replicas: [4, 7, 8], isr: [7], leader: -1, lastKnownElr: [4], removingReplicas: [7, 8] }
    const image = cluster(dead)
    expect(partitionOf(afterOutcome(image, alter(image, null))).lastKnownElr).toEqual([])
    expect(partitionOf(afterOutcome(image, alter(image, null))).isr).toEqual([7])
  })

  const stuck = { ...moving, isr: [4], leader: 4 }
  const refusedCancel =
    'Unable to revert partition assignment for a:0 because it would require an unclean leader election.'

  test('but not if only those hold the records that it had added', () => {
    const outcome = alter(cluster(stuck), null)
    expect(outcome.batches).toEqual([])
    const errorCode = ErrorCode.INVALID_REPLICA_ASSIGNMENT
    expect(resultOf(outcome)).toEqual({ partitionIndex: 0, errorCode, errorMessage: refusedCancel })
  })

  test('unless the topic allows unclean elections, which is reported', () => {
    const image = after(cluster(stuck), [
      {
        type: 'config',
        resourceType: 'topic',
        resourceName: 'a',
        name: 'unclean.leader.election.enable',
        value: 'true',
      },
    ])
    const outcome = alter(image, null)
    const partition = partitionOf(afterOutcome(image, outcome))
    expect(shown(partition)).toBe('1,2 isr=1 leader 1@1')
    expect(partition.leaderRecoveryState).toBe(1)
  })

  test('nor if nobody is left who could lead', () => {
    const dead = cluster({ ...moving, replicas: [4, 7], isr: [4], leader: 4, removingReplicas: [7] })
    expect(resultOf(alter(dead, null)).errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
  })
})

describe('what is refused', () => {
  const image = cluster({ replicas: [1, 2] })
  const moving = cluster({ replicas: [3, 1, 2], isr: [1, 2], addingReplicas: [3], removingReplicas: [1] })
  test.each<[string, MetadataImage, readonly number[] | null, Options, ErrorName, string | null]>([
    ['no such topic', image, [1], { topic: 'b' }, 'UNKNOWN_TOPIC_OR_PARTITION', 'Unable to find a topic named b.'],
    [
      'the same, to cancel',
      image,
      null,
      { topic: 'b' },
      'UNKNOWN_TOPIC_OR_PARTITION',
      'Unable to find a topic named b.',
    ],
    ['no such partition', image, [1], { partition: 7 }, 'UNKNOWN_TOPIC_OR_PARTITION', 'Unable to find partition a:7.'],
    ['a negative one', image, [1], { partition: -1 }, 'UNKNOWN_TOPIC_OR_PARTITION', 'Unable to find partition a:-1.'],
    ['nothing to cancel', image, null, {}, 'NO_REASSIGNMENT_IN_PROGRESS', null],
    [
      'no replicas',
      image,
      [],
      {},
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes an empty replica list.',
    ],
    [
      'an unknown broker',
      image,
      [1, 77],
      {},
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes broker 77, but no such broker is registered.',
    ],
    [
      'a broker twice',
      image,
      [1, 1],
      {},
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes the broker 1 more than once.',
    ],
    [
      'another factor',
      image,
      [1],
      { allowReplicationFactorChange: false },
      'INVALID_REPLICATION_FACTOR',
      'The replication factor is changed from 2 to 1',
    ],
    [
      'another factor than the one that a move leads to',
      moving,
      [1, 2, 3],
      { allowReplicationFactorChange: false },
      'INVALID_REPLICATION_FACTOR',
      'The replication factor is changed from 2 to 3',
    ],
  ])('%s', (_, before, replicas, options, error, errorMessage) => {
    const outcome = alter(before, replicas, options)
    expect(outcome.batches).toEqual([])
    const partitionIndex = options.partition ?? 0
    expect(resultOf(outcome)).toEqual({ partitionIndex, errorCode: ErrorCode[error], errorMessage })
  })

  test('the same factor passes', () => {
    expect(resultOf(alter(image, [2, 3], { allowReplicationFactorChange: false })).errorCode).toBe(ErrorCode.NONE)
  })

  test('a partition that is named again; the others are done', () => {
    const two = withTopic(SIX, 'a', [{ replicas: [1] }, { replicas: [1] }])
    const partitions = [0, 1, 0].map((partitionIndex) => ({ partitionIndex, replicas: [2] }))
    const topics = [{ name: 'a', partitions }]
    const { batches, reply } = alterPartitionReassignments(two, {
      timeoutMs: 1,
      allowReplicationFactorChange: true,
      topics,
    })
    expect(batches.flat()).toHaveLength(2)
    expect(reply.responses[0]!.partitions.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.NONE,
      ErrorCode.INVALID_REQUEST,
    ])
  })
})

describe('a move is complete when an ISR with every wanted replica is committed', () => {
  const moving = { replicas: [4, 5, 1, 2], isr: [1, 2], leader: 1, addingReplicas: [4, 5], removingReplicas: [1, 2] }
  const all = () => true

  test.each<[string, Partial<PartitionImage>, readonly number[], ((id: number) => boolean) | undefined, string]>([
    ['one is missing', moving, [1, 2, 4], all, 'no'],
    ['those that go may be missing', moving, [1, 4, 5], all, 'replicas 4,5 isr 4,5 leader 4'],
    ['the first that can lead leads', moving, [1, 2, 4, 5], (id) => id === 5, 'replicas 4,5 isr 4,5 leader 5'],
    ['nobody can lead', moving, [1, 2, 4, 5], (id) => id < 4, 'no'],
    ['there is no leader', { ...moving, leader: -1 }, [4, 5], () => false, 'replicas 4,5 isr 4,5 leader -1'],
    ['the leader stays', { ...moving, leader: 4 }, [5, 4], all, 'replicas 4,5 isr 5,4 leader 4'],
    [
      'only added: no new epoch',
      { ...moving, removingReplicas: [] },
      [1, 2, 4, 5],
      all,
      'replicas 4,5,1,2 isr 1,2,4,5',
    ],
    ['no move', { replicas: [1, 2] }, [1, 2], all, 'no'],
  ])('%s', (_, partition, isr, canLead, expected) => {
    const completed = completedReassignment(partitionOf(cluster(partition)), isr, canLead)
    if (completed === undefined) return expect('no').toBe(expected)
    const leader = completed.leader === undefined ? '' : ` leader ${completed.leader}`
    expect(`replicas ${completed.replicas} isr ${completed.isr}${leader}`).toBe(expected)
    expect(completed).toMatchObject({ addingReplicas: [], removingReplicas: [], elr: [], lastKnownElr: [] })
  })

  test('without leader the last known one stays so if it stays', () => {
    const before = (id: number) => partitionOf(cluster({ ...moving, leader: -1, lastKnownElr: [id] }))
    expect(completedReassignment(before(4), [4, 5], () => false)?.lastKnownElr).toEqual([4])
    expect(completedReassignment(before(1), [4, 5], () => false)?.lastKnownElr).toEqual([])
  })

  test('by the proposal of its leader', () => {
    const image = cluster(moving)
    const epochs = [1, 2, 4, 5].map((brokerId) => ({ brokerId, brokerEpoch: brokerId }))
    const proposal = { partitionIndex: 0, leaderEpoch: 0, newIsrWithEpochs: epochs, leaderRecoveryState: 0 }
    const topics = [{ topicId: 'id-of-a', partitions: [{ ...proposal, partitionEpoch: 0 }] }]
    const outcome = alterPartition(image, { brokerId: 1, brokerEpoch: 1, topics } as never, { id: 1, epoch: 1 })
    expect(shown(partitionOf(afterOutcome(image, outcome)))).toBe('4,5 isr=4,5 leader 4@1')
  })
})

describe('without leader in the middle of a move', () => {
  const moving = { replicas: [4, 5, 1, 2], isr: [9], leader: -1, addingReplicas: [4, 5], removingReplicas: [1, 2] }
  const topicPartitions = [{ topic: 'a', partitions: [0] }]
  const uncleanly = { electionType: 1, topicPartitions, timeoutMs: 1 }

  test.each<[string, MetadataImage, number]>([
    ['one that was there before the move', SIX, 1],
    ['an added one only if no other is live', clusterOf([4, 5], [1, 2]), 4],
  ])('an unclean election takes %s', (_, image, leader) => {
    const before = cluster(moving, image)
    expect(partitionOf(afterOutcome(before, electLeaders(before, uncleanly)))).toMatchObject({ leader, isr: [leader] })
  })
})

describe('moves that go on', () => {
  const image = withTopic(
    withTopic(SIX, 'a', [
      { replicas: [1] },
      { replicas: [2, 1], isr: [1], addingReplicas: [2], removingReplicas: [1] },
    ]),
    'b',
    [{ replicas: [1, 2], isr: [1], addingReplicas: [2] }],
  )
  const ofA = {
    name: 'a',
    partitions: [{ partitionIndex: 1, replicas: [2, 1], addingReplicas: [2], removingReplicas: [1] }],
  }
  const ofB = {
    name: 'b',
    partitions: [{ partitionIndex: 0, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }],
  }

  test.each<[string, { name: string; partitionIndexes: number[] }[] | null, unknown[]]>([
    ['all', null, [ofA, ofB]],
    ['none', [], []],
    [
      'some; what does not exist or does not move is left out',
      [
        { name: 'a', partitionIndexes: [0, 1, 1, 9] },
        { name: 'c', partitionIndexes: [0] },
      ],
      [ofA],
    ],
    ['none of a topic', [{ name: 'b', partitionIndexes: [] }], []],
  ])('are listed: %s', (_, topics, expected) => {
    const { batches, reply } = listPartitionReassignments(image, { timeoutMs: 1, topics })
    expect(batches).toEqual([])
    expect(reply).toEqual({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, topics: expected })
  })

  test('do not make new partitions larger', () => {
    const moved = { replicas: [2, 1], isr: [1], leader: 1, addingReplicas: [2], removingReplicas: [1] }
    const before = cluster(moved)
    const request = { topics: [{ name: 'a', count: 2, assignments: null }], timeoutMs: 1, validateOnly: false }
    const grown = afterOutcome(before, createPartitions(before, request, { randomInteger: () => 0 }))
    expect(grown.topics.get('a')!.partitions[1]!.replicas).toHaveLength(1)
  })
})

describe('whatever is asked for, in any order', () => {
  const brokers = [1, 2, 3, 4, 5, 6]
  const assignment = fc.shuffledSubarray(brokers, { minLength: 1, maxLength: 4 })
  const step = fc.oneof(
    { weight: 3, arbitrary: assignment },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.record({ joins: fc.constantFrom(...brokers) }) },
  )

  test('only proposals let a replica into the ISR, the leader is in it, and the lists fit together', () => {
    fc.assert(
      fc.property(assignment, fc.array(step, { maxLength: 12 }), (first, steps) => {
        let image = cluster({ replicas: first, isr: first, leader: first[0]! })
        for (const asked of steps) {
          const before = partitionOf(image)
          if (asked === null || Array.isArray(asked)) image = afterOutcome(image, alter(image, asked))
          else image = joined(image, asked.joins)
          const now = partitionOf(image)
          expect(now.isr).toContain(now.leader)
          const joins = asked === null || Array.isArray(asked) ? [] : [asked.joins]
          expect([...before.isr, ...joins]).toEqual(expect.arrayContaining([...now.isr]))
          for (const ids of [now.isr, now.addingReplicas, now.removingReplicas])
            expect(now.replicas).toEqual(expect.arrayContaining([...ids]))
          expect(new Set(now.replicas).size).toBe(now.replicas.length)
          const epochRose = now.leaderEpoch > before.leaderEpoch
          const lost = before.replicas.some((id) => !now.replicas.includes(id))
          expect(epochRose).toBe(lost)
        }
      }),
    )
  })

  /** The leader has taken the replica into the ISR. */
  function joined(image: MetadataImage, id: number): MetadataImage {
    const partition = partitionOf(image)
    if (!partition.replicas.includes(id) || partition.isr.includes(id)) return image
    const members = [...partition.isr, id].map((brokerId) => ({ brokerId, brokerEpoch: brokerId }))
    const { leaderEpoch, partitionEpoch, leader } = partition
    const proposal = {
      partitionIndex: 0,
      leaderEpoch,
      partitionEpoch,
      newIsrWithEpochs: members,
      leaderRecoveryState: 0,
    }
    const topics = [{ topicId: 'id-of-a', partitions: [proposal] }]
    const request = { brokerId: leader, brokerEpoch: leader, topics }
    return afterOutcome(image, alterPartition(image, request as never, { id: leader, epoch: leader }))
  }
})
