import { beforeEach, describe, expect, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import { FRAME_STALL_MS_MAX, MemoryPool, type PoolMember, SMALL_FRAME_BYTES_MAX } from './memory-pool.ts'

const MIB = 1024 * 1024
/** Seven eighths of it are 14 MiB, three quarters 12 MiB. */
const POOL_BYTES = 16 * MIB
const FRAME_BYTES_MAX = 100 * MIB
const SMALL = SMALL_FRAME_BYTES_MAX
/** Two that have begun do not fit into one overdraft. */
const LARGE = 60 * MIB

class Peer implements PoolMember {
  wantsToRead = true
  isStuck = false
  isPrivileged = false
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

function reading(...of: readonly (Peer | undefined)[]): boolean[] {
  return of.map((peer) => peer!.reading)
}

/** A small frame that is whole: its claim belongs to a request. */
function request(peer: Peer, bytes: number): number {
  pool.received(peer, bytes, bytes)
  return pool.finish(peer)
}

/** Requests of small frames that claim so much together. */
function fill(bytes: number): void {
  const [peer] = peers(1)
  for (let left = bytes; left > 0; left -= MIB) request(peer!, Math.min(MIB, left))
}

beforeEach(() => {
  clock = new FakeClock()
  pool = new MemoryPool({ sizeBytes: POOL_BYTES, frameBytesMax: FRAME_BYTES_MAX, clock })
})

describe('MemoryPool', () => {
  test('a replica reads on, and keeps its connection, while clients wait for memory', () => {
    const [client, replica] = peers(2)
    fill(POOL_BYTES)
    expect([pool.pressure, ...reading(client, replica)]).toEqual(['empty', false, false])
    replica!.isPrivileged = true
    pool.privileged(replica!)
    expect(reading(client, replica)).toEqual([false, true])
    pool.received(replica!, 1_000, LARGE)
    replica!.isStuck = true
    pool.sweep()
    expect([replica!.reading, replica!.evicted]).toEqual([true, undefined])
    expect(pool.finish(replica!)).toBe(1_000)
  })

  test('claims are handed to the request and come back with it', () => {
    const [peer] = peers(1)
    pool.received(peer!, 300, 400)
    pool.received(peer!, 100, 400)
    expect(pool.finish(peer!)).toBe(400)
    expect(pool.claimedBytes).toBe(400)
    pool.release(400)
    expect(pool.claimedBytes).toBe(0)
    expect(pool.finish(peer!)).toBe(0)
  })

  test('large frames leave an eighth to small ones', () => {
    const [first, second, small, late] = peers(4)
    pool.received(first!, 7 * MIB, LARGE)
    pool.received(second!, 7 * MIB - 1, LARGE)
    expect(pool.pressure).toBe('none')
    pool.received(second!, 1, LARGE)
    expect(pool.pressure).toBe('tight')
    expect(reading(first, second, small)).toEqual([true, false, true])
    pool.received(late!, 1000, LARGE)
    expect(late!.reading).toBe(false)
    pool.received(small!, 1000, SMALL)
    expect(small!.reading).toBe(true)
    const claimed = pool.finish(small!)
    expect([claimed, small!.reading]).toEqual([1000, true])
  })

  test('an empty pool pauses everybody but frames that may overdraw it', () => {
    const [idle, unfinished] = peers(2)
    fill(POOL_BYTES)
    expect(pool.pressure).toBe('empty')
    expect(idle!.reading).toBe(false)
    pool.received(unfinished!, 10, 1000)
    expect(reading(idle, unfinished)).toEqual([false, true])
    const late = new Peer()
    pool.join(late)
    expect(late.reading).toBe(false)
  })

  test('what overdrawing frames take causes no pressure on others, and is bounded by one largest frame', () => {
    const [first, second, third, small] = peers(4)
    for (const peer of [first, second, third]) pool.received(peer!, 5 * MIB, 50 * MIB)
    expect(reading(first, second, third)).toEqual([true, true, false])
    pool.received(first!, 45 * MIB, 50 * MIB)
    pool.received(second!, 40 * MIB, 50 * MIB)
    expect(pool.pressure).toBe('tight')
    expect(small!.reading).toBe(true)
    pool.release(pool.finish(first!))
    expect(reading(second, third)).toEqual([true, true])
    for (const peer of [second, third]) expect(peer!.evicted).toBeUndefined()
  })

  test('the pressure falls when another eighth is free', () => {
    const [peer] = peers(1)
    fill(POOL_BYTES)
    pool.release(2 * MIB - 1)
    expect([pool.pressure, peer!.reading]).toEqual(['empty', false])
    pool.release(1)
    expect([pool.pressure, peer!.reading]).toEqual(['tight', true])
    pool.release(2 * MIB - 1)
    expect(pool.pressure).toBe('tight')
    pool.release(1)
    expect(pool.pressure).toBe('none')
  })

  test('the youngest large frames go when they have taken what is kept for small ones', () => {
    const crowd = peers(20)
    const [healthy] = peers(1)
    pool.received(crowd[0]!, 8 * MIB, LARGE)
    for (const peer of crowd.slice(1)) pool.received(peer, MIB, LARGE)
    expect(pool.pressure).toBe('tight')
    expect(crowd[0]!.evicted).toBeUndefined()
    expect(crowd.at(-1)!.evicted).toBeUndefined()
    const gone = crowd.filter((peer) => peer.evicted !== undefined)
    expect(gone.length).toBeGreaterThan(0)
    expect(gone[0]!.evicted).toMatch(/large frame/)
    expect(healthy!.reading).toBe(true)
    expect(pool.claimedBytes).toBeLessThan(POOL_BYTES)
  })

  test('frames that have had no byte for a second go when the pool becomes empty', async () => {
    const [stale, fresh] = peers(2)
    pool.received(stale!, MIB, SMALL)
    await clock.advance(1000)
    pool.received(fresh!, MIB, SMALL)
    fill(14 * MIB)
    expect(stale!.evicted).toMatch(/no byte for a second/)
    expect(fresh!.evicted).toBeUndefined()
  })

  test('an overdrawing frame must get 64 KiB/s', async () => {
    const [slow, next] = peers(2)
    pool.received(slow!, 10 * MIB, LARGE)
    pool.received(next!, 5 * MIB, LARGE)
    await clock.advance(1000)
    pool.sweep()
    expect(slow!.evicted).toBeUndefined()
    await clock.advance(1000)
    pool.received(slow!, 100_000, LARGE)
    pool.sweep()
    expect(slow!.evicted).toMatch(/64 KiB/)
    expect(pool.claimedBytes).toBe(5 * MIB)
    expect(next!.reading).toBe(true)
  })

  test('a frame that was quick and then stalls is not excused by its average', async () => {
    const [slow, next] = peers(2)
    pool.received(slow!, 10 * MIB, LARGE)
    pool.received(next!, 5 * MIB, LARGE)
    pool.received(slow!, 40 * MIB, LARGE)
    for (let second = 0; second < 4; second++) {
      await clock.advance(1000)
      pool.sweep()
    }
    expect(slow!.evicted).toMatch(/64 KiB/)
  })

  test('an overdrawing frame that is quick enough stays', async () => {
    const [quick, next] = peers(2)
    pool.received(quick!, 10 * MIB, LARGE)
    pool.received(next!, 5 * MIB, LARGE)
    for (let round = 0; round < 10; round++) {
      await clock.advance(2000)
      pool.received(quick!, 131_072, LARGE)
      pool.sweep()
    }
    expect(quick!.evicted).toBeUndefined()
  })

  test('a frame without a byte for 30 s is ended', async () => {
    const [stalled, moving] = peers(2)
    pool.received(stalled!, 10, 100)
    pool.received(moving!, 10, 100)
    await clock.advance(FRAME_STALL_MS_MAX)
    pool.received(moving!, 1, 100)
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
    pool.received(peer!, 10, 100)
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

  test('a frame that waits for memory is not ended for it', async () => {
    const [first, second] = peers(2)
    pool.received(first!, 10 * MIB, 100 * MIB)
    pool.received(second!, 5 * MIB, LARGE)
    for (let round = 0; round < 40; round++) {
      await clock.advance(1001)
      pool.received(first!, 65_700, 100 * MIB)
      pool.sweep()
    }
    expect(first!.evicted).toBeUndefined()
    expect(second!.evicted).toBeUndefined()
  })

  test('who does not read loses the overdraft, not the connection', () => {
    const [first, second] = peers(2)
    pool.received(first!, 10 * MIB, LARGE)
    pool.received(second!, 5 * MIB, LARGE)
    expect(reading(first, second)).toEqual([true, false])
    first!.wantsToRead = false
    pool.sweep()
    expect(reading(first, second)).toEqual([false, true])
    expect(first!.evicted).toBeUndefined()
  })

  test('a connection that goes gives back what its frame had claimed, and claims nothing more', () => {
    const [gone, other] = peers(2)
    pool.received(gone!, 15 * MIB, LARGE)
    pool.received(other!, 1, FRAME_BYTES_MAX)
    expect(other!.reading).toBe(false)
    pool.leave(gone!)
    pool.received(gone!, 5 * MIB, LARGE)
    expect([pool.claimedBytes, pool.pressure, other!.reading]).toEqual([1, 'none', true])
  })

  test('a negative size is no limit', () => {
    pool = new MemoryPool({ sizeBytes: -1, frameBytesMax: FRAME_BYTES_MAX, clock })
    const [peer] = peers(1)
    pool.received(peer!, Number.MAX_SAFE_INTEGER, LARGE)
    expect(pool.pressure).toBe('none')
  })
})
