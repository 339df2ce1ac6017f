import { describe, expect, test } from '@jest/globals'
import { type AlterPartitionRequest, ErrorCode, type ErrorName } from '@ottla/protocol'
import type { MetadataImage, MetadataRecord, PartitionImage } from '@ottla/replication'
import { after, afterOutcome, brokerRecord, clusterOf, withTopic } from '../testing/images.ts'
import { alterPartition } from './alter-partition.ts'

const LEADER = { id: 1, epoch: 1 }
/** Brokers 1 to 3 are live with the epochs 1 to 3, 4 is about to stop, 5 is fenced. */
const CLUSTER = after(clusterOf([1, 2, 3], [5]), [{ ...brokerRecord(4), shuttingDown: true } as MetadataRecord])

interface Asked {
  readonly isr?: readonly (number | readonly [id: number, epoch: number])[]
  readonly leaderEpoch?: number
  readonly partitionEpoch?: number
  readonly recovering?: boolean
}

function scene(partition: Partial<PartitionImage> = {}, minIsr = 1): MetadataImage {
  const image = withTopic(CLUSTER, 't', [
    { replicas: [1, 2, 3, 4, 5], isr: [1, 2], leaderEpoch: 7, partitionEpoch: 9, ...partition },
  ])
  const name = 'min.insync.replicas'
  return after(image, [{ type: 'config', resourceType: 'topic', resourceName: 't', name, value: String(minIsr) }])
}

function proposal({ isr = [1, 2, 3], leaderEpoch = 7, partitionEpoch = 9, recovering = false }: Asked) {
  const newIsrWithEpochs = isr.map((member) =>
    typeof member === 'number'
      ? { brokerId: member, brokerEpoch: member }
      : { brokerId: member[0], brokerEpoch: member[1] },
  )
  const leaderRecoveryState = recovering ? 1 : 0
  return { partitionIndex: 0, leaderEpoch, newIsr: [], newIsrWithEpochs, leaderRecoveryState, partitionEpoch }
}

function request(asked: Asked, fields: Partial<AlterPartitionRequest> = {}): AlterPartitionRequest {
  return { brokerId: 1, brokerEpoch: 1, topics: [{ topicId: 'id-of-t', partitions: [proposal(asked)] }], ...fields }
}

function partitionOf(image: MetadataImage): PartitionImage {
  return image.topics.get('t')!.partitions[0]!
}

