import { beforeEach, describe, expect, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import { FRAME_STALL_MS_MAX, MemoryPool, type PoolMember } from './memory-pool.ts'

class Peer implements PoolMember {
  wantsToRead = true
  reading = true
  evicted: string | undefined

  poolPause(): void {
    this.reading = false
  }

  poolResume(): void {
    this.reading = true
  }

  poolEvict(reason: string): void {
    this.evicted = reason
  }
}

let clock: FakeClock
let pool: MemoryPool

function peers(count: number): Peer[] {
  return Array.from({ length: count }, () => {
    const peer = new Peer()
    pool.join(peer)
    return peer
  })
}

function receive(peer: Peer, bytes: number): void {
  pool.claim(peer, bytes)
  pool.progressed(peer, bytes)
}

beforeEach(() => {
  clock = new FakeClock()
  pool = new MemoryPool(1000, clock)
})

describe('MemoryPool', () => {
  test('claims are handed to the request and come back with it', () => {
    const [peer] = peers(1)
    receive(peer!, 300)
    receive(peer!, 100)
    expect(pool.finish(peer!)).toBe(400)
    expect(pool.claimedBytes).toBe(400)
    pool.release(400)
    expect(pool.claimedBytes).toBe(0)
    expect(pool.finish(peer!)).toBe(0)
  })

  test('an empty pool pauses everybody but the oldest unfinished frame', () => {
    const [first, second, idle] = peers(3)
    receive(first!, 600)
    expect(second!.reading).toBe(true)
    receive(second!, 600)
    expect([first!.reading, second!.reading, idle!.reading]).toEqual([true, false, false])
    const late = new Peer()
    pool.join(late)
    expect(late.reading).toBe(false)
  })

  test('the overdraft goes from one frame to the next oldest', () => {
    const [first, second] = peers(2)
    receive(first!, 600)
    receive(second!, 600)
    receive(first!, 5000)
    const claimed = pool.finish(first!)
    expect([first!.reading, second!.reading]).toEqual([false, true])
    pool.release(claimed)
    expect([first!.reading, second!.reading]).toEqual([true, true])
  })

  test('it opens again only when an eighth is free', () => {
    const [peer] = peers(1)
    receive(peer!, 1000)
    pool.finish(peer!)
    expect(peer!.reading).toBe(false)
    pool.release(100)
    expect(pool.isEmpty).toBe(true)
    pool.release(25)
    expect([pool.isEmpty, peer!.reading]).toEqual([false, true])
  })

  test('a frame that begins while the pool is empty may overdraw when no other does', () => {
    const [busy, other] = peers(2)
    receive(busy!, 1000)
    pool.finish(busy!)
    receive(other!, 10)
    expect(other!.reading).toBe(true)
    expect(busy!.reading).toBe(false)
  })

  test('an overdrawing frame must average 64 KiB/s', async () => {
    const [slow, next] = peers(2)
    receive(slow!, 900)
    receive(next!, 900)
    await clock.advance(1000)
    pool.sweep()
    expect(slow!.evicted).toBeUndefined()
    await clock.advance(1000)
    pool.progressed(slow!, 100_000)
    pool.sweep()
    expect(slow!.evicted).toMatch(/64 KiB/)
    expect(pool.claimedBytes).toBe(900)
    expect(next!.reading).toBe(true)
  })

  test('an overdrawing frame that is quick enough stays', async () => {
    const [quick, next] = peers(2)
    receive(quick!, 900)
    receive(next!, 900)
    await clock.advance(2000)
    pool.progressed(quick!, 131_072)
    pool.sweep()
    expect(quick!.evicted).toBeUndefined()
  })

  test('a frame without a byte for 30 s is ended', async () => {
    const [stalled, moving] = peers(2)
    receive(stalled!, 10)
    receive(moving!, 10)
    await clock.advance(FRAME_STALL_MS_MAX)
    receive(moving!, 1)
    pool.sweep()
    expect(stalled!.evicted).toBeUndefined()
    await clock.advance(1)
    pool.sweep()
    expect(stalled!.evicted).toMatch(/30 s/)
    expect(moving!.evicted).toBeUndefined()
    expect(pool.claimedBytes).toBe(11)
  })

  test('time during which we did not read does not count', async () => {
    const [peer] = peers(1)
    receive(peer!, 10)
    peer!.wantsToRead = false
    for (let second = 0; second < 60; second++) {
      await clock.advance(1000)
      pool.sweep()
    }
    peer!.wantsToRead = true
    await clock.advance(FRAME_STALL_MS_MAX)
    pool.sweep()
    expect(peer!.evicted).toBeUndefined()
    await clock.advance(1)
    pool.sweep()
    expect(peer!.evicted).toMatch(/30 s/)
  })

  test('a frame paused by an empty pool is not ended for it', async () => {
    const [first, second] = peers(2)
    receive(first!, 600)
    receive(second!, 600)
    for (let second_ = 0; second_ < 40; second_++) {
      await clock.advance(1000)
      pool.progressed(first!, 65_536)
      pool.sweep()
    }
    expect(first!.evicted).toBeUndefined()
    expect(second!.evicted).toBeUndefined()
  })

  test('who does not read loses the overdraft, not the connection', () => {
    const [first, second] = peers(2)
    receive(first!, 600)
    receive(second!, 600)
    first!.wantsToRead = false
    pool.sweep()
    expect([first!.reading, second!.reading]).toEqual([false, true])
    expect(first!.evicted).toBeUndefined()
  })

  test('a connection that goes gives back what its frame had claimed', () => {
    const [gone, other] = peers(2)
    receive(gone!, 999)
    receive(other!, 1)
    pool.leave(gone!)
    expect([pool.claimedBytes, pool.isEmpty, other!.reading]).toEqual([1, false, true])
  })

  test('-1 is no limit', () => {
    pool = new MemoryPool(-1, clock)
    const [peer] = peers(1)
    receive(peer!, Number.MAX_SAFE_INTEGER)
    expect(pool.isEmpty).toBe(false)
  })
})
