import { expect, test } from '@jest/globals'
import type { LoggedRecord, ReplicaEvent, ReplicaLogEvent, SimEvent } from '../history.ts'
import { OFFSETS_TOPIC } from '../plan/plan.ts'
import { acknowledgedRecordsSurvive } from './acknowledged-records-survive.ts'
import { type Checker, Jury } from './checker.ts'
import { committedOffsetsStay } from './committed-offsets-stay.ts'
import { coordinatorsHoldTheirLogs } from './coordinators-hold-their-logs.ts'
import { groupsHandleEverything } from './groups-handle-everything.ts'
import { partitionsHaveOneOwner } from './partitions-have-one-owner.ts'
import { replicasAreIdentical } from './replicas-are-identical.ts'

const PLACE = { topic: 'topic-0', partition: 0 }
const GROUP = 'group-0'

/** What a checker says of a history. */
function verdict(checker: Checker, events: readonly SimEvent[]): readonly string[] {
  const jury = new Jury([checker])
  for (const event of events) jury.see(event)
  return jury.violations.map(({ message }) => message)
}

function moved(atMs: number, client: string, how: 'assigned' | 'revoked' | 'lost', epoch = 1): SimEvent {
  return { kind: 'moved', atMs, client, group: GROUP, how, memberId: `id of ${client}`, epoch, partitions: [PLACE] }
}

function handled(atMs: number, client: string, offset: number, epoch = 1, assignment = 1): SimEvent[] {
  const about = { atMs, client, group: GROUP, ...PLACE, offset, value: `p:topic-0-0:${offset}`, epoch, assignment }
  return [
    { kind: 'handling', ...about },
    { kind: 'handled', ...about },
  ]
}

function committed(atMs: number, client: string, offset: number): SimEvent {
  return { kind: 'committed', atMs, client, group: GROUP, sinceMs: atMs - 1, offsets: [{ ...PLACE, offset }] }
}

function told(askedMs: number, atMs: number, offset: number): SimEvent {
  return { kind: 'offsets told', atMs, group: GROUP, askedMs, offsets: [{ ...PLACE, offset }] }
}

function coordinates(atMs: number, node: string, role: string, leaderEpoch: number): ReplicaEvent {
  const offsets = { logStartOffset: 0, highWatermark: 5, logEndOffset: 5 }
  const who = { atMs, topicId: 'id', node, brokerId: 1, brokerEpoch: 1, topic: OFFSETS_TOPIC, partition: 0 }
  return { kind: 'replica', ...who, role, leaderEpoch, ...offsets, isr: [1], effectiveMinIsr: 1, partitionEpoch: 1 }
}

function image(atMs: number, leaderEpoch: number, recovering = false): SimEvent {
  const partition = { partition: 0, leader: 1, leaderEpoch, leaderRecoveryState: recovering ? 1 : 0, replicas: [1, 2] }
  const topics = new Map([[OFFSETS_TOPIC, { name: OFFSETS_TOPIC, id: 'id', partitions: [partition] }]])
  const its = { topics, brokers: new Map() } as unknown as Extract<SimEvent, { kind: 'image' }>['image']
  return { kind: 'image', atMs, node: 'controller', image: its }
}

function members(atMs: number, ids: readonly string[], leaderEpoch = 1): SimEvent {
  const its = ids.map((client) => ({ memberId: `id of ${client}`, epoch: 1 }))
  return { kind: 'group members', atMs, group: GROUP, node: 'broker-1', leaderEpoch, members: its }
}

/** A coordinator says so. */
function begins(atMs: number, generation: number, without: readonly string[] = []): SimEvent {
  const fields = { group: GROUP, generation, absent: without.map((client) => `id of ${client}`) }
  return { kind: 'log', atMs, node: 'broker-1', level: 'info', message: 'A generation begins', fields }
}

function log(offsets: readonly number[], fields: Partial<ReplicaLogEvent> = {}): ReplicaLogEvent {
  const stamp = { leaderEpoch: 1, producerId: 7, producerEpoch: 0 }
  const records = offsets.map((offset): LoggedRecord => {
    return { offset, key: `k${offset % 2}`, value: `p:topic-0-0:${offset}`, sequence: offset, ...stamp }
  })
  const about = { atMs: 100, node: 'broker-1', isLeader: true, logStartOffset: 0, highWatermark: 6 }
  return { kind: 'replica log', ...about, ...PLACE, records, damaged: [], ...fields }
}

