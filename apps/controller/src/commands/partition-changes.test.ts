import { describe, expect, test } from '@jest/globals'
import type { MetadataImage, MetadataRecord, PartitionImage, Resignation } from '@ottla/replication'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { heartbeat } from './brokers.ts'
import { brokerLeaves, brokerStops, leaderlessElections, type ReplicaFate, shrunkIsr } from './partition-changes.ts'
import { resign } from './resign.ts'

type Shown = Partial<PartitionImage>

interface Scene {
  readonly minIsr?: number
  readonly unclean?: boolean
  readonly fenced?: readonly number[]
}

/** Brokers 1 to 4 and a topic of one partition. */
function scene(partition: Shown, { minIsr, unclean, fenced = [] }: Scene): MetadataImage {
  const live = [1, 2, 3, 4].filter((id) => !fenced.includes(id))
  const config = (name: string, value: unknown): MetadataRecord[] =>
    value === undefined
      ? []
      : [{ type: 'config', resourceType: 'topic', resourceName: 't', name, value: String(value) }]
  const configs = [...config('min.insync.replicas', minIsr), ...config('unclean.leader.election.enable', unclean)]
  const image = withTopic(clusterOf(live, fenced), 't', [partition])
  return configs.length === 0 ? image : after(image, configs)
}

function partitionOf(image: MetadataImage): PartitionImage {
  return image.topics.get('t')!.partitions[0]!
}

function applied(image: MetadataImage, records: Iterable<MetadataRecord>): PartitionImage {
  const list = [...records]
  return partitionOf(list.length === 0 ? image : after(image, list))
}

describe('ISR and ELR of a change (KIP-966)', () => {
  test.each<[string, Pick<PartitionImage, 'isr' | 'elr'>, number[], number, number[], number[]]>([
    ['enough members are left: nobody is eligible beside them', { isr: [1, 2, 3], elr: [] }, [1, 2], 2, [], []],
    ['too few: who left is', { isr: [1, 2, 3], elr: [] }, [1], 2, [], [2, 3]],
    ['who is eligible stays so', { isr: [1, 3], elr: [2] }, [1], 3, [], [2, 3]],
    ['who is in sync again is not eligible', { isr: [1], elr: [2, 3] }, [1, 2], 3, [], [3]],
    ['enough members again: nobody', { isr: [1], elr: [2, 3] }, [1, 3], 2, [], []],
    ['who may lack records is not', { isr: [1, 2, 3], elr: [] }, [1], 3, [2], [3]],
    ['nor does it stay so', { isr: [1], elr: [2, 3] }, [1], 3, [2], [3]],
    ['nor is who is no replica any more', { isr: [1, 9], elr: [8] }, [1], 3, [], []],
  ])('%s', (_, before, isr, minIsr, lost, elr) => {
    expect(shrunkIsr({ replicas: [1, 2, 3], ...before }, isr, { minIsr, lost })).toEqual({ isr, elr })
  })
})

