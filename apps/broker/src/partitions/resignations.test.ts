import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Resignation, ResignationReason } from '@ottla/replication'
import { FakeClock, recordingLogger } from '@ottla/runtime/testing'
import { RESIGN_INTERVAL_MS, RESIGNATIONS_MAX, Resignations } from './resignations.ts'

let clock: FakeClock
let resignations: Resignations
let sent: (readonly Resignation[])[]
let fails: boolean

beforeEach(() => {
  clock = new FakeClock()
  sent = []
  fails = false
  const resign = async (partitions: readonly Resignation[]) => {
    sent.push(partitions)
    if (fails) throw new Error('no controller')
  }
  resignations = new Resignations({ session: { resign }, timers: clock, logger: recordingLogger() })
})

function resignation(partition: number, reason: ResignationReason = 'write-failed', leaderEpoch = 1): Resignation {
  return { topicId: 't', partition, leaderEpoch, reason }
}

describe('Resignations', () => {
  test('go out together, each partition once, and again no sooner than after a second', async () => {
    for (const partition of [0, 1, 0]) resignations.resign(resignation(partition))
    await clock.settle()
    resignations.resign(resignation(0))
    await clock.advance(RESIGN_INTERVAL_MS - 1)
    expect(sent).toEqual([[resignation(0), resignation(1)]])
    await clock.advance(1)
    expect(sent.slice(1)).toEqual([[resignation(0)]])
  })

  test('a log that is corrupt is not merely one that could not be written, in one leader epoch', async () => {
    resignations.resign(resignation(0, 'corrupt'))
    resignations.resign(resignation(0))
    resignations.resign(resignation(1, 'corrupt'))
    resignations.resign(resignation(1, 'write-failed', 2))
    await clock.settle()
    expect(sent).toEqual([[resignation(0, 'corrupt'), resignation(1, 'write-failed', 2)]])
  })

  test('are sent again when the controller was not reached, unless a newer one takes their place', async () => {
    fails = true
    resignations.resign(resignation(0))
    resignations.resign(resignation(1))
    await clock.settle()
    fails = false
    resignations.resign(resignation(1, 'write-failed', 2))
    await clock.advance(RESIGN_INTERVAL_MS)
    expect(sent[1]).toHaveLength(2)
    expect(sent[1]).toEqual(expect.arrayContaining([resignation(0), resignation(1, 'write-failed', 2)]))
    await clock.advance(10 * RESIGN_INTERVAL_MS)
    expect(sent).toHaveLength(2)
  })

  test('a message has so many partitions at most', async () => {
    for (let index = 0; index < RESIGNATIONS_MAX + 1; index++) resignations.resign(resignation(index))
    await clock.advance(RESIGN_INTERVAL_MS)
    expect(sent.map(({ length }) => length)).toEqual([RESIGNATIONS_MAX, 1])
  })

  test('closed, nothing is sent and no timer is left', async () => {
    resignations.resign(resignation(0))
    await clock.settle()
    resignations.resign(resignation(1))
    resignations.close()
    await clock.advance(RESIGN_INTERVAL_MS)
    expect([sent.length, clock.pendingTimers]).toEqual([1, 0])
  })
})