test.each<[string, readonly SimEvent[], number]>([
  ['what was committed is told', [committed(1, 'a', 5), told(2, 3, 5)], 0],
  ['… or something later', [committed(1, 'a', 5), told(2, 3, 9), told(4, 5, 9)], 0],
  ['an offset goes back', [committed(1, 'a', 5), told(2, 3, 4)], 1],
  ['an offset is gone', [told(1, 2, 5), told(3, 4, -1)], 1],
  ['it was asked before', [committed(3, 'a', 5), told(2, 4, 3)], 0],
  ['whoever is assigned it begins there', [committed(1, 'a', 5), moved(2, 'b', 'assigned'), ...handled(3, 'b', 5)], 0],
  ['… in front of it', [committed(1, 'a', 5), moved(2, 'b', 'assigned'), ...handled(3, 'b', 4)], 1],
  ['… what it had before', [moved(1, 'b', 'assigned'), committed(2, 'a', 5), ...handled(3, 'b', 4)], 0],
  ['a lossy election of the coordinator', [committed(1, 'a', 5), image(2, 2, true), told(7_000, 7_001, 4)], 0],
  ['… before it was committed', [image(2, 2, true), committed(7_000, 'a', 5), told(7_002, 7_003, 4)], 1],
  [
    'a coordinator that is none any more',
    [coordinates(1, 'broker-1', 'leading', 1), committed(2, 'a', 5), image(3, 2), told(4, 5, 4)],
    0,
  ],
  [
    '… which knows it by now',
    [
      coordinates(1, 'broker-1', 'leading', 1),
      committed(2, 'a', 5),
      image(3, 2),
      coordinates(4, 'broker-1', 'following', 2),
      told(5, 6, 4),
    ],
    1,
  ],
])('committed offsets: %s', (_, events, violations) => {
  expect(
    verdict(
      committedOffsetsStay((topic) => topic === PLACE.topic),
      [image(0, 1), ...events],
    ),
  ).toHaveLength(violations)
})

test.each<[string, readonly SimEvent[], number]>([
  ['one after the other', [...handled(1, 'a#1', 0, 1), ...handled(2, 'b#1', 1, 2)], 0],
  ['two in one epoch', [...handled(1, 'a#1', 0, 1), ...handled(2, 'b#1', 1, 1)], 1],
  ['the same one, started again', [...handled(1, 'a#1', 0, 1), ...handled(2, 'a#2', 1, 1)], 0],
  ['… after a lossy election', [...handled(1, 'a#1', 0, 1), image(2, 2, true), ...handled(3, 'b#1', 1, 1)], 0],
  [
    'given away before it is given up',
    [members(1, ['a#1', 'b#1']), moved(2, 'a#1', 'assigned'), moved(3, 'b#1', 'assigned', 2)],
    1,
  ],
  [
    '… by one who is no member any more',
    [moved(2, 'a#1', 'assigned'), members(3, ['b#1']), moved(4, 'b#1', 'assigned', 2)],
    0,
  ],
  [
    '… by one whom only an earlier coordinator has removed',
    [moved(1, 'a#1', 'assigned'), members(2, ['a#1', 'b#1'], 2), members(3, ['b#1'], 1), moved(4, 'b#1', 'assigned')],
    1,
  ],
  [
    '… by one without whom the generation began',
    [
      members(1, ['a#1', 'b#1']),
      moved(2, 'a#1', 'assigned'),
      begins(3, 2, ['a#1']),
      moved(4, 'b#1', 'assigned', 2),
      ...handled(5, 'a#1', 0, 1),
      ...handled(5, 'b#1', 0, 2),
    ],
    0,
  ],
  [
    '… by one who takes part in the generation after that',
    [
      members(1, ['a#1', 'b#1', 'c#1']),
      moved(2, 'a#1', 'assigned'),
      begins(3, 2, ['a#1']),
      begins(4, 3),
      moved(5, 'b#1', 'assigned', 3),
    ],
    1,
  ],
  [
    '… by one who takes part when that generation begins again',
    [
      members(1, ['a#1', 'b#1']),
      moved(2, 'a#1', 'assigned'),
      begins(3, 2, ['a#1']),
      begins(4, 2),
      moved(5, 'b#1', 'assigned', 2),
    ],
    1,
  ],
  [
    '… by one who takes part, in the absence of another',
    [
      members(1, ['a#1', 'b#1', 'c#1']),
      moved(2, 'a#1', 'assigned'),
      begins(3, 2, ['c#1']),
      moved(4, 'b#1', 'assigned', 2),
    ],
    1,
  ],
  [
    '… to one who hears of it when it is no member any more',
    [members(1, ['a#1']), moved(2, 'a#1', 'assigned', 3), moved(3, 'b#1', 'assigned', 2)],
    0,
  ],
  [
    'after it was given up',
    [members(1, ['a#1', 'b#1']), moved(2, 'a#1', 'assigned'), moved(3, 'a#1', 'revoked'), moved(4, 'b#1', 'assigned')],
    0,
  ],
  [
    'after the process was killed',
    [
      members(1, ['a#1', 'b#1']),
      moved(2, 'a#1', 'assigned'),
      { kind: 'member', atMs: 3, client: 'a#1', group: GROUP, what: 'is killed' },
      moved(4, 'b#1', 'assigned'),
    ],
    0,
  ],
])('owners: %s', (_, events, violations) => {
  expect(verdict(partitionsHaveOneOwner(), [image(0, 1), ...events])).toHaveLength(violations)
})