describe('an ISR is committed', () => {
  test.each<[string, Partial<PartitionImage>, Asked, number, Partial<PartitionImage>]>([
    ['it grows', {}, {}, 1, { isr: [1, 2, 3], elr: [], partitionEpoch: 10, leaderEpoch: 7, leader: 1 }],
    ['it shrinks', {}, { isr: [1] }, 1, { isr: [1], elr: [], partitionEpoch: 10 }],
    ['it shrinks below the minimum: who left is eligible', {}, { isr: [1] }, 2, { isr: [1], elr: [2] }],
    [
      'it grows to the minimum: nobody is eligible',
      { isr: [1], elr: [2] },
      { isr: [1, 3] },
      2,
      { isr: [1, 3], elr: [] },
    ],
    ['it grows, not to the minimum', { isr: [1], elr: [2, 3] }, { isr: [1, 3] }, 3, { isr: [1, 3], elr: [2] }],
    ['a member that has not fetched yet stays', {}, { isr: [1, [2, -1]] as const, leaderEpoch: 7 }, 1, { isr: [1, 2] }],
    [
      'a leader that has recovered takes others in',
      { isr: [1], leaderRecoveryState: 1 },
      { isr: [1, 2] },
      1,
      { isr: [1, 2], leaderRecoveryState: 0 },
    ],
    [
      'a leader says that it has recovered',
      { isr: [1], leaderRecoveryState: 1 },
      { isr: [1] },
      1,
      { isr: [1], leaderRecoveryState: 0, partitionEpoch: 10 },
    ],
    [
      'the move of a replica is complete: the old one goes, and what it still fetches is fenced',
      { replicas: [1, 3, 2], addingReplicas: [3], removingReplicas: [2] },
      { isr: [1, 2, 3] },
      1,
      { replicas: [1, 3], isr: [1, 3], addingReplicas: [], removingReplicas: [], leader: 1, leaderEpoch: 8 },
    ],
    [
      'a move that is not complete goes on',
      { replicas: [1, 3, 2], addingReplicas: [3], removingReplicas: [2] },
      { isr: [1] },
      1,
      { replicas: [1, 3, 2], isr: [1], addingReplicas: [3], removingReplicas: [2] },
    ],
  ])('%s', (_, before, asked, minIsr, expected) => {
    const image = scene(before, minIsr)
    const outcome = alterPartition(image, request(asked), LEADER)
    const now = partitionOf(afterOutcome(image, outcome))
    expect(now).toMatchObject(expected)
    expect(outcome.reply.errorCode).toBe(ErrorCode.NONE)
    const { leader: leaderId, leaderEpoch, isr, leaderRecoveryState, partitionEpoch } = now
    const told = { partitionIndex: 0, errorCode: ErrorCode.NONE, leaderId, leaderEpoch, isr, leaderRecoveryState }
    expect(outcome.reply.topics).toEqual([{ topicId: 'id-of-t', partitions: [{ ...told, partitionEpoch }] }])
  })

  test('what is so already is answered and writes nothing', () => {
    const outcome = alterPartition(scene(), request({ isr: [2, 1] }), LEADER)
    expect(outcome.batches).toEqual([])
    expect(outcome.reply.topics[0]!.partitions[0]).toMatchObject({ errorCode: ErrorCode.NONE, partitionEpoch: 9 })
  })

  test('a move that takes the leader away is made; the leader is told that it leads no more', () => {
    const moving = { replicas: [2, 3, 1], addingReplicas: [3], removingReplicas: [1], leader: 1 }
    const image = scene(moving)
    const outcome = alterPartition(image, request({ isr: [1, 2, 3] }), LEADER)
    expect(outcome.reply.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NEW_LEADER_ELECTED)
    expect(partitionOf(afterOutcome(image, outcome))).toMatchObject({
      leader: 2,
      leaderEpoch: 8,
      replicas: [2, 3],
      isr: [2, 3],
    })
  })

  test('a leader that is about to stop may take in who can lead after it', () => {
    const image = after(scene({ isr: [1] }), [
      { type: 'brokerChange', id: 1, epoch: 1, fenced: null, shuttingDown: true },
    ])
    const outcome = alterPartition(image, request({ isr: [1, 2] }), LEADER)
    expect(partitionOf(afterOutcome(image, outcome)).isr).toEqual([1, 2])
  })
})

