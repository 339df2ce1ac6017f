import { describe, expect, test } from '@jest/globals'
import { EMPTY_IMAGE } from '@ottla/replication'
import { FakeClock } from '@ottla/runtime/testing'
import { isThrottled, ReplicationQuota, throttledRate } from './replication-quota.ts'

describe('replication quota', () => {
  test('is exceeded until the window has seen enough time for what was moved', async () => {
    const clock = new FakeClock()
    const quota = new ReplicationQuota({ clock, rate: () => 1000 })
    expect(quota.isExceeded()).toBe(false)
    quota.record(1000)
    expect(quota.isExceeded()).toBe(false)
    quota.record(4000)
    expect(quota.bytesPerSecond).toBe(5000)
    await clock.advance(4999)
    expect(quota.isExceeded()).toBe(true)
    await clock.advance(1)
    expect(quota.isExceeded()).toBe(false)
  })

  test('forgets after eleven seconds', async () => {
    const clock = new FakeClock()
    const quota = new ReplicationQuota({ clock, rate: () => 1 })
    quota.record(1_000_000)
    await clock.advance(10_999)
    expect(quota.isExceeded()).toBe(true)
    await clock.advance(1)
    expect(quota.bytesPerSecond).toBe(0)
  })

  test('under steady use the measured rate is the rate', async () => {
    const clock = new FakeClock()
    const quota = new ReplicationQuota({ clock, rate: () => 1000 })
    let moved = 0
    for (let second = 0; second < 120; second += 0.1) {
      if (!quota.isExceeded()) {
        quota.record(500)
        moved += 500
      }
      await clock.advance(100)
    }
    expect(moved / 120).toBeGreaterThan(900)
    expect(moved / 120).toBeLessThan(1200)
  })

  test.each([
    ['', 0, 1, false],
    ['none', 0, 1, false],
    ['*', 5, 9, true],
    ['0:1,12:3', 0, 1, true],
    ['0:1,12:3', 12, 3, true],
    ['0:1, 12:3', 12, 3, true],
    ['0:1,12:3', 1, 0, false],
    ['0:1,12:3', 2, 3, false],
  ])('replicas %p: partition %i on broker %i: %p', (value, partition, brokerId, expected) => {
    expect(isThrottled(value, partition, brokerId)).toBe(expected)
  })

  test('the rate: the broker’s own, else that of all brokers, else none', () => {
    const configs = new Map([
      ['broker:1', new Map([['follower.replication.throttled.rate', '500']])],
      ['broker:', new Map([['follower.replication.throttled.rate', '700']])],
      ['broker:3', new Map([['follower.replication.throttled.rate', '9223372036854775807']])],
    ])
    const image = { ...EMPTY_IMAGE, configs }
    expect(throttledRate(image, 'follower', 1)).toBe(500)
    expect(throttledRate(image, 'follower', 2)).toBe(700)
    expect(throttledRate(image, 'follower', 3)).toBe(Number.POSITIVE_INFINITY)
    expect(throttledRate(image, 'leader', 1)).toBe(Number.POSITIVE_INFINITY)
  })
})
