import { describe, expect, test } from '@jest/globals'
import type { CommittedPartition, ConsumerGroupDescription, ConsumerMemberDescription } from '@ottla/client'
import { groupLines } from '../groups/lines.ts'
import { groupJson, memberJson, stateJson } from './json.ts'
import { assignmentText, memberLines, offsetLines, stateLines } from './lines.ts'
import { listLines } from './list.ts'
import { apacheLag, lagOf, type OffsetRow, offsetRows, partitionsOf, totalLag } from './offset-rows.ts'

const ID = 'consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11'
const at = (topic: string, ...partitions: number[]) => partitions.map((partition) => ({ topic, partition }))

function member(fields: Partial<ConsumerMemberDescription> = {}): ConsumerMemberDescription {
  return {
    memberId: ID,
    instanceId: null,
    rackId: null,
    clientId: 'consumer-my-group-1',
    host: '/127.0.0.1',
    assignment: at('orders', 0),
    targetAssignment: undefined,
    memberEpoch: undefined,
    upgraded: undefined,
    ...fields,
  }
}

function group(fields: Partial<ConsumerGroupDescription> = {}): ConsumerGroupDescription {
  return {
    groupId: 'my-group',
    type: 'Consumer',
    state: 'Stable',
    assignor: 'uniform',
    members: [member()],
    coordinator: { id: 1, host: 'b1', port: 9092 },
    groupEpoch: 5,
    targetAssignmentEpoch: 5,
    ...fields,
  }
}

const committed = (topic: string, partition: number, offset: number, leaderEpoch?: number): CommittedPartition => ({
  topic,
  partition,
  outcome: { ok: true, value: { offset, leaderEpoch, metadata: '' } },
})

const ranges = new Map([
  ['orders:0', { start: 0, end: 42 }],
  ['orders:1', { start: 0, end: 10 }],
])

describe('offsets', () => {
  const rows = [
    ...offsetRows(group(), [committed('orders', 0, 40, 7)], ranges),
    { ...at('orders', 1)[0]!, offset: undefined, leaderEpoch: undefined, logStart: 0, logEnd: 10, member: undefined },
  ]

  test("lines of Kafka's tool", () => {
    expect(offsetLines({ group: group(), rows }, false)).toEqual([
      '',
      'GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID                                              HOST            CLIENT-ID',
      'my-group        orders          0          40              42              2               consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11 /127.0.0.1      consumer-my-group-1',
      'my-group        orders          1          -               10              -               -                                                        -               -',
    ])
    expect(offsetLines({ group: group(), rows }, true)).toEqual([
      '',
      'GROUP           TOPIC           PARTITION  LEADER-EPOCH    CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID                                              HOST            CLIENT-ID',
      'my-group        orders          0          7               40              42              2               consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11 /127.0.0.1      consumer-my-group-1',
      'my-group        orders          1          -               -               10              -               -                                                        -               -',
    ])
  })

  test('who owns most comes first, then what nobody owns; by topic and partition inside', () => {
    const members = [
      member({ memberId: 'idle', assignment: [] }),
      member({ memberId: 'one', assignment: at('b', 10) }),
      member({ memberId: 'three', assignment: [...at('c', 1), ...at('a', 10, 2)] }),
    ]
    const found = offsetRows({ members }, [committed('z', 0, 1), committed('y', 1, 1), committed('a', 2, 1)], new Map())
    expect(found.map((row) => `${row.member?.memberId} ${row.topic}-${row.partition} ${row.offset}`)).toEqual([
      'three a-2 1',
      'three a-10 undefined',
      'three c-1 undefined',
      'one b-10 undefined',
      'undefined y-1 1',
      'undefined z-0 1',
    ])
    expect(partitionsOf({ members }, [committed('z', 0, 1), committed('a', 2, 1)])).toEqual([
      ...at('b', 10),
      ...at('c', 1),
      ...at('a', 10, 2),
      ...at('z', 0),
    ])
  })

  const row = (offset?: number, logStart?: number, logEnd?: number) => ({ offset, logStart, logEnd }) as OffsetRow

  test.each([
    { what: 'in the middle', row: row(40, 0, 42), apache: 2, lag: 2 },
    { what: 'at the end', row: row(42, 0, 42), apache: 0, lag: 0 },
    { what: 'records deleted behind its back', row: row(5, 30, 42), apache: 37, lag: 12 },
    { what: 'behind the end of a log that was made anew', row: row(50, 0, 42), apache: -8, lag: 0 },
    { what: 'no offset', row: row(undefined, 0, 42), apache: undefined, lag: undefined },
    { what: 'no leader', row: row(5), apache: undefined, lag: undefined },
    { what: 'start unknown', row: row(5, undefined, 7), apache: 2, lag: 2 },
  ])('lag: $what', ({ row, apache, lag }) => {
    expect([apacheLag(row), lagOf(row)]).toEqual([apache, lag])
  })

  test('the total leaves out what is unknown', () => {
    expect(totalLag([row(5, 30, 42), row(), row(1, 0, 3)])).toBe(14)
  })

  test('JSON', () => {
    expect(groupJson({ group: group(), rows })).toEqual({
      groupId: 'my-group',
      type: 'Consumer',
      state: 'Stable',
      totalLag: 2,
      partitions: [
        {
          topic: 'orders',
          partition: 0,
          leaderEpoch: 7,
          currentOffset: 40,
          logStartOffset: 0,
          logEndOffset: 42,
          lag: 2,
          consumerId: ID,
          host: '/127.0.0.1',
          clientId: 'consumer-my-group-1',
        },
        {
          topic: 'orders',
          partition: 1,
          leaderEpoch: null,
          currentOffset: null,
          logStartOffset: 0,
          logEndOffset: 10,
          lag: null,
          consumerId: null,
          host: null,
          clientId: null,
        },
      ],
    })
  })
})

