import { beforeEach, describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode } from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type FetchEntry, fetchEntry } from './fetch-read.ts'
import { FetchSessions, SESSION_PARTITIONS_MAX } from './fetch-sessions.ts'

const EVICTION_MS = 120_000

let runtime: TestRuntime
let sessions: FetchSessions

beforeEach(() => {
  runtime = testRuntime()
  sessions = new FetchSessions({ clock: runtime.clock, random: runtime.random, slots: 2 })
})

function entries(count: number): FetchEntry[] {
  return Array.from({ length: count }, (_, partitionIndex) =>
    fetchEntry(
      { topic: 't', topicId: '' },
      { partitionIndex, offset: 0, bytesMax: 1, currentLeaderEpoch: -1, lastFetchedEpoch: -1, logStartOffset: -1 },
      { found: 'NOT_LEADER_OR_FOLLOWER', isolation: 'high-watermark' },
    ),
  )
}

function create(count: number, isPrivileged = false) {
  return sessions.create(entries(count), { usesTopicIds: false, isPrivileged, isolation: 'high-watermark' })
}

function use(sessionId: number, sessionEpoch: number, usesTopicIds = false, isPrivileged = false) {
  const used = sessions.use({ sessionId, sessionEpoch, usesTopicIds, isPrivileged })
  return used.kind === 'refused' ? used.errorCode : used.kind
}

describe('finding a session', () => {
  test('by id, epoch and kind of topic names', () => {
    const session = create(1)!
    expect(session.id).toBeGreaterThan(0)
    expect(use(session.id, 1)).toBe('incremental')
    expect(use(session.id, 2)).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    expect(use(session.id + 1, 1)).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    expect(use(0, 1)).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    expect(use(session.id, 1, true)).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
  })

  test('a full request ends the session that it names, whatever it asks for', () => {
    const [one, two] = [create(1)!, create(1)!]
    expect([use(0, 0), use(0, -1), sessions.size]).toEqual(['full', 'single', 2])
    expect([use(one.id, 0), use(two.id, -1), sessions.size]).toEqual(['full', 'single', 0])
    expect(use(one.id, 1)).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  test('epochs go round past zero', () => {
    const session = create(1)!
    const seen: number[] = []
    for (let request = 0; request < 3; request++) {
      seen.push(session.epoch)
      session.begin({ wanted: [], forgotten: [] }, 0)
    }
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('no free slot', () => {
  test('a session that was not used for two minutes goes, the longest unused first', async () => {
    const one = create(9)!
    await runtime.clock.advance(1)
    const two = create(9)!
    await runtime.clock.advance(1)
    use(one.id, 1)
    one.begin({ wanted: [], forgotten: [] }, runtime.clock.monotonic())
    await runtime.clock.advance(EVICTION_MS)
    expect(create(1)).toBeDefined()
    expect([use(two.id, 1), use(one.id, 2)]).toEqual([ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 'incremental'])
  })

  test('young sessions stay; the new reader gets none', () => {
    create(1)
    create(1)
    expect(create(100)).toBeUndefined()
    expect(sessions.size).toBe(2)
  })

  test('an old one in use goes for one with more partitions, the smallest first, and for none with as many', async () => {
    const kept = [create(3)!, create(2)!]
    for (let passed = 0; passed <= EVICTION_MS; passed += EVICTION_MS / 2) {
      await runtime.clock.advance(EVICTION_MS / 2)
      for (const session of kept) session.lastUsedMs = runtime.clock.monotonic()
    }
    expect(create(2)).toBeUndefined()
    expect(create(3)).toBeDefined()
    expect([use(kept[0]!.id, 1), use(kept[1]!.id, 1)]).toEqual(['incremental', ErrorCode.FETCH_SESSION_ID_NOT_FOUND])
  })

  test("a replica's session displaces a consumer's at any age, and is not displaced by one", () => {
    create(50)
    create(40)
    expect(create(1, true)).toBeDefined()
    expect(create(1, true)).toBeDefined()
    expect(create(500)).toBeUndefined()
    expect(create(1, true)).toBeUndefined()
  })

  test('all sessions together hold so many partitions; one that grows past them is over', () => {
    sessions = new FetchSessions({ clock: runtime.clock, random: runtime.random, slots: 1000 })
    const large = Math.floor(SESSION_PARTITIONS_MAX / 2)
    const [one, two] = [create(large)!, create(large - 1)!]
    expect([create(2), create(SESSION_PARTITIONS_MAX + 1), sessions.size]).toEqual([undefined, undefined, 2])
    const wanted = (indexes: readonly number[]) => [
      {
        topic: 'u',
        topicId: '',
        partitions: entries(indexes.length).map((entry, at) => ({ ...entry, partitionIndex: indexes[at]! })),
      },
    ]
    expect(sessions.begin(one, { wanted: wanted([0]), forgotten: [] })).toBe('begun')
    expect(sessions.begin(one, { wanted: wanted([0, 1]), forgotten: [] })).toBe('no-room')
    expect(use(one.id, 3)).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    expect(create(large)).toBeDefined()
    const all = [{ topic: 't', topicId: '', partitions: entries(large).map(({ partitionIndex }) => partitionIndex) }]
    expect(sessions.begin(two, { wanted: [], forgotten: all })).toBe('empty')
    expect(create(large)).toBeDefined()
  })

  test('without slots nobody gets a session', () => {
    sessions = new FetchSessions({ clock: runtime.clock, random: runtime.random, slots: 0 })
    expect(create(1)).toBeUndefined()
  })
})
