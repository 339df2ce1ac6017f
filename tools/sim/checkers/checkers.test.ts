import { describe, expect, test } from '@jest/globals'
import type { MetadataImage, PartitionImage } from '@ottla/broker/internal'
import type { LoggedRecord, ReplicaEvent, ReplicaLogEvent, SimEvent } from '../history.ts'
import { acknowledgedRecordsAreCommitted } from './acknowledged-records-are-committed.ts'
import { acknowledgedRecordsSurvive } from './acknowledged-records-survive.ts'
import { changesAreKept } from './changes-are-kept.ts'
import { type Checker, Jury } from './checker.ts'
import { electionsLoseNothingUnsaid } from './elections-lose-nothing-unsaid.ts'
import { highWatermarkNeverFalls } from './high-watermark-never-falls.ts'
import { isrHoldsWhatIsCommitted } from './isr-holds-what-is-committed.ts'
import { imageDifference, metadataIsDurable } from './metadata-is-durable.ts'
import { minIsrIsKept } from './min-isr-is-kept.ts'
import { nothingBreaks } from './nothing-breaks.ts'
import { oneLeaderPerEpoch } from './one-leader-per-epoch.ts'
import { recordsOnceAndInOrder } from './records-once-and-in-order.ts'
import { replicasAreIdentical } from './replicas-are-identical.ts'
import { whatWasReadStays } from './what-was-read-stays.ts'

const PLACE = { topic: 't', partition: 0 }
const value = (number: number) => `p:t-0:${number}`

function violations(checker: Checker, events: readonly SimEvent[]): string[] {
  const jury = new Jury([checker])
  for (const event of events) jury.see(event)
  return jury.violations.map(({ message }) => message)
}

function sent(atMs: number, number: number): SimEvent {
  return { kind: 'sent', atMs, client: 'p', ...PLACE, value: value(number) }
}

function acknowledged(atMs: number, number: number, offset: number, acks: 'all' | 1 = 'all'): SimEvent {
  return { kind: 'acknowledged', atMs, client: 'p', acks, ...PLACE, value: value(number), offset }
}

function read(atMs: number, number: number, offset: number, client = 'c'): SimEvent {
  return { kind: 'read', atMs, client, ...PLACE, offset, value: value(number), leaderEpoch: 1 }
}

function replica(fields: Partial<ReplicaEvent> = {}): ReplicaEvent {
  const offsets = { logStartOffset: 0, highWatermark: 5, logEndOffset: 8 }
  const who = { atMs: 0, topicId: 'id', node: 'broker-1', brokerId: 1, brokerEpoch: 10, ...PLACE }
  return {
    kind: 'replica',
    ...who,
    role: 'leading',
    leaderEpoch: 1,
    ...offsets,
    isr: [1, 2],
    effectiveMinIsr: 2,
    partitionEpoch: 1,
    ...fields,
  }
}

function record(offset: number, number: number, fields: Partial<LoggedRecord> = {}): LoggedRecord {
  const stamp = { leaderEpoch: 1, producerId: 7, producerEpoch: 0, sequence: number }
  return { offset, key: 'k', value: value(number), ...stamp, ...fields }
}

function log(records: readonly LoggedRecord[], fields: Partial<ReplicaLogEvent> = {}): ReplicaLogEvent {
  const highWatermark = (records.at(-1)?.offset ?? -1) + 1
  const about = { atMs: 100, node: 'broker-1', isLeader: true, logStartOffset: 0, highWatermark }
  return { kind: 'replica log', ...about, ...PLACE, records, damaged: [], ...fields }
}

function partition(fields: Partial<PartitionImage> = {}): PartitionImage {
  const none = { elr: [], lastKnownElr: [], addingReplicas: [], removingReplicas: [] }
  const epochs = { leaderEpoch: 1, partitionEpoch: 1, leaderRecoveryState: 0 }
  return { partition: 0, replicas: [1, 2, 3], isr: [1, 2, 3], leader: 1, ...epochs, ...none, ...fields }
}

let lastOffset = 0
function image(fields: Partial<PartitionImage> = {}, node = 'controller', { atMs = 50, epochs = 0 } = {}): SimEvent {
  const topics = new Map([['t', { name: 't', id: 'id', partitions: [partition(fields)] }]])
  const broker = (id: number) => [id, { id, epoch: id * 10 + epochs, fenced: false }] as const
  const brokers = new Map([broker(1), broker(2), broker(3)])
  return { kind: 'image', atMs, node, image: { offset: ++lastOffset, topics, brokers } as unknown as MetadataImage }
}

