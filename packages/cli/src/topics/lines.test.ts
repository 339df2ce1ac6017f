import { describe, expect, test } from '@jest/globals'
import { describeLines } from './describe.ts'
import type { DescribedTopic } from './lines.ts'
import { isWanted } from './partition-filter.ts'

const partition = {
  partition: 0,
  leader: 1 as number | undefined,
  leaderEpoch: 4,
  replicas: [1, 2, 3],
  isr: [1, 2],
  offlineReplicas: [],
  elr: [] as number[] | null,
  lastKnownElr: [] as number[] | null,
}

const config = (name: string, value: string) =>
  ({
    name,
    value,
    source: 'DYNAMIC_TOPIC_CONFIG',
    isReadOnly: false,
    isSensitive: false,
    synonyms: [],
    type: 'unknown',
    documentation: null,
  }) as const

const topic: DescribedTopic = {
  name: 'orders',
  topicId: 'J8aAPcfLQt2bqs1JT_rMgQ',
  isInternal: false,
  minInSyncReplicas: 2,
  partitionCount: 2,
  replicationFactor: 3,
  configs: [config('cleanup.policy', 'compact'), config('segment.bytes', '1073741824')],
  partitions: [partition, { ...partition, partition: 1, leader: undefined, isr: [], elr: [3], lastKnownElr: [2] }],
}

const SUMMARY =
  'Topic: orders\tTopicId: J8aAPcfLQt2bqs1JT_rMgQ\tPartitionCount: 2\tReplicationFactor: 3\tConfigs: cleanup.policy=compact,segment.bytes=1073741824'
const PARTITIONS = [
  '\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tElr: \tLastKnownElr: ',
  '\tTopic: orders\tPartition: 1\tLeader: none\tReplicas: 1,2,3\tIsr: \tElr: 3\tLastKnownElr: 2',
]

describe('describeLines', () => {
  test('a summary, then the partitions', () => expect(describeLines(topic, {})).toEqual([SUMMARY, ...PARTITIONS]))

  test('replicas that are being moved', () => {
    const moved = { ...partition, addingReplicas: [3], removingReplicas: [2] }
    expect(describeLines({ ...topic, partitions: [moved] }, { underReplicatedPartitions: true })).toEqual([
      '\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tAdding Replicas: 3\tRemoving Replicas: 2\tElr: \tLastKnownElr: ',
    ])
  })

  test('only the summary of topics with overrides', () => {
    expect(describeLines(topic, { topicsWithOverrides: true })).toEqual([SUMMARY])
    expect(describeLines({ ...topic, configs: [] }, { topicsWithOverrides: true })).toEqual([])
  })

  test('only partitions with a filter for them', () => {
    expect(describeLines(topic, { underReplicatedPartitions: true })).toEqual(PARTITIONS)
  })

  test('a broker that reports neither ids nor eligible leaders', () => {
    const old = {
      ...topic,
      topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
      configs: [],
      partitionCount: 1,
      partitions: [{ ...partition, elr: null, lastKnownElr: null }],
    }
    expect(describeLines(old, {})).toEqual([
      'Topic: orders\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: ',
      '\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2\tElr: N/A\tLastKnownElr: N/A',
    ])
  })
})

describe('isWanted', () => {
  const all = { ...partition, isr: [1, 2, 3] }
  const led = { ...partition, isr: [1] }
  const orphan = { ...partition, leader: undefined }
  test.each([
    [{}, [true, true, true, true]],
    [{ underReplicatedPartitions: true }, [false, true, true, true]],
    [{ unavailablePartitions: true }, [false, false, true, false]],
    [{ underMinIsrPartitions: true }, [false, true, true, false]],
    [{ atMinIsrPartitions: true }, [false, false, true, true]],
    [{ underMinIsrPartitions: true, atMinIsrPartitions: true }, [false, true, true, true]],
  ] as const)('%j', (options, expected) => {
    const context = { topic, options, liveBrokers: new Set([1]) }
    expect([all, led, orphan, partition].map((candidate) => isWanted(candidate, context))).toEqual(expected)
  })

  test('a replica that is being added is not missed', () => {
    const context = { topic, options: { underReplicatedPartitions: true } as const, liveBrokers: undefined }
    expect(isWanted({ ...partition, addingReplicas: [3], removingReplicas: [] }, context)).toBe(false)
    expect(isWanted({ ...partition, isr: [1], addingReplicas: [3], removingReplicas: [] }, context)).toBe(true)
  })

  test('a leader that is not alive makes a partition unavailable', () => {
    const context = { topic, options: { unavailablePartitions: true } as const, liveBrokers: new Set([2]) }
    expect(isWanted(partition, context)).toBe(true)
  })
})
