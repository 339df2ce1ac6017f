import { expect, test } from '@jest/globals'
import { ErrorCode } from '@ottla/protocol'
import { type BrokerMessage, type ControllerMessage, EMPTY_IMAGE } from '@ottla/replication'
import { FakeClock } from '@ottla/runtime/testing'
import type { ControllerLink } from './controller-link.ts'
import { Heartbeats } from './heartbeats.ts'

const SESSION_TIMEOUT_MS = 1000

/** A link whose controller answers every heartbeat in the same way. */
function setUp(answer: ControllerMessage) {
  const clock = new FakeClock()
  const said: BrokerMessage[] = []
  let closed: string | undefined
  const link = {
    silenceMs: 0,
    get open() {
      return closed === undefined
    },
    request: async (message: BrokerMessage) => {
      said.push(message)
      return { message: answer }
    },
    close: (reason: string) => {
      closed = reason
    },
  } as unknown as ControllerLink
  const heartbeats = new Heartbeats({
    clock,
    timers: clock,
    brokerId: 1,
    stopped: new AbortController().signal,
    point: () => ({ link, brokerEpoch: 7, image: EMPTY_IMAGE }),
  })
  return { clock, link, heartbeats, said, closed: () => closed }
}

test('a controller that is too busy to answer a heartbeat keeps the session; it is asked again', async () => {
  const busy = {
    type: 'failure',
    code: ErrorCode.REQUEST_TIMED_OUT,
    message: 'too many changes',
    fatal: false,
  } as const
  const { clock, link, heartbeats, said, closed } = setUp(busy)
  heartbeats.begin(link, SESSION_TIMEOUT_MS)
  await clock.advance(SESSION_TIMEOUT_MS)
  expect([closed(), said.length]).toEqual([undefined, 4])
  heartbeats.end()
  expect(clock.pendingTimers).toBe(0)
})

test('a broker whose place another process has taken gives the session up', async () => {
  const stale = { type: 'failure', code: ErrorCode.STALE_BROKER_EPOCH, message: 'taken', fatal: false } as const
  const { clock, link, heartbeats, closed } = setUp(stale)
  heartbeats.begin(link, SESSION_TIMEOUT_MS)
  await clock.advance(SESSION_TIMEOUT_MS / 4)
  expect(closed()).toBe('taken')
})

test('once it can serve, and once it wants to stop, each heartbeat says so', async () => {
  const { clock, link, heartbeats, said } = setUp({ type: 'alive', fenced: false, mayStop: true })
  heartbeats.begin(link, SESSION_TIMEOUT_MS)
  await clock.advance(SESSION_TIMEOUT_MS / 4)
  await heartbeats.serve()
  await heartbeats.prepareStop(SESSION_TIMEOUT_MS)
  const wishes = said.map((message) => message.type === 'heartbeat' && [message.ready, message.wantsShutdown])
  expect(wishes).toEqual([
    [false, false],
    [true, false],
    [true, true],
  ])
})
