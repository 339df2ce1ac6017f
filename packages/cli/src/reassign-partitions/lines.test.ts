import { describe, expect, test } from '@jest/globals'
import { reassignmentLine } from './list.ts'
import { brokersOf, movesOf, topicThrottles } from './throttles.ts'
import { type PartitionState, stateLine } from './verify.ts'

describe('--list', () => {
  test.each([
    [[1, 2, 3], [3], [], 't-0: replicas: 1,2,3. adding: 3.'],
    [[1, 2], [], [2], 't-0: replicas: 1,2. removing: 2.'],
    [[3, 2, 1], [3], [1], 't-0: replicas: 3,2,1. adding: 3. removing: 1.'],
  ])('%j, adding %j, removing %j', (replicas, addingReplicas, removingReplicas, line) =>
    expect(reassignmentLine({ topic: 't', partition: 0, replicas, addingReplicas, removingReplicas })).toBe(line),
  )
})

describe('--verify', () => {
  const state = (replicas: number[], state: PartitionState['state']): PartitionState => ({
    wished: { topic: 't', partition: 0, replicas: [2, 3], logDirs: ['any', 'any'] },
    replicas,
    state,
  })

  test.each([
    [state([2, 3], 'completed'), 'Reassignment of partition t-0 is completed.'],
    [state([2, 3, 1], 'in progress'), 'Reassignment of partition t-0 is still in progress.'],
    [
      state([1, 2], 'not active'),
      'There is no active reassignment of partition t-0, but replica set is 1,2 rather than 2,3.',
    ],
    [state([], 'not active'), 'There is no active reassignment of partition t-0, but replica set is  rather than 2,3.'],
  ])('%j', (given, line) => expect(stateLine(given)).toBe(line))
})

describe('throttles', () => {
  const at = (partition: number, ...replicas: number[]) => ({ topic: 't', partition, replicas })
  const set = (leaders: string, followers: string) => [
    {
      resource: { type: 'topic', name: 't' },
      changes: [
        { kind: 'set', name: 'leader.replication.throttled.replicas', value: leaders },
        { kind: 'set', name: 'follower.replication.throttled.replicas', value: followers },
      ],
    },
  ]

  test('whoever has the records may lead; whoever has none fetches', () => {
    const moves = movesOf([], { wished: [at(1, 3, 2), at(0, 3, 2)], current: [at(0, 1, 2), at(1, 1, 2)] })
    expect(topicThrottles(moves)).toEqual(set('0:1,0:2,1:1,1:2', '0:3,1:3'))
    expect(brokersOf(moves)).toEqual([1, 2, 3])
  })

  test('moves that go on stay throttled, and records of a partition that is sent elsewhere come from where they came from', () => {
    const ongoing = [
      { ...at(0, 3, 2, 1), addingReplicas: [3], removingReplicas: [1] },
      { ...at(1, 3, 2, 1), addingReplicas: [3], removingReplicas: [1] },
    ]
    const moves = movesOf(ongoing, { wished: [at(0, 1, 4)], current: [at(0, 3, 2, 1)] })
    expect(topicThrottles(moves)).toEqual(set('0:1,0:2,1:1,1:2', '0:4,1:3'))
    expect(brokersOf(moves)).toEqual([1, 2, 3, 4])
  })

  test('one alteration per topic', () => {
    const moves = movesOf([], {
      wished: [at(0, 1), { topic: 'a', partition: 0, replicas: [2] }],
      current: [at(0, 2), { topic: 'a', partition: 0, replicas: [1] }],
    })
    expect(topicThrottles(moves).map(({ resource }) => resource.name)).toEqual(['a', 't'])
  })
})