describe('a broker leaves', () => {
  test.each<[string, Shown, Scene & { readonly fate?: ReplicaFate }, Shown]>([
    [
      'the ISR falls below the minimum: it is eligible to lead',
      { replicas: [1, 2, 3] },
      { minIsr: 3 },
      { leader: 2, isr: [2, 3], elr: [1], leaderEpoch: 1 },
    ],
    [
      'it may lack records: it is not',
      { replicas: [1, 2, 3] },
      { minIsr: 3, fate: 'unsynced-missing' },
      { leader: 2, isr: [2, 3], elr: [] },
    ],
    [
      'the last ISR member, while an ELR member is live: that one leads, and the old one is eligible',
      { replicas: [1, 2], isr: [1], elr: [2] },
      { minIsr: 2 },
      { leader: 2, isr: [2], elr: [1], lastKnownElr: [], leaderRecoveryState: 0 },
    ],
    [
      'the last ISR member, which may lack records, while an ELR member is live',
      { replicas: [1, 2], isr: [1], elr: [2] },
      { minIsr: 2, fate: 'unsynced-missing' },
      { leader: 2, isr: [2], elr: [], lastKnownElr: [], leaderRecoveryState: 0 },
    ],
    [
      'nobody else is live: it is the last known leader',
      { replicas: [1, 2] },
      { fenced: [2], minIsr: 1 },
      { leader: -1, isr: [2], lastKnownElr: [1], leaderEpoch: 1 },
    ],
    [
      'the effective minimum is at most the number of replicas',
      { replicas: [1, 2] },
      { minIsr: 9 },
      { leader: 2, isr: [2], elr: [1] },
    ],
    [
      'out of sync replicas are live, unclean elections are off: nobody leads',
      { replicas: [1, 2], isr: [1] },
      {},
      { leader: -1, isr: [1], lastKnownElr: [1], leaderRecoveryState: 0 },
    ],
    [
      'the same, and they are on: an out of sync replica leads, recovering',
      { replicas: [1, 2], isr: [1] },
      { unclean: true },
      { leader: 2, isr: [2], elr: [], lastKnownElr: [], leaderRecoveryState: 1 },
    ],
    [
      'unclean elections are on, but an ISR member is live: it leads',
      { replicas: [1, 2, 3], isr: [3, 1] },
      { unclean: true },
      { leader: 3, isr: [3], leaderRecoveryState: 0 },
    ],
    [
      'unclean elections are on, but an ELR member is live: it leads',
      { replicas: [1, 2, 3], isr: [1], elr: [3] },
      { unclean: true, minIsr: 3 },
      { leader: 3, isr: [3], elr: [1], leaderRecoveryState: 0 },
    ],
    [
      'a broker that returns incomplete while it is not in sync changes nothing',
      { replicas: [2, 1], isr: [2], leader: 2 },
      { fate: 'unsynced-missing' },
      { leader: 2, isr: [2], partitionEpoch: 0 },
    ],
    [
      'the last holder returns incomplete, the last leader is live: it leads, recovering',
      { replicas: [1, 2], isr: [], elr: [1], leader: -1, lastKnownElr: [2] },
      { fate: 'unsynced-missing', minIsr: 2 },
      { leader: 2, isr: [2], elr: [], lastKnownElr: [], leaderRecoveryState: 1 },
    ],
    [
      'the last holder returns incomplete, the last leader is away: nobody leads yet',
      { replicas: [1, 2], isr: [], elr: [1], leader: -1, lastKnownElr: [2] },
      { fate: 'unsynced-missing', minIsr: 2, fenced: [2] },
      { leader: -1, isr: [], elr: [], lastKnownElr: [2] },
    ],
    [
      'the last leader has lost a directory: it is not elected any more',
      { replicas: [1, 2], isr: [], elr: [], leader: -1, lastKnownElr: [1] },
      { fate: 'directory-lost' },
      { leader: -1, isr: [], lastKnownElr: [] },
    ],
    [
      'it was eligible and has lost a directory',
      { replicas: [1, 2], isr: [2], elr: [1], leader: 2 },
      { fate: 'directory-lost', minIsr: 2 },
      { leader: 2, isr: [2], elr: [], leaderEpoch: 0 },
    ],
  ])('%s', (_, before, { fate, ...rest }, expected) => {
    const image = scene(before, rest)
    expect(applied(image, brokerLeaves(image, 1, { fate }))).toMatchObject(expected)
  })

  test('one record per partition at most, and none where nothing changes', () => {
    const image = withTopic(clusterOf([1, 2]), 't', [
      { replicas: [1, 2] },
      { replicas: [2] },
      { replicas: [2, 1], isr: [2] },
    ])
    expect([...brokerLeaves(image, 1, { fate: 'unsynced-missing' })]).toMatchObject([{ partition: 0 }])
  })
})