const LOSSY = { leaderEpoch: 2, leaderRecoveryState: 1, leader: 2, isr: [2] }
const powerLoss = (node: string, atMs: number): SimEvent => ({ kind: 'down', atMs, node, why: 'power', message: '' })

describe('acknowledged records survive', () => {
  const kept = [sent(1, 0), acknowledged(2, 0, 0)]
  test.each<[string, SimEvent[], boolean]>([
    ['there', [...kept, log([record(0, 0)])], false],
    ['gone', [...kept, log([])], true],
    ['something else in its place', [...kept, log([record(0, 1)])], true],
    ['deleted on purpose', [...kept, log([], { logStartOffset: 1 })], false],
    ['gone from a follower only, which another checker looks at', [...kept, log([], { isLeader: false })], false],
    ['gone after a lossy election', [...kept, image({}), image(LOSSY), log([])], false],
    [
      'gone, sent after the lossy election',
      [image({}), image(LOSSY), sent(60, 0), acknowledged(61, 0, 0), log([])],
      true,
    ],
    [
      'gone after an election that says nothing of a loss',
      [...kept, image({}), image({ ...LOSSY, leaderRecoveryState: 0 }), log([])],
      true,
    ],
    [
      'acks=1, gone after a change of leader',
      [sent(1, 0), acknowledged(2, 0, 0, 1), image({}), image({ leaderEpoch: 2 }), log([])],
      false,
    ],
    ['acks=1, gone without one', [sent(1, 0), acknowledged(2, 0, 0, 1), image({}), log([])], true],
    [
      'acks=1, the only replica, gone after a restart',
      [
        sent(1, 0),
        acknowledged(2, 0, 0, 1),
        image({ replicas: [1] }),
        image({ replicas: [1], leaderEpoch: 2 }),
        log([]),
      ],
      true,
    ],
  ])('%s', (_, events, isViolation) => {
    expect(violations(acknowledgedRecordsSurvive(), events)).toHaveLength(isViolation ? 1 : 0)
  })

  test.each<[string, SimEvent[], boolean]>([
    ['a leader that a lossy election has left behind', [replica({ leaderEpoch: 1 })], false],
    [
      'one that ended a moment ago',
      [replica({ leaderEpoch: 1 }), replica({ leaderEpoch: 2, role: 'following' })],
      false,
    ],
    ['the present leader', [replica({ leaderEpoch: 2 })], true],
  ])('acknowledged after a lossy election by %s, and gone', (_, replicas, isViolation) => {
    const events = [image({}), image(LOSSY), ...replicas, sent(60, 0), acknowledged(61, 0, 0), log([])]
    expect(violations(acknowledgedRecordsSurvive(), events)).toHaveLength(isViolation ? 1 : 0)
  })

  test('with flush.messages=1 no election excuses anything', () => {
    const events = [...kept, image({}), image(LOSSY), log([])]
    expect(
      violations(
        acknowledgedRecordsSurvive(() => true),
        events,
      ),
    ).toHaveLength(1)
  })
})