describe('nothing is changed', () => {
  test.each<[string, Partial<PartitionImage>, Asked, ErrorName]>([
    ['a leader epoch that is over', {}, { leaderEpoch: 6 }, 'FENCED_LEADER_EPOCH'],
    ['a leader epoch of the future', {}, { leaderEpoch: 8 }, 'NOT_CONTROLLER'],
    ['a partition epoch that is over', {}, { partitionEpoch: 8 }, 'INVALID_UPDATE_VERSION'],
    ['a partition epoch of the future', {}, { partitionEpoch: 10 }, 'NOT_CONTROLLER'],
    [
      'an older leader epoch, though the partition epoch is older too',
      {},
      { leaderEpoch: 6, partitionEpoch: 8 },
      'FENCED_LEADER_EPOCH',
    ],
    ['another leads', { leader: 2 }, {}, 'INVALID_REQUEST'],
    ['nobody leads', { leader: -1 }, {}, 'INVALID_REQUEST'],
    ['the leader is not among them', {}, { isr: [2, 3] }, 'INVALID_REQUEST'],
    ['an empty ISR', {}, { isr: [] }, 'INVALID_REQUEST'],
    ['a member twice', {}, { isr: [1, 2, 2] }, 'INVALID_REQUEST'],
    ['a member that is no replica', {}, { isr: [1, 9] }, 'INVALID_REQUEST'],
    ['a replica that is not registered', { replicas: [1, 2, 9] }, { isr: [1, 9] }, 'INELIGIBLE_REPLICA'],
    ['a fenced replica', {}, { isr: [1, 2, 5] }, 'INELIGIBLE_REPLICA'],
    ['a replica that is about to stop', {}, { isr: [1, 2, 4] }, 'INELIGIBLE_REPLICA'],
    ['a replica that fetched as an older incarnation', {}, { isr: [1, 2, [3, 2]] }, 'INELIGIBLE_REPLICA'],
    [
      'a recovering leader with followers',
      { isr: [1], leaderRecoveryState: 1 },
      { isr: [1, 2], recovering: true },
      'INVALID_REQUEST',
    ],
    ['a new member that has not fetched', {}, { isr: [1, 2, [3, -1]] }, 'INELIGIBLE_REPLICA'],
    ['a leader that begins to recover by itself', { isr: [1, 2] }, { isr: [1], recovering: true }, 'INVALID_REQUEST'],
  ])('%s', (_, before, asked, error) => {
    const outcome = alterPartition(scene(before), request(asked), LEADER)
    expect(outcome.batches).toEqual([])
    expect(outcome.reply.errorCode).toBe(ErrorCode.NONE)
    expect(outcome.reply.topics[0]!.partitions[0]).toMatchObject({ partitionIndex: 0, errorCode: ErrorCode[error] })
  })

  test.each<[string, Partial<AlterPartitionRequest>, typeof LEADER]>([
    ["in another broker's name", { brokerId: 2, brokerEpoch: 2 }, LEADER],
    ["with another epoch than the session's", { brokerEpoch: 0 }, LEADER],
    ['of an incarnation that was replaced', { brokerEpoch: 0 }, { id: 1, epoch: 0 }],
    ['of a broker that is not registered', { brokerId: 9, brokerEpoch: 9 }, { id: 9, epoch: 9 }],
  ])('a request %s', (_, fields, sender) => {
    const outcome = alterPartition(scene(), request({}, fields), sender)
    expect(outcome).toMatchObject({ batches: [], reply: { errorCode: ErrorCode.STALE_BROKER_EPOCH, topics: [] } })
  })

  test('topics and partitions that are not there; the others are judged alone', () => {
    const image = scene()
    const topics = [
      { topicId: 'gone', partitions: [proposal({})] },
      { topicId: 'id-of-t', partitions: [{ ...proposal({}), partitionIndex: 5 }, proposal({}), proposal({})] },
    ]
    const { reply, batches } = alterPartition(image, request({}, { topics }), LEADER)
    const codes = reply.topics.map(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
    expect(codes).toEqual([
      [ErrorCode.UNKNOWN_TOPIC_ID],
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.NONE, ErrorCode.INVALID_UPDATE_VERSION],
    ])
    expect(batches.flat()).toHaveLength(1)
  })

  test('more than is changed at once: the rest is not attempted', () => {
    const count = 20_001
    const image = withTopic(
      CLUSTER,
      't',
      Array.from({ length: count }, () => ({ replicas: [1, 2], isr: [1] })),
    )
    const partitions = Array.from({ length: count }, (_, partitionIndex) => {
      return { ...proposal({ isr: [1, 2], leaderEpoch: 0, partitionEpoch: 0 }), partitionIndex }
    })
    const { reply, batches } = alterPartition(
      image,
      request({}, { topics: [{ topicId: 'id-of-t', partitions }] }),
      LEADER,
    )
    expect(batches.flat()).toHaveLength(count - 1)
    expect(reply.topics[0]!.partitions.at(-1)!.errorCode).toBe(ErrorCode.OPERATION_NOT_ATTEMPTED)
  })
})