describe('members', () => {
  const three = { assignment: [...at('orders', 1, 0), ...at('audit', 0)] }

  test("lines of Kafka's tool", () => {
    expect(memberLines(group({ members: [member(three)] }), false)).toEqual([
      '',
      'GROUP           CONSUMER-ID                                              HOST            CLIENT-ID           #PARTITIONS     ',
      'my-group        consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11 /127.0.0.1      consumer-my-group-1 3               ',
    ])
  })

  test('with a static member, and verbose', () => {
    const one = member({
      ...three,
      instanceId: 'static-1',
      memberEpoch: 5,
      targetAssignment: three.assignment,
      upgraded: true,
    })
    expect(memberLines(group({ members: [one] }), true)).toEqual([
      '',
      'GROUP           CONSUMER-ID                                              GROUP-INSTANCE-ID HOST            CLIENT-ID           #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT   ',
      'my-group        consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11 static-1          /127.0.0.1      consumer-my-group-1 3               5               audit:0;orders:0,1   5               audit:0;orders:0,1  ',
    ])
  })

  test('while a group changes its protocol, verbose says who has', () => {
    const epochs = { memberEpoch: 5, targetAssignment: three.assignment }
    const members = [
      member({ ...three, ...epochs, upgraded: true }),
      member({ memberId: 'c2', clientId: 'x', assignment: [], memberEpoch: 5, targetAssignment: [], upgraded: false }),
    ]
    expect(memberLines(group({ members }), true)).toEqual([
      '',
      'GROUP           CONSUMER-ID                                              HOST            CLIENT-ID           #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT    UPGRADED',
      'my-group        consumer-my-group-1-8b4f6a2e-7a1c-4b0a-9f57-0f1f9e7a4c11 /127.0.0.1      consumer-my-group-1 3               5               audit:0;orders:0,1   5               audit:0;orders:0,1   true',
      'my-group        c2                                                       /127.0.0.1      x                   0               5               -                    5               -                    false',
    ])
  })

  test('an empty group has headings', () => {
    expect(memberLines(group({ members: [], groupId: 'a-group-with-a-long-name' }), false)).toEqual([
      '',
      'GROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     ',
    ])
  })

  test('assignmentText', () => {
    expect(assignmentText([...at('b', 10, 9), ...at('a', 1)])).toBe('a:1;b:9,10')
    expect(assignmentText([])).toBe('-')
  })

  test('JSON', () => {
    expect(memberJson(group({ members: [member(three)] })).members[0]).toMatchObject({
      consumerId: ID,
      groupInstanceId: null,
      memberEpoch: null,
      targetAssignment: null,
      assignment: [...at('audit', 0), ...at('orders', 0, 1)],
    })
  })
})

describe('state', () => {
  test("lines of Kafka's tool", () => {
    expect(stateLines(group(), false)).toEqual([
      '',
      'GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS',
      'my-group        b1:9092  (1)              uniform              Stable               1',
    ])
    expect(stateLines(group(), true)).toEqual([
      '',
      'GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                GROUP-EPOCH     TARGET-ASSIGNMENT-EPOCH   #MEMBERS',
      'my-group        b1:9092  (1)              uniform              Stable               5               5                         1',
    ])
  })

  test('JSON', () => {
    const classic = group({ type: 'Classic', assignor: '', groupEpoch: undefined, targetAssignmentEpoch: undefined })
    expect(stateJson(classic)).toMatchObject({ assignmentStrategy: null, groupEpoch: null, members: 1 })
  })
})

describe('lists', () => {
  const groups = [
    { groupId: 'my-group', protocolType: 'consumer', state: 'Stable', type: 'Consumer' },
    { groupId: 'old', protocolType: '', state: 'Empty', type: undefined },
  ] as const

  test('kafka-consumer-groups --list', () => {
    expect(listLines(groups, { timeout: 1 })).toEqual(['my-group', 'old'])
    expect(listLines(groups, { timeout: 1, state: true, type: true })).toEqual([
      'GROUP                     TYPE                 STATE               ',
      'my-group                  Consumer             Stable              ',
      'old                       Unknown              Empty               ',
    ])
    expect(listLines([], { timeout: 1, state: true })).toEqual(['GROUP                     STATE               '])
  })

  test('kafka-groups --list', () => {
    expect(groupLines(groups)).toEqual([
      'GROUP                TYPE                 PROTOCOL            ',
      'my-group             Consumer             consumer             ',
      'old                                                            ',
    ])
  })
})