const damaged: SimEvent = { kind: 'damaged', what: 'rot', atMs: 0, node: 'broker-1', ...PLACE, from: 0, to: 1 }
const deleted: SimEvent = { kind: 'asked', atMs: 0, change: 'delete records', ...PLACE, offset: 2 }

test.each<[string, readonly SimEvent[], number]>([
  ['everything', [...handled(1, 'a', 0), ...handled(2, 'a', 1), log([0, 1])], 0],
  ['something is left', [...handled(1, 'a', 0), log([0, 1])], 1],
  [
    'another value was handled',
    [...handled(1, 'a', 0), log([0], { records: [{ ...log([0]).records[0]!, value: 'x' }] })],
    1,
  ],
  ['one is left out', [...handled(1, 'a', 0), ...handled(2, 'a', 2)], 1],
  ['one comes twice', [...handled(1, 'a', 0), ...handled(2, 'a', 0)], 1],
  ['… to its next owner', [...handled(1, 'a', 0), ...handled(2, 'b', 0)], 0],
  ['… when it is assigned again', [...handled(1, 'a', 0), ...handled(2, 'a', 0, 2, 2)], 0],
  ['an owner begins behind what is handled', [...handled(1, 'a', 0), ...handled(2, 'b', 1)], 0],
  ['… behind what is not', [...handled(1, 'a', 0), ...handled(2, 'b', 2)], 1],
  ['… that was only begun', [handled(1, 'a', 0)[0]!, ...handled(2, 'b', 1)], 1],
  ['… that was deleted', [deleted, ...handled(2, 'b', 2)], 0],
  ['… that is damaged', [damaged, ...handled(2, 'b', 2)], 0],
])('handling: %s', (_, events, violations) => {
  const topics = new Map([[GROUP, [PLACE.topic]]])
  expect(verdict(groupsHandleEverything({ topics, isCompacted: () => false }), events)).toHaveLength(violations)
})

test('of a compacted topic the order counts, and that all is handled that is there', () => {
  const topics = new Map([[GROUP, [PLACE.topic]]])
  const checker = () => groupsHandleEverything({ topics, isCompacted: () => true })
  expect(verdict(checker(), [...handled(1, 'a', 3), ...handled(1, 'a', 5), log([3, 5])])).toEqual([])
  expect(verdict(checker(), [...handled(1, 'a', 5), ...handled(1, 'a', 3)])).toHaveLength(1)
  expect(verdict(checker(), [...handled(1, 'a', 3), log([3, 5])])).toHaveLength(1)
})

function committedTo(atMs: number, highWatermark: number): SimEvent {
  return { ...coordinates(atMs, 'broker-1', 'leading', 1), ...PLACE, highWatermark, logEndOffset: 6 }
}