describe('a broker is about to stop', () => {
  test.each<[string, Shown, Scene, Shown]>([
    ['it leads, another is in sync', { replicas: [1, 2] }, {}, { leader: 2, isr: [2], leaderEpoch: 1 }],
    ['it follows: it leaves the ISR', { replicas: [2, 1] }, {}, { leader: 2, isr: [2], leaderEpoch: 0 }],
    ['it is the only replica', { replicas: [1] }, {}, { leader: 1, isr: [1], partitionEpoch: 0 }],
    ['nobody else is in sync', { replicas: [1, 2], isr: [1] }, {}, { leader: 1, isr: [1], partitionEpoch: 0 }],
    [
      'nobody else is in sync, and unclean elections are on: it stops later, and not for that',
      { replicas: [1, 2], isr: [1] },
      { unclean: true },
      { leader: 1, isr: [1], partitionEpoch: 0 },
    ],
    [
      'below the minimum it stays eligible',
      { replicas: [1, 2] },
      { minIsr: 2 },
      { leader: 2, isr: [2], elr: [1], leaderRecoveryState: 0 },
    ],
    [
      'the other member is fenced',
      { replicas: [1, 2] },
      { fenced: [2] },
      { leader: 1, isr: [1, 2], partitionEpoch: 0 },
    ],
  ])('%s', (_, before, given, expected) => {
    const image = scene(before, given)
    expect(applied(image, brokerStops(image, 1))).toMatchObject(expected)
  })

  const beat = { brokerId: 1, brokerEpoch: 1, appliedOffset: 9, ready: true, wantsShutdown: true }

  test('it is marked, once, and neither elected nor taken into account as live', () => {
    const image = scene({ replicas: [1, 2] }, {})
    const stopping = afterOutcome(image, heartbeat(image, beat))
    expect(stopping.brokers.get(1)).toMatchObject({ fenced: false, shuttingDown: true })
    expect(heartbeat(stopping, beat).batches).toEqual([])
    expect(applied(stopping, brokerLeaves(stopping, 2))).toMatchObject({ leader: -1, isr: [2] })
  })

  test('who comes into the ISR meanwhile takes over at the next question', () => {
    const image = scene({ replicas: [1, 2], isr: [1] }, {})
    const stopping = afterOutcome(image, heartbeat(image, beat))
    expect(partitionOf(stopping).leader).toBe(1)
    const joined = after(stopping, [{ ...emptyChange, topicId: 'id-of-t', partition: 0, isr: [1, 2] } as const])
    expect(partitionOf(afterOutcome(joined, heartbeat(joined, beat)))).toMatchObject({ leader: 2, isr: [2] })
  })

  test.each([
    ['alone', clusterOf([1], [2])],
    ['fenced', clusterOf([2], [1])],
  ])('a broker that is %s needs no record to stop', (_, image) => {
    expect(heartbeat(image, beat).batches).toEqual([])
  })

  test('an incarnation that was replaced is stale', () => {
    expect(heartbeat(clusterOf([1, 2]), { ...beat, brokerEpoch: 0 }).reply.kind).toBe('stale')
  })
})

const emptyChange = {
  type: 'partitionChange',
  leader: null,
  elr: null,
  lastKnownElr: null,
  replicas: null,
  addingReplicas: null,
  removingReplicas: null,
  leaderRecoveryState: null,
} as const

