import { describe, expect, test } from '@jest/globals'
import { DiskError } from '../../disk.ts'
import { Simulation } from './simulation.ts'

const PATH = '/data/file.log'

function machine(seed = 1) {
  const simulation = new Simulation(seed)
  const host = simulation.host('a')
  const started = host.start()
  started.runtime.disk.makeDirectory('/data')
  return { simulation, host, ...started }
}

describe('SimDisk', () => {
  test('a sync takes time; a kill loses nothing that was written, and the lock is free', async () => {
    const { simulation, host, runtime } = machine()
    const file = runtime.disk.open(PATH, 'write')
    expect(runtime.disk.lock('/data/.lock')).toBeDefined()
    expect(file.write([Uint8Array.of(1, 2, 3)], 0)).toBeUndefined()
    let synced = false
    void file.sync().then(() => {
      synced = true
    })
    await simulation.advance(0.25)
    expect(synced).toBe(false)
    await simulation.advance(10)
    expect(synced).toBe(true)
    file.write([Uint8Array.of(4)], 3)
    const boot = runtime.disk.bootId()
    host.kill()
    const next = host.start().runtime
    expect([...next.disk.readFile(PATH)]).toEqual([1, 2, 3, 4])
    expect(next.disk.lock('/data/.lock')).toBeDefined()
    expect(next.disk.bootId()).toBe(boot)
    expect(() => file.size()).toThrow(DiskError)
  })

  test('a power loss takes what was not synced, and begins another boot', async () => {
    const sizes = new Set<number>()
    for (let seed = 1; seed <= 40; seed++) {
      const { simulation, host, runtime } = machine(seed)
      const file = runtime.disk.open(PATH, 'write')
      file.write([new Uint8Array(1000).fill(1)], 0)
      void file.sync()
      void runtime.disk.syncDirectory('/data')
      void runtime.disk.syncDirectory('/')
      await simulation.advance(100)
      file.write([new Uint8Array(1000).fill(2)], 1000)
      const boot = runtime.disk.bootId()
      host.losePower()
      const { disk } = host.start().runtime
      expect(disk.bootId()).not.toBe(boot)
      const left = disk.readFile(PATH)
      expect(left.subarray(0, 1000).every((byte) => byte === 1)).toBe(true)
      sizes.add(left.byteLength)
    }
    expect(sizes.size).toBeGreaterThan(3)
  })

  test('slow: writes go through the pool and take long, whichever process comes next', async () => {
    const { simulation, host, runtime } = machine()
    host.disk.slow(500)
    host.kill()
    const { disk } = host.start().runtime
    const write = disk.open(PATH, 'write').write([Uint8Array.of(1)], 0)
    expect(write).toBeDefined()
    await simulation.advance(600)
    expect([...disk.readFile(PATH)]).toEqual([1])
    host.disk.slow(0)
    expect(disk.open(PATH, 'write').write([Uint8Array.of(2)], 0)).toBeUndefined()
    expect(runtime.disk).not.toBe(disk)
  })

  test('slow: now and then what is synchronous holds up its process', async () => {
    const { simulation, host, process, runtime } = machine()
    const held = () => {
      for (let n = 0; n < 200; n++) runtime.disk.list('/data')
      return process.busyUntilMs - simulation.scheduler.nowMs
    }
    expect(held()).toBeLessThanOrEqual(0)
    host.disk.slow(100)
    expect(held()).toBeGreaterThan(0)
  })

  test.each([0, 50])('full: files do not grow, and a part of the write is there (slow by %d ms)', async (slowMs) => {
    const { simulation, host, runtime } = machine()
    const file = runtime.disk.open(PATH, 'write')
    file.write([new Uint8Array(10).fill(1)], 0)
    host.disk.setFull(true)
    host.disk.slow(slowMs)
    let code: string | undefined
    void (async () => file.write([new Uint8Array(10).fill(2)], 6))().catch((error: DiskError) => {
      code = error.code
    })
    await simulation.advance(100)
    expect(await runtime.disk.space('/data')).toMatchObject({ usableBytes: 0 })
    expect([code, [...runtime.disk.readFile(PATH)]]).toEqual(['ENOSPC', [...'1111112222222'].map(Number)])
    host.disk.setFull(false)
    void file.write([Uint8Array.of(3)], 13)
    await simulation.advance(100)
    expect(file.size()).toBe(14)
  })

  test('failing syncs fail as often as told', async () => {
    const { simulation, host, runtime } = machine()
    const file = runtime.disk.open(PATH, 'write')
    host.disk.failSyncs(1)
    const outcomes: string[] = []
    const sync = () =>
      file.sync().then(
        () => outcomes.push('done'),
        (error: DiskError) => outcomes.push(error.code),
      )
    void sync().then(sync)
    await simulation.advance(100)
    expect(outcomes).toEqual(['EIO', 'done'])
  })

  test('a bit flips for everybody who reads, and stays so after a power cut', async () => {
    const { simulation, host, runtime } = machine()
    const file = runtime.disk.open(PATH, 'write')
    file.write([new Uint8Array(64)], 0)
    void file.sync()
    await simulation.advance(10)
    host.disk.flipBit(PATH, 9, 3)
    const expected = new Uint8Array(64).fill(1 << 3, 9, 10)
    expect(runtime.disk.readFile(PATH)).toEqual(expected)
    host.losePower()
    expect(host.start().runtime.disk.readFile(PATH)).toEqual(expected)
    host.disk.flipBit(`${PATH}.gone`, 0, 0)
  })
})