const handledOf = (...offsets: readonly number[]) => offsets.flatMap((offset) => handled(offset, 'a', offset))
const follower = (...offsets: readonly number[]) => log(offsets, { node: 'broker-2', isLeader: false })
const cleanedTo = (offset: number): SimEvent => {
  const fields = { ...PLACE, cleanedTo: offset }
  return { kind: 'log', atMs: 0, node: 'broker-3', level: 'info', message: '', fields }
}
const ALL = [0, 1, 2, 3, 4, 5]

// Offsets 0 and 5 have one key.
test.each<[string, readonly SimEvent[], number]>([
  ['another replica has dropped it', [committedTo(0, 6), ...handledOf(1, 2, 3, 4, 5), follower(1, 2, 3, 4, 5)], 0],
  ['… one that is none any more', [committedTo(0, 6), cleanedTo(5), ...handledOf(1, 2, 3, 4, 5)], 0],
  ['… which did not come so far', [committedTo(0, 6), cleanedTo(0), ...handledOf(1, 2, 3, 4, 5)], 1],
  ['no replica has', [committedTo(0, 6), ...handledOf(1, 2, 3, 4, 5), follower(...ALL)], 1],
  ['no later one of its key is there', [committedTo(0, 6), ...handledOf(0, 2, 3, 4, 5), follower(0, 2, 3, 4, 5)], 1],
  [
    '… was committed when it went past',
    [committedTo(0, 5), ...handledOf(1), committedTo(1, 6), ...handledOf(2, 3, 4, 5), follower(1, 2, 3, 4, 5)],
    1,
  ],
  ['the later one is not handled', [committedTo(0, 6), ...handledOf(1, 2, 3, 4), follower(1, 2, 3, 4, 5)], 1],
  ['the group is not there yet', [committedTo(0, 6), follower(5)], 1],
])('what is not handled of a compacted topic: %s', (_, events, violations) => {
  const topics = new Map([[GROUP, [PLACE.topic]]])
  const checker = groupsHandleEverything({ topics, isCompacted: () => true })
  expect(verdict(checker, [...events, log(ALL)])).toHaveLength(violations)
})

test('a coordinator that knows more or less than its log is told, whichever replica it is', () => {
  const event = (replayed: ReadonlyMap<string, string>): SimEvent => {
    const groups = new Map([[GROUP, 'x']])
    const about = { atMs: 1, node: 'broker-1', topic: OFFSETS_TOPIC, partition: 0 }
    return { kind: 'coordinator', ...about, groups, replayed: new Map([['broker-2', replayed]]) }
  }
  expect(verdict(coordinatorsHoldTheirLogs(), [event(new Map([[GROUP, 'x']]))])).toEqual([])
  expect(verdict(coordinatorsHoldTheirLogs(), [event(new Map([[GROUP, 'y']]))])).toHaveLength(1)
  expect(verdict(coordinatorsHoldTheirLogs(), [event(new Map())])).toHaveLength(1)
  expect(
    verdict(coordinatorsHoldTheirLogs(), [
      event(
        new Map([
          [GROUP, 'x'],
          ['group-1', 'y'],
        ]),
      ),
    ]),
  ).toHaveLength(1)
})

test.each<[string, readonly ReplicaLogEvent[], number]>([
  ['each keeps others', [log([0, 1, 4, 5], { node: 'broker-2' }), log([2, 4, 5])], 0],
  ['the last one of a key is missing', [log([4, 5], { node: 'broker-2' }), log([2, 5])], 1],
  ['a key is missing', [log([4, 5], { node: 'broker-2' }), log([5])], 1],
  ['offsets fall', [log([4, 3])], 1],
])('replicas of a compacted topic: %s', (_, events, violations) => {
  expect(
    verdict(
      replicasAreIdentical(() => true),
      events,
    ),
  ).toHaveLength(violations)
})

test('of a compacted topic an acknowledged record has survived if a later one of its key is there', () => {
  const acknowledged: SimEvent = {
    ...{ kind: 'acknowledged', atMs: 1, client: 'p', acks: 'all', ...PLACE },
    ...{ value: 'p:topic-0-0:0', offset: 0 },
  }
  const survives = (offsets: readonly number[]) =>
    verdict(
      acknowledgedRecordsSurvive(undefined, () => true),
      [acknowledged, log(offsets)],
    )
  expect(survives([0])).toEqual([])
  expect(survives([5])).toEqual([])
  expect(survives([1, 2, 3, 4])).toHaveLength(1)
})
