import { describe, expect, test } from '@jest/globals'
import type { MetadataImage } from '@ottla/broker/internal'
import type { LoggedRecord, ReplicaEvent, ReplicaLogEvent, SimEvent } from '../history.ts'
import { acknowledgedRecordsSurvive } from './acknowledged-records-survive.ts'
import { type Checker, Jury } from './checker.ts'
import { damageStaysWhereItIs } from './damage-stays-where-it-is.ts'
import { electionsLoseNothingUnsaid } from './elections-lose-nothing-unsaid.ts'
import { isrHoldsWhatIsCommitted } from './isr-holds-what-is-committed.ts'
import { nothingBreaks } from './nothing-breaks.ts'
import { replicasAreIdentical } from './replicas-are-identical.ts'
import { whatWasReadStays } from './what-was-read-stays.ts'

const PLACE = { topic: 't', partition: 0 }
const value = (offset: number) => `p:t-0:${offset}`

function violations(checker: Checker, events: readonly SimEvent[]): string[] {
  const jury = new Jury([checker])
  for (const event of events) jury.see(event)
  return jury.violations.map(({ message }) => message)
}

function rot(node: string, from: number, to: number): SimEvent {
  return { kind: 'damaged', what: 'rot', atMs: 1, node, ...PLACE, from, to }
}

function unreadable(offset: number, nextOffset: number): SimEvent {
  return { kind: 'unreadable', atMs: 2, client: 'c', ...PLACE, offset, nextOffset, message: 'CRC' }
}

function read(offset: number): SimEvent {
  return { kind: 'read', atMs: 2, client: 'c', ...PLACE, offset, value: value(offset), leaderEpoch: 1 }
}

function log(node: string, offsets: readonly number[], fields: Partial<ReplicaLogEvent> = {}): ReplicaLogEvent {
  const stamp = { leaderEpoch: 1, producerId: 7, producerEpoch: 0 }
  const records = offsets.map(
    (offset): LoggedRecord => ({ offset, key: 'k', value: value(offset), sequence: offset, ...stamp }),
  )
  const about = { atMs: 100, node, isLeader: node === 'broker-1', logStartOffset: 0, highWatermark: 4 }
  return { kind: 'replica log', ...about, ...PLACE, records, damaged: [], ...fields }
}

const DAMAGED = { damaged: [{ from: 1, to: 2 }] }
const leader = log('broker-1', [0, 3], DAMAGED)

test.each<[string, SimEvent[], boolean]>([
  ['found where the disk did it', [rot('broker-1', 1, 2), leader], false],
  ['found on another replica', [rot('broker-2', 1, 2), leader], true],
  ['found elsewhere in the log', [rot('broker-1', 3, 3), leader], true],
  ['found without a reason', [leader], true],
  ['told by a consumer', [rot('broker-1', 1, 2), unreadable(1, 3)], false],
  ['told by a consumer that began in the middle', [rot('broker-1', 1, 2), unreadable(2, 3)], false],
  ['told by a consumer that leaves out more', [rot('broker-1', 1, 2), unreadable(1, 4)], true],
  ['told by a consumer without a reason', [unreadable(1, 3)], true],
])('damage stays where it is: %s', (_, events, isViolation) => {
  expect(violations(damageStaysWhereItIs(), events)).toHaveLength(isViolation ? 1 : 0)
})

describe('what is damaged on the leader', () => {
  const kept: SimEvent[] = [
    { kind: 'sent', atMs: 1, client: 'p', ...PLACE, value: value(1) },
    { kind: 'acknowledged', atMs: 2, client: 'p', acks: 'all', ...PLACE, value: value(1), offset: 1 },
  ]
  const differently = log('broker-2', [0, 1, 2, 3]).records.map((record) => ({ ...record, value: 'p:t-0:9' }))
  test.each<[string, SimEvent[], boolean]>([
    ['stands in a follower', [log('broker-2', [0, 1, 2, 3]), leader], false],
    ['is damaged there too', [log('broker-2', [0, 3], DAMAGED), leader], true],
    ['is something else there', [log('broker-2', [0, 1, 2, 3], { records: differently }), leader], true],
    ['is nowhere else', [leader], true],
    ['is not damaged but gone', [log('broker-2', [0, 1, 2, 3]), log('broker-1', [0, 2, 3])], true],
  ])('and was acknowledged and read %s', (_, logs, isViolation) => {
    const expected = isViolation ? 1 : 0
    expect(violations(acknowledgedRecordsSurvive(), [...kept, ...logs])).toHaveLength(expected)
    expect(violations(whatWasReadStays(), [read(1), ...logs])).toHaveLength(expected)
  })
})