describe('a leader resigns', () => {
  const of = (reason: Resignation['reason'], leaderEpoch = 0): Resignation[] => [
    { topicId: 'id-of-t', partition: 0, leaderEpoch, reason },
  ]
  const sender = { id: 1, epoch: 1 }

  test.each<[string, Resignation['reason'], Shown, Scene, Shown, string]>([
    [
      'a write failed: another leads, and the old leader stays in sync',
      'write-failed',
      { replicas: [1, 2] },
      {},
      { leader: 2, isr: [1, 2], leaderEpoch: 1 },
      'another leads',
    ],
    [
      'a write failed, nobody else is in sync: it keeps leading',
      'write-failed',
      { replicas: [1, 2], isr: [1], elr: [2] },
      { minIsr: 2 },
      { leader: 1, partitionEpoch: 0 },
      'keeps leading',
    ],
    [
      'a write failed, the other member is fenced',
      'write-failed',
      { replicas: [1, 2] },
      { fenced: [2] },
      { leader: 1, partitionEpoch: 0 },
      'keeps leading',
    ],
    [
      'corrupt: it leaves the ISR and is not eligible',
      'corrupt',
      { replicas: [1, 2, 3] },
      { minIsr: 3 },
      { leader: 2, isr: [2, 3], elr: [], leaderEpoch: 1 },
      'another leads',
    ],
    [
      'corrupt, nobody else is in sync: an ELR member leads',
      'corrupt',
      { replicas: [1, 2], isr: [1], elr: [2] },
      { minIsr: 2 },
      { leader: 2, isr: [2], elr: [], leaderRecoveryState: 0 },
      'another leads',
    ],
    [
      'corrupt, the ELR member is fenced: nobody leads until it is back',
      'corrupt',
      { replicas: [1, 2], isr: [1], elr: [2] },
      { minIsr: 2, fenced: [2] },
      { leader: -1, isr: [], elr: [2], lastKnownElr: [] },
      'nobody leads',
    ],
    [
      'corrupt, alone: only an unclean election brings it back',
      'corrupt',
      { replicas: [1] },
      {},
      { leader: -1, isr: [], elr: [], lastKnownElr: [] },
      'nobody leads',
    ],
    [
      'corrupt, and unclean elections are on: another one leads, recovering',
      'corrupt',
      { replicas: [1, 2], isr: [1] },
      { unclean: true },
      { leader: 2, isr: [2], leaderRecoveryState: 1 },
      'another leads',
    ],
  ])('%s', (_, reason, before, given, expected, outcome) => {
    const image = scene(before, given)
    const resigned = resign(image, of(reason), { sender })
    expect(partitionOf(afterOutcome(image, resigned))).toMatchObject(expected)
    expect(resigned.reply).toEqual([{ topic: 't', partition: 0, reason, outcome }])
  })

  test.each<[string, Resignation[], { id: number; epoch: number }]>([
    ['of an older leader epoch', of('corrupt', 1), sender],
    ['of a follower that cannot write', of('write-failed'), { id: 2, epoch: 2 }],
    ['of an older incarnation', of('corrupt'), { id: 1, epoch: 0 }],
    ['for an unknown topic', [{ ...of('corrupt')[0]!, topicId: 'other' }], sender],
    ['for an unknown partition', [{ ...of('corrupt')[0]!, partition: 1 }], sender],
  ])('a resignation %s is void', (_, resignations, from) => {
    expect(resign(scene({ replicas: [1, 2] }, {}), resignations, { sender: from })).toEqual({ batches: [], reply: [] })
  })

  test.each<[string, Shown, Scene, Shown]>([
    ['in the ISR', { replicas: [1, 2, 3], isr: [1, 2, 3] }, {}, { leader: 1, isr: [1, 3], elr: [] }],
    ['in the ISR with just enough', { replicas: [1, 2], isr: [1, 2] }, { minIsr: 2 }, { leader: 1, isr: [1], elr: [] }],
    ['in the ELR', { replicas: [1, 2], isr: [1], elr: [2] }, { minIsr: 2 }, { leader: 1, isr: [1], elr: [] }],
    [
      'in an ELR without a leader',
      { replicas: [1, 2, 3], isr: [1], elr: [2, 3], leader: -1, lastKnownElr: [1] },
      { minIsr: 2, fenced: [1, 3] },
      { leader: -1, isr: [1], elr: [3], lastKnownElr: [1] },
    ],
  ])('a follower %s whose log is damaged leaves, and the leader stays', (_, before, given, expected) => {
    const image = scene(before, given)
    const outcome = resign(image, of('corrupt'), { sender: { id: 2, epoch: 2 } })
    expect(partitionOf(afterOutcome(image, outcome))).toMatchObject({ ...expected, leaderEpoch: 0 })
  })

  test('a follower that nobody counts on needs not say that its log is damaged', () => {
    const image = scene({ replicas: [1, 2], isr: [1] }, {})
    expect(resign(image, of('corrupt'), { sender: { id: 2, epoch: 2 } })).toEqual({ batches: [], reply: [] })
  })

  test('brokers whose disks are all full do not pass a partition to and fro', () => {
    const image = scene({ replicas: [1, 2, 3], isr: [1, 2, 3] }, {})
    const resignedLately = ({ brokerId }: { brokerId: number }) => brokerId === 2
    const first = resign(image, of('write-failed'), { sender, resignedLately })
    expect(partitionOf(afterOutcome(image, first)).leader).toBe(3)
    const all = resign(image, of('write-failed'), { sender, resignedLately: () => true })
    expect(all).toMatchObject({ batches: [], reply: [{ outcome: 'keeps leading' }] })
  })

  test('one that is named twice counts once', () => {
    const image = scene({ replicas: [1, 2] }, {})
    expect(resign(image, [...of('corrupt'), ...of('corrupt')], { sender }).batches.flat()).toHaveLength(1)
  })
})

