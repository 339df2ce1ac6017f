import { describe, expect, test } from '@jest/globals'
import { ErrorCode, ZERO_UUID } from '@ottla/protocol'
import { FetchSession, type SessionPartition, type SessionRequest } from './fetch-session.ts'

const T = 'AQEBAQEBAQEBAQEBAQEBAQ'

/** `a0@5`: partition 0 of topic a from offset 5. */
function partition(text: string, topicId = T): SessionPartition {
  const [, topic, number, offset] = /^([a-z]+)(\d+)@(\d+)$/.exec(text)!
  return {
    topic: topic!,
    topicId: topicId === ZERO_UUID ? topicId : `${topicId}${topic}`,
    partition: Number(number),
    fetchOffset: Number(offset),
    currentLeaderEpoch: 3,
    partitionMaxBytes: 100,
  }
}

function wanted(text: string): SessionPartition[] {
  return text === '' ? [] : text.split(' ').map((one) => partition(one))
}

/** `7/1 +a0@5 -b0`: session 7, epoch 1, sent and forgotten partitions. */
function shown({ sessionId, sessionEpoch, partitions, forgotten }: SessionRequest): string {
  const sent = partitions.map(({ topic, partition, fetchOffset }) => `+${topic}${partition}@${fetchOffset}`)
  const gone = forgotten.map(({ topic, partition }) => `-${topic}${partition}`)
  return [`${sessionId}/${sessionEpoch}`, ...sent, ...gone].join(' ')
}

const ok = (sessionId: number) => ({ errorCode: 0, sessionId })

describe('FetchSession', () => {
  test('after a full request only changes are named', () => {
    const session = new FetchSession()
    expect(shown(session.request(wanted('a0@0 b0@0')))).toBe('0/0 +a0@0 +b0@0')
    expect(session.answered(ok(7))).toBe(true)
    expect(shown(session.request(wanted('a0@5 b0@0')))).toBe('7/1 +a0@5')
    session.answered(ok(7))
    expect(shown(session.request(wanted('a0@5 b0@0')))).toBe('7/2')
    session.answered(ok(7))
    expect(shown(session.request(wanted('b0@0 c1@9')))).toBe('7/3 +c1@9 -a0')
  })

  test('a broker without room for sessions is told everything each time', () => {
    const session = new FetchSession()
    session.request(wanted('a0@0'))
    session.answered(ok(0))
    expect(shown(session.request(wanted('a0@0')))).toBe('0/0 +a0@0')
  })

  test('a session that the broker gives up in passing begins anew', () => {
    const session = new FetchSession()
    session.request(wanted('a0@0'))
    session.answered(ok(7))
    session.request(wanted('a0@1'))
    expect(session.answered(ok(0))).toBe(true)
    expect(shown(session.request(wanted('a0@2')))).toBe('0/0 +a0@2')
  })

  test.each([
    [ErrorCode.FETCH_SESSION_ID_NOT_FOUND, '0/0 +a0@1'],
    [ErrorCode.INVALID_FETCH_SESSION_EPOCH, '7/0 +a0@1'],
    [ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR, '7/0 +a0@1'],
    [ErrorCode.UNKNOWN_TOPIC_ID, '7/0 +a0@1'],
  ])('error %d: everything is named again', (errorCode, next) => {
    const session = new FetchSession()
    session.request(wanted('a0@0'))
    session.answered(ok(7))
    session.request(wanted('a0@1'))
    expect(session.answered({ errorCode, sessionId: 0 })).toBe(false)
    expect(shown(session.request(wanted('a0@1')))).toBe(next)
  })

  test('after a request without answer the session is replaced', () => {
    const session = new FetchSession()
    session.request(wanted('a0@0'))
    session.answered(ok(7))
    session.request(wanted('a0@1'))
    session.failed()
    expect(shown(session.request(wanted('a0@1')))).toBe('7/0 +a0@1')
    session.answered(ok(8))
    expect(shown(session.request(wanted('a0@2')))).toBe('8/1 +a0@2')
  })

  test('an answer of another session is not believed a second time', () => {
    const session = new FetchSession()
    session.request(wanted('a0@0'))
    session.answered(ok(7))
    session.request(wanted('a0@0'))
    session.answered(ok(9))
    expect(shown(session.request(wanted('a0@0')))).toBe('7/0 +a0@0')
  })

  test('a topic that was created again is another one', () => {
    const session = new FetchSession()
    session.request([partition('a0@5', 'old')])
    session.answered(ok(7))
    const request = session.request([partition('a0@5', 'new')])
    expect([request.partitions.map(({ topicId }) => topicId), request.forgotten.map(({ topicId }) => topicId)]).toEqual(
      [['newa'], ['olda']],
    )
  })

  test('with a topic whose id is not known everything goes by name, in a new session', () => {
    const session = new FetchSession()
    expect(session.request(wanted('a0@0')).usesTopicIds).toBe(true)
    session.answered(ok(7))
    const request = session.request([partition('a0@0'), partition('b0@0', ZERO_UUID)])
    expect([shown(request), request.usesTopicIds]).toEqual(['7/0 +a0@0 +b0@0', false])
  })

  test('closing gives the session back once, and only if there is one', () => {
    const session = new FetchSession()
    expect(session.closing()).toBeUndefined()
    session.request(wanted('a0@0'))
    session.answered(ok(7))
    expect(shown(session.closing()!)).toBe('7/-1')
    expect(session.closing()).toBeUndefined()
  })
})