test.each<[string, SimEvent[], boolean]>([
  ['damage on one', [log('broker-2', [0, 1, 2, 3]), leader], false],
  ['damage on the first that is seen', [log('broker-2', [0, 3], DAMAGED), log('broker-1', [0, 1, 2, 3])], false],
  [
    'difference of the two others',
    [leader, log('broker-2', [0, 1, 2, 3]), log('broker-3', [0, 1, 2, 3], { records: leader.records })],
    true,
  ],
  ['gap beside the damage', [log('broker-1', [0], DAMAGED)], true],
])('replicas are identical, with a %s', (_, events, isViolation) => {
  expect(violations(replicasAreIdentical(), events)).toHaveLength(isViolation ? 1 : 0)
})

test('a consumer that goes on behind what it could not read has not left a gap', () => {
  expect(violations(whatWasReadStays(), [read(0), unreadable(1, 3), read(3)])).toEqual([])
  expect(violations(whatWasReadStays(), [read(0), unreadable(1, 3), read(4)])).toHaveLength(1)
})

test.each<[string, SimEvent[], boolean]>([
  ['syncs failed', [{ kind: 'syncs fail', atMs: 1, node: 'broker-1' }], false],
  ['syncs of another one failed', [{ kind: 'syncs fail', atMs: 1, node: 'broker-2' }], true],
  [
    'they failed for the process before',
    [
      { kind: 'syncs fail', atMs: 1, node: 'broker-1' },
      { kind: 'down', atMs: 2, node: 'broker-1', why: 'kill', message: '' },
    ],
    true,
  ],
])('a process that ends by itself: %s', (_, before, isViolation) => {
  const end: SimEvent = { kind: 'down', atMs: 3, node: 'broker-1', why: 'failure', message: 'EIO' }
  expect(violations(nothingBreaks(), [...before, end])).toHaveLength(isViolation ? 1 : 0)
})

function image(isr: readonly number[], offset: number): SimEvent {
  const lists = { elr: [], lastKnownElr: [], addingReplicas: [], removingReplicas: [] }
  const epochs = { leaderEpoch: isr.length > 0 ? 1 : 2, partitionEpoch: offset, leaderRecoveryState: 0 }
  const partition = { partition: 0, replicas: [1, 2], isr, leader: isr[0] ?? -1, ...epochs, ...lists }
  const topics = new Map([['t', { name: 't', id: 'id', partitions: [partition] }]])
  const brokers = new Map([1, 2].map((id) => [id, { id, epoch: id * 10, fenced: false }]))
  const content = { offset, topics, brokers } as unknown as MetadataImage
  return { kind: 'image', atMs: 10 * offset, node: 'controller', image: content }
}

function replica(brokerId: number, logEndOffset: number): ReplicaEvent {
  const who = { atMs: 0, topicId: 'id', node: `broker-${brokerId}`, brokerId, brokerEpoch: brokerId * 10, ...PLACE }
  const role = brokerId === 1 ? 'leading' : 'following'
  const offsets = { logStartOffset: 0, highWatermark: Math.min(5, logEndOffset), logEndOffset }
  return {
    kind: 'replica',
    ...who,
    role,
    leaderEpoch: 1,
    ...offsets,
    isr: [1, 2],
    effectiveMinIsr: 2,
    partitionEpoch: 1,
  }
}

test('a replica whose directory was removed is a member in name until it has left', () => {
  const instant: SimEvent = { kind: 'instant', atMs: 1 }
  const removal: SimEvent = { kind: 'damaged', what: 'removal', atMs: 1, node: 'broker-2', ...PLACE, from: 0, to: 9 }
  const empty = [image([1, 2], 1), replica(1, 8), replica(2, 0), instant]
  expect(violations(isrHoldsWhatIsCommitted(), empty)).toHaveLength(1)
  expect(violations(isrHoldsWhatIsCommitted(), [removal, ...empty])).toEqual([])
  const back = [image([1], 2), instant, image([1, 2], 3), instant]
  expect(violations(isrHoldsWhatIsCommitted(), [removal, ...empty, ...back])).toHaveLength(1)
})

test.each(['failure', 'no start'] as const)(
  'a broker whose syncs have failed may leave ISR and ELR as the last one: %s',
  (why) => {
    const failed: SimEvent[] = [
      { kind: 'syncs fail', atMs: 15, node: 'broker-1' },
      { kind: 'down', atMs: 16, node: 'broker-1', why, message: 'EIO' },
    ]
    const checker = () => electionsLoseNothingUnsaid(() => false)
    expect(violations(checker(), [image([1], 1), image([], 2)])).toHaveLength(1)
    expect(violations(checker(), [image([1], 1), ...failed, image([], 2)])).toEqual([])
  },
)