describe('an election that leaves the wanted replicas in sync completes the move', () => {
  test.each<[string, Shown, Scene, Shown]>([
    [
      'the eligible one that stays leads, and the replica that goes is gone for good',
      { replicas: [2, 1], isr: [1], elr: [2], leader: 1, removingReplicas: [1] },
      { minIsr: 2 },
      { replicas: [2], isr: [2], elr: [], leader: 2, lastKnownElr: [], addingReplicas: [], removingReplicas: [] },
    ],
    [
      'uncleanly',
      { replicas: [2, 1], isr: [1], leader: 1, addingReplicas: [2], removingReplicas: [1] },
      { unclean: true },
      { replicas: [2], isr: [2], leader: 2, addingReplicas: [], removingReplicas: [], leaderRecoveryState: 1 },
    ],
    [
      'not while another one is wanted',
      { replicas: [2, 3, 1], isr: [1], elr: [2], leader: 1, removingReplicas: [1] },
      { minIsr: 3 },
      { replicas: [2, 3, 1], isr: [2], elr: [1], leader: 2, removingReplicas: [1] },
    ],
  ])('%s', (_, before, given, expected) => {
    const image = scene(before, given)
    const left = after(image, [...brokerLeaves(image, 1)])
    expect(partitionOf(left)).toMatchObject({ ...expected, leaderEpoch: 1 })
  })
})

describe('partitions without leader', () => {
  test.each<[string, Shown, Scene, number | undefined, boolean | undefined]>([
    ['an ISR member is live', { replicas: [1, 2], isr: [2] }, {}, 2, false],
    ['an ELR member is live', { replicas: [1, 2], isr: [1], elr: [2] }, { fenced: [1] }, 2, false],
    ['nobody who holds the records is', { replicas: [1, 2], isr: [1] }, { fenced: [1] }, undefined, undefined],
    ['nor then, but unclean elections are on', { replicas: [1, 2], isr: [1] }, { fenced: [1], unclean: true }, 2, true],
    ['the last known leader is', { replicas: [1, 2], isr: [], lastKnownElr: [2] }, {}, 2, true],
    [
      'the last known leader is, and so is an ELR member',
      { replicas: [1, 2], isr: [], elr: [1], lastKnownElr: [2] },
      { minIsr: 2 },
      1,
      false,
    ],
    [
      'the last known leader is, an ELR member is away',
      { replicas: [1, 2], isr: [], elr: [1], lastKnownElr: [2] },
      { fenced: [1] },
      undefined,
      undefined,
    ],
  ])('%s', (_, before, given, leader, mayHaveLost) => {
    const image = scene({ ...before, leader: -1 }, given)
    const [election] = leaderlessElections(image)
    expect([election?.leader, election?.mayHaveLost]).toEqual([leader, mayHaveLost])
  })

  test('a partition that has a leader is left alone', () => {
    expect([...leaderlessElections(scene({ replicas: [1, 2], isr: [2], leader: 2 }, { unclean: true }))]).toEqual([])
  })
})