describe('acknowledged and read records are committed', () => {
  test.each<[string, SimEvent[], boolean]>([
    ['acks=all below the high watermark', [replica(), acknowledged(1, 0, 4)], false],
    ['acks=all at the high watermark', [replica(), acknowledged(1, 0, 5)], true],
    ['acks=1 below the log end', [replica(), acknowledged(1, 0, 7, 1)], false],
    ['acks=1 at the log end', [replica(), acknowledged(1, 0, 8, 1)], true],
    [
      'below the high watermark of who led a moment ago',
      [replica({ role: 'following' }), acknowledged(1, 0, 4)],
      false,
    ],
    ['read below the high watermark', [replica(), read(1, 0, 4)], false],
    ['read at the high watermark', [replica(), read(1, 0, 5)], true],
  ])('%s', (_, events, isViolation) => {
    expect(violations(acknowledgedRecordsAreCommitted(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('what was read stays', () => {
  test.each<[string, SimEvent[], boolean]>([
    ['in order', [read(1, 0, 0), read(2, 1, 1), log([record(0, 0), record(1, 1)])], false],
    [
      'late, from a leader that died before the lossy election, and gone',
      [image({}), replica(), powerLoss('broker-1', 40), image(LOSSY), read(60, 0, 0), log([])],
      false,
    ],
    [
      'long after the lossy election, and gone',
      [image({}), replica(), powerLoss('broker-1', 40), image(LOSSY), read(9000, 0, 0), log([])],
      true,
    ],
    ['with a gap', [read(1, 0, 0), read(2, 2, 2)], true],
    ['backwards', [read(1, 0, 3), read(2, 1, 3)], true],
    ['by two readers alike', [read(1, 0, 0), read(2, 0, 0, 'd')], false],
    ['by two readers differently', [read(1, 0, 0), read(2, 9, 0, 'd')], true],
    ['differently after a lossy election', [read(1, 0, 0), image({}), image(LOSSY), read(60, 9, 0, 'd')], false],
    ['not in the log in the end', [read(1, 0, 0), log([])], true],
    [
      'not in the log of a later leader',
      [image({}), read(51, 0, 7), replica({ leaderEpoch: 2, logEndOffset: 7 })],
      true,
    ],
    [
      'not known to a leader of the past',
      [image({ leaderEpoch: 3 }), read(51, 0, 7), replica({ leaderEpoch: 2, logEndOffset: 7 })],
      false,
    ],
    ['sent back', [{ kind: 'reset', atMs: 1, client: 'c', ...PLACE, why: 'truncated', from: 5, to: 3 }], true],
    [
      'sent back by a deletion of records',
      [
        { kind: 'asked', atMs: 1, change: 'delete records', ...PLACE, offset: 6 },
        { kind: 'reset', atMs: 2, client: 'c', ...PLACE, why: 'out of range', from: 5, to: -1 },
      ],
      false,
    ],
  ])('%s', (_, events, isViolation) => {
    expect(violations(whatWasReadStays(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('records stand once and in order', () => {
  test.each<[string, LoggedRecord[], boolean]>([
    ['in order', [record(0, 0), record(1, 2)], false],
    ['twice', [record(0, 0), record(1, 0, { sequence: 9 })], true],
    ['crossed', [record(0, 1), record(1, 0)], true],
    ['the same sequence', [record(0, 0), record(1, 1, { sequence: 0 })], true],
    ['the same sequence in another epoch', [record(0, 0), record(1, 1, { sequence: 0, producerEpoch: 1 })], false],
  ])('%s', (_, records, isViolation) => {
    const found = violations(
      recordsOnceAndInOrder(() => true),
      [log(records)],
    )
    expect(found).toHaveLength(isViolation ? 1 : 0)
  })

  test('what a lossy election has left of a producer need not be in order', () => {
    const crossed = log([record(0, 1), record(1, 0)])
    const events = [image({}), image(LOSSY), crossed]
    expect(
      violations(
        recordsOnceAndInOrder(() => true),
        events,
      ),
    ).toEqual([])
    expect(
      violations(
        recordsOnceAndInOrder(
          () => true,
          () => true,
        ),
        events,
      ),
    ).toHaveLength(1)
  })

  test('without idempotence a value may come twice', () => {
    const twice = [record(0, 0, { producerId: -1 }), record(1, 0, { producerId: -1 })]
    expect(
      violations(
        recordsOnceAndInOrder(() => false),
        [log(twice)],
      ),
    ).toEqual([])
  })
})

describe('replicas are identical', () => {
  const both = [record(0, 0), record(1, 1)]
  test.each<[string, ReplicaLogEvent[], boolean]>([
    ['equal', [log(both), log(both, { node: 'broker-2' })], false],
    ['another value', [log(both), log([record(0, 0), record(1, 2)], { node: 'broker-2' })], true],
    [
      'another leader epoch',
      [log(both), log([record(0, 0), record(1, 1, { leaderEpoch: 2 })], { node: 'broker-2' })],
      true,
    ],
    ['another high watermark', [log(both), log(both, { node: 'broker-2', highWatermark: 1 })], true],
    ['a gap', [log([record(0, 0), record(2, 1)])], true],
    ['an end below the high watermark', [log([record(0, 0)], { highWatermark: 2 })], true],
    ['one that begins later', [log(both), log([record(1, 1)], { node: 'broker-2', logStartOffset: 1 })], false],
  ])('%s', (_, events, isViolation) => {
    expect(violations(replicasAreIdentical(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('leaders', () => {
  test.each<[string, () => Checker, SimEvent[], boolean]>([
    ['hw rises', highWatermarkNeverFalls, [replica(), replica({ highWatermark: 6 })], false],
    ['hw falls', highWatermarkNeverFalls, [replica(), replica({ highWatermark: 4 })], true],
    [
      'hw falls in a new epoch',
      highWatermarkNeverFalls,
      [replica(), replica({ highWatermark: 4, leaderEpoch: 2 })],
      false,
    ],
    [
      'hw falls in a new incarnation',
      highWatermarkNeverFalls,
      [replica(), replica({ highWatermark: 4, brokerEpoch: 11 })],
      false,
    ],
    [
      'hw of a follower falls',
      highWatermarkNeverFalls,
      [replica({ role: 'following' }), replica({ role: 'following', highWatermark: 1 })],
      false,
    ],
    ['hw beyond the log', highWatermarkNeverFalls, [replica({ highWatermark: 9 })], true],
    ['one leader', oneLeaderPerEpoch, [replica(), replica({ highWatermark: 6 })], false],
    ['two leaders', oneLeaderPerEpoch, [replica(), replica({ node: 'broker-2' })], true],
    ['two incarnations', oneLeaderPerEpoch, [replica(), replica({ brokerEpoch: 11 })], true],
    ['two leaders in two epochs', oneLeaderPerEpoch, [replica(), replica({ node: 'broker-2', leaderEpoch: 2 })], false],
    ['min ISR kept', minIsrIsKept, [replica(), replica({ highWatermark: 6 })], false],
    ['min ISR ignored', minIsrIsKept, [replica({ isr: [1] }), replica({ isr: [1], highWatermark: 6 })], true],
    ['min ISR lost in the same step', minIsrIsKept, [replica(), replica({ isr: [1], highWatermark: 6 })], false],
    [
      'min ISR ignored in a change',
      minIsrIsKept,
      [replica({ isr: [1] }), replica({ isr: [1], highWatermark: 6, partitionEpoch: 2 })],
      true,
    ],
    [
      'min ISR there between two changes',
      minIsrIsKept,
      [replica({ isr: [1] }), replica({ isr: [1], highWatermark: 6, partitionEpoch: 3 })],
      false,
    ],
  ])('%s', (_, checker, events, isViolation) => {
    expect(violations(checker(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('the ISR holds what is committed', () => {
  const instant: SimEvent = { kind: 'instant', atMs: 60 }
  const follower = (fields: Partial<ReplicaEvent>) =>
    replica({
      node: 'broker-2',
      brokerId: 2,
      brokerEpoch: 20,
      role: 'following',
      highWatermark: 3,
      logEndOffset: 5,
      ...fields,
    })
  test.each<[string, SimEvent[], boolean]>([
    ['at the high watermark', [image({}), replica(), follower({}), instant], false],
    ['behind it', [image({}), replica(), follower({ logEndOffset: 4 }), instant], true],
    ['behind it and not a member', [image({ isr: [1, 3] }), replica(), follower({ logEndOffset: 4 }), instant], false],
    [
      'behind it in an incarnation of the past',
      [image({}), replica(), follower({ logEndOffset: 4, brokerEpoch: 19 }), instant],
      false,
    ],
    [
      'behind a leader of the past',
      [image({ leaderEpoch: 2 }), replica(), follower({ logEndOffset: 4 }), instant],
      false,
    ],
    ['down', [image({}), replica(), follower({ logEndOffset: 4 }), powerLoss('broker-2', 55), instant], false],
    [
      'caught up within the instant',
      [image({}), replica(), follower({ logEndOffset: 4 }), follower({}), instant],
      false,
    ],
  ])('%s', (_, events, isViolation) => {
    expect(violations(isrHoldsWhatIsCommitted(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('elections lose nothing unsaid', () => {
  const alone = { isr: [1], elr: [] }
  test.each<[string, SimEvent[], boolean, boolean]>([
    ['from the ISR', [image({}), image({ leader: 2, leaderEpoch: 2, isr: [2, 3] })], false, false],
    [
      'from the ELR',
      [image({ isr: [], elr: [2], leader: -1 }), image({ leader: 2, leaderEpoch: 2, isr: [2] })],
      false,
      false,
    ],
    ['from outside, unsaid', [image(alone), image({ leader: 2, leaderEpoch: 2, isr: [2, 1] })], false, true],
    ['from outside, said, without a reason', [image(alone), image(LOSSY)], false, true],
    ['from outside where that is allowed', [image(alone), image(LOSSY)], true, false],
    [
      'the last known leader after a power loss',
      [image(alone), powerLoss('broker-1', 60), image({ ...LOSSY, leader: 1, isr: [1] })],
      false,
      false,
    ],
    ['all members gone without a reason', [image(alone), image({ isr: [], leader: -1, leaderEpoch: 2 })], false, true],
    [
      'all members gone after a power loss',
      [image(alone), powerLoss('broker-1', 60), image({ isr: [], leader: -1, leaderEpoch: 2 })],
      false,
      false,
    ],
    [
      'after a power loss before it joined again',
      [
        image({ isr: [2], leader: 2 }),
        powerLoss('broker-1', 60),
        image({ isr: [2, 1], leader: 2 }, 'controller', { atMs: 70, epochs: 1 }),
        image({ isr: [1], leader: 1, leaderEpoch: 2 }, 'controller', { atMs: 80, epochs: 1 }),
        image({ isr: [], leader: -1, leaderEpoch: 3 }, 'controller', { atMs: 90, epochs: 1 }),
      ],
      false,
      true,
    ],
    ['a leader outside the ISR', [image({ leader: 3, isr: [1, 2] })], false, true],
    ['a stranger in the ISR', [image({ isr: [1, 4] })], false, true],
    ['in ISR and ELR', [image({ isr: [1], elr: [1] })], false, true],
    ['another leader in the same epoch', [image({}), image({ leader: 2 })], false, true],
    ['an epoch that falls', [image({ leaderEpoch: 3 }), image({})], false, true],
  ])('%s', (_, events, unclean, isViolation) => {
    expect(
      violations(
        electionsLoseNothingUnsaid(() => unclean),
        events,
      ),
    ).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('metadata', () => {
  const at = (offset: number, node = 'controller'): SimEvent => {
    const event = image({}, node) as Extract<SimEvent, { kind: 'image' }>
    return { ...event, image: { ...event.image, offset } }
  }
  test.each<[string, SimEvent[], boolean]>([
    ['behind the controller', [at(5), at(4, 'broker-1')], false],
    ['ahead of what is durable', [at(5), at(6, 'broker-1')], true],
    ['lost by a restart', [at(5), at(4)], true],
    ['ahead of a controller that is down', [at(5), at(3, 'broker-1'), at(5, 'broker-1')], false],
  ])('%s', (_, events, isViolation) => {
    expect(violations(metadataIsDurable(), events)).toHaveLength(isViolation ? 1 : 0)
  })

  test('images are compared whatever the order of their maps', () => {
    const make = (entries: [string, number][], offset = 1) =>
      ({ offset, features: new Map(entries) }) as unknown as MetadataImage
    expect(
      imageDifference(
        make([
          ['a', 1],
          ['b', 2],
        ]),
        make([
          ['b', 2],
          ['a', 1],
        ]),
      ),
    ).toBeUndefined()
    expect(imageDifference(make([['a', 1]]), make([['a', 2]]))).toContain('features')
    expect(imageDifference(make([]), make([], 2))).toContain('offset')
  })

  const change = (kind: 'asked' | 'done', what: 'create' | 'delete'): SimEvent =>
    ({ kind, atMs: 1, change: what, topic: 'u', partition: -1, offset: -1 }) as SimEvent
  test.each<[string, SimEvent[], boolean]>([
    ['created and there', [change('asked', 'create'), image({})], false],
    ['created and gone', [change('asked', 'create'), change('done', 'create'), image({})], true],
    ['created and being deleted', [change('done', 'create'), change('asked', 'delete'), image({})], false],
  ])('a topic that was %s', (_, events, isViolation) => {
    expect(violations(changesAreKept(), events)).toHaveLength(isViolation ? 1 : 0)
  })
})

describe('nothing breaks', () => {
  class AssertionError extends Error {
    override readonly name = 'AssertionError'
  }
  const line = (error?: unknown): SimEvent => ({
    kind: 'log',
    atMs: 1,
    node: 'b',
    level: 'error',
    message: 'm',
    fields: { error },
  })
  test.each<[string, SimEvent, boolean]>([
    ['an error line of a disk', line(new Error('full')), false],
    ['an error line without error', line(), false],
    ['a broken invariant', line(new AssertionError('hw')), true],
    ['a mistake of the program', line(new TypeError('undefined')), true],
    ['a process that ends', { kind: 'down', atMs: 1, node: 'b', why: 'failure', message: 'x' }, true],
    ['a process that is killed', { kind: 'down', atMs: 1, node: 'b', why: 'kill', message: '' }, false],
  ])('%s', (_, event, isViolation) => {
    expect(violations(nothingBreaks(), [event])).toHaveLength(isViolation ? 1 : 0)
  })
})
