import { describe, expect, test } from '@jest/globals'
import { ErrorCode } from '@ottla/protocol'
import { ReplicaFetchSession, type ReplicaRequest } from './fetch-session.ts'

type Session = ReplicaFetchSession<string>

const OK = { errorCode: 0, sessionId: 77 }

function id(partition: number) {
  return { topicId: 'T', partition }
}

function at(fetchOffset: number, currentLeaderEpoch = 1) {
  return { fetchOffset, lastFetchedEpoch: 0, logStartOffset: 0, currentLeaderEpoch }
}

function shown({ sessionId, sessionEpoch, named, forgotten }: ReplicaRequest<string>): string {
  const told = named.map((each) => `${each.id.partition}@${each.position.fetchOffset}`).join(' ')
  const gone = forgotten.map(({ partition }) => ` -${partition}`).join('')
  return `${sessionId}/${sessionEpoch} ${told}${gone}`
}

/** A session that has been established with partitions 0 and 1, at offsets 10 and 20. */
function established(): Session {
  const session: Session = new ReplicaFetchSession()
  session.want(id(0), 'a', at(10))
  session.want(id(1), 'b', at(20))
  const first = session.request()
  expect(shown(first)).toBe('0/0 0@10 1@20')
  expect(session.answered(first, OK)).toBe('counts')
  return session
}

describe('the follower’s half of a fetch session', () => {
  test('tells everything once, then what has changed', () => {
    const session = established()
    expect(session.hasNews).toBe(false)
    expect(shown(session.request())).toBe('77/1 ')
    session.want(id(1), 'b', at(25))
    session.want(id(0), 'a', at(10))
    session.want(id(2), 'c', at(0))
    expect(session.hasNews).toBe(true)
    expect(shown(session.request())).toBe('77/2 1@25 2@0')
    expect(session.size).toBe(3)
  })

  test('a partition that is dropped is forgotten, one that comes back is told again', () => {
    const session = established()
    session.drop(id(0))
    session.drop(id(9))
    expect(shown(session.request())).toBe('77/1  -0')
    session.want(id(0), 'a', at(10))
    session.drop(id(1))
    session.want(id(1), 'b2', at(20))
    expect(shown(session.request())).toBe('77/2 0@10 1@20')
  })

  test('a new leader epoch is told, though the offset is the same', () => {
    const session = established()
    session.want(id(0), 'a', at(10, 2))
    expect(shown(session.request())).toBe('77/1 0@10')
  })

  test('an answer speaks of what was told before its request left, and of nobody who came later', () => {
    const session = established()
    const first = session.request()
    expect(session.askedIn(first, id(0))).toMatchObject({ member: 'a', position: { fetchOffset: 10 } })
    session.want(id(0), 'a2', at(10))
    session.drop(id(1))
    expect(session.askedIn(first, id(0))).toBeUndefined()
    expect(session.askedIn(first, id(1))).toBeUndefined()
    expect(session.askedIn(first, id(5))).toBeUndefined()
    const second = session.request()
    expect(session.askedIn(second, id(0))).toMatchObject({ member: 'a2' })
    expect(session.askedIn(first, id(0))).toBeUndefined()
  })

  test.each([
    [ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 'forgotten', '0/0 0@10 1@20'],
    [ErrorCode.INVALID_FETCH_SESSION_EPOCH, 'failed', '77/0 0@10 1@20'],
  ])('error %i: %s, and the next request begins anew', (errorCode, verdict, next) => {
    const session = established()
    expect(session.answered(session.request(), { errorCode, sessionId: 0 })).toBe(verdict)
    expect(session.isNew).toBe(true)
    expect(shown(session.request())).toBe(next)
  })

  test('without an answer the session is replaced; on a new connection it is not even named', () => {
    const session = established()
    session.request()
    session.failed()
    expect(shown(session.request())).toBe('77/0 0@10 1@20')
    session.restart()
    expect(shown(session.request())).toBe('0/0 0@10 1@20')
  })

  test('a leader without a place for sessions is asked for everything each time', () => {
    const session = established()
    session.answered(session.request(), { errorCode: 0, sessionId: 0 })
    expect(shown(session.request())).toBe('0/0 0@10 1@20')
  })

  test('requests that follow each other without an answer in between have epochs in a row', () => {
    const session = established()
    const first = session.request()
    session.want(id(2), 'c', at(0))
    const second = session.request()
    expect([first.sessionEpoch, second.sessionEpoch]).toEqual([1, 2])
    expect(session.answered(second, OK)).toBe('counts')
    expect(shown(session.request())).toBe('77/3 ')
  })

  test('the answer of a session that was given up does not disturb the next one', () => {
    const session = established()
    const old = session.request()
    session.failed()
    const begun = session.request()
    expect(session.answered(old, { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: 0 })).toBe('forgotten')
    session.answered(begun, { errorCode: 0, sessionId: 78 })
    expect(shown(session.request())).toBe('78/1 ')
  })
})
