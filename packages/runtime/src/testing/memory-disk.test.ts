import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FakeClock } from './fake-clock.ts'
import { MemoryDisk } from './memory-disk.ts'
import { seededRandom } from './seeded-random.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed)

function write(disk: MemoryDisk, path: string, content: string, position = 0): void {
  const file = disk.open(path, 'write')
  file.write([bytes(content)], position)
  file.close()
}

/** A disk with a durable directory "/d". */
function diskWithDirectory(): MemoryDisk {
  const disk = new MemoryDisk()
  disk.makeDirectory('/d')
  disk.syncAll()
  return disk
}

describe('a process crash', () => {
  test('keeps all that was written, ends open files and releases locks', async () => {
    const disk = diskWithDirectory()
    const file = disk.open('/d/a', 'write')
    file.write([bytes('written')], 0)
    const lock = disk.lock('/d/.lock')
    const boot = disk.bootId()
    disk.crash('process')
    expect(text(disk.readFile('/d/a'))).toBe('written')
    expect(() => file.write([bytes('x')], 0)).toThrow('EBADF')
    await expect(file.sync()).rejects.toThrow('EBADF')
    expect(() => file.close()).toThrow('EBADF')
    const next = disk.lock('/d/.lock')
    expect(next).toBeDefined()
    lock!.release()
    expect(disk.lock('/d/.lock')).toBeUndefined()
    expect(disk.bootId()).toBe(boot)
  })

  test('leaves other processes of the machine alone', () => {
    const disk = diskWithDirectory()
    const neighbour = new MemoryDisk({ machine: disk.machine })
    const file = neighbour.open('/d/n', 'write')
    const lock = neighbour.lock('/d/.lock')
    expect(disk.lock('/d/.lock')).toBeUndefined()
    disk.crash('process')
    expect(file.size()).toBe(0)
    expect(disk.lock('/d/.lock')).toBeUndefined()
    lock!.release()
    expect(disk.lock('/d/.lock')).toBeDefined()
  })

  test('fails what is in flight; of a write it leaves a prefix', async () => {
    const lengths = new Set<number>()
    for (const seed of SEEDS) {
      const held: (() => void)[] = []
      const disk = new MemoryDisk({ deferWrites: true, later: (complete) => held.push(complete) })
      const write = disk.open('/a', 'write').write([bytes('01'), bytes('234')], 0)
      const ended = expect(write).rejects.toMatchObject({ code: 'EBADF', operation: 'write' })
      disk.crash('process', seededRandom(seed))
      await ended
      for (const complete of held) complete()
      const left = text(disk.readFile('/a'))
      expect('01234'.startsWith(left)).toBe(true)
      lengths.add(left.length)
    }
    expect([...lengths].sort()).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('a power cut', () => {
  test('keeps what was synced', async () => {
    for (const seed of SEEDS) {
      const disk = diskWithDirectory()
      const file = disk.open('/d/a', 'write')
      file.write([bytes('synced')], 0)
      await file.sync()
      await disk.syncDirectory('/d')
      const boot = disk.bootId()
      disk.crash('power', seededRandom(seed))
      expect(text(disk.readFile('/d/a'))).toBe('synced')
      expect(disk.bootId()).not.toBe(boot)
      expect(() => file.size()).toThrow('EBADF')
    }
  })

  test('takes of an unsynced append anything: all, nothing, a torn end, holes', async () => {
    const kinds = new Set<string>()
    for (const seed of SEEDS) {
      const disk = diskWithDirectory()
      const file = disk.open('/d/a', 'write')
      file.write([new Uint8Array(1000).fill(1)], 0)
      await file.sync()
      await disk.syncDirectory('/d')
      file.write([new Uint8Array(4000).fill(2)], 1000)
      disk.crash('power', seededRandom(seed))
      const content = disk.readFile('/d/a')
      expect(content.subarray(0, 1000).every((byte) => byte === 1)).toBe(true)
      const tail = content.subarray(1000)
      expect(tail.every((byte) => byte === 2 || byte === 0)).toBe(true)
      if (tail.length === 0) kinds.add('nothing')
      else if (tail.length === 4000 && !tail.includes(0)) kinds.add('all')
      else if (!tail.includes(0)) kinds.add('torn')
      else kinds.add(tail.lastIndexOf(2) > tail.indexOf(0) ? 'hole' : 'zeros at the end')
    }
    expect([...kinds].sort()).toEqual(['all', 'hole', 'nothing', 'torn', 'zeros at the end'])
  })

  test('may leave any mixture of old and new where synced bytes were overwritten or cut', async () => {
    const outcomes = new Set<string>()
    for (const seed of SEEDS) {
      const disk = diskWithDirectory()
      const file = disk.open('/d/a', 'write')
      file.write([bytes('o'.repeat(1024))], 0)
      disk.syncAll()
      file.truncate(600)
      file.write([bytes('n'.repeat(100))], 0)
      disk.crash('power', seededRandom(seed))
      const content = text(disk.readFile('/d/a'))
      expect([600, 1024]).toContain(content.length)
      expect(content).toMatch(/^n{0,100}o+$/)
      outcomes.add(`${content.length} ${content.startsWith('n') ? 'new' : 'old'}`)
    }
    expect([...outcomes].sort()).toEqual(['1024 new', '1024 old', '600 new', '600 old'])
  })

  test('takes names that were not synced, and brings removed ones back', async () => {
    const outcomes = new Set<string>()
    for (const seed of SEEDS) {
      const disk = diskWithDirectory()
      write(disk, '/d/removed', 'r')
      write(disk, '/d/before', 'b')
      disk.syncAll()
      const file = disk.open('/d/created', 'write')
      file.write([bytes('c')], 0)
      await file.sync()
      await disk.removeFile('/d/removed')
      disk.rename('/d/before', '/d/after')
      disk.crash('power', seededRandom(seed))
      const names = disk.list('/d')
      // A rename is atomic: one of the two names is there, never both, never none.
      expect(names.filter((name) => name === 'before' || name === 'after')).toHaveLength(1)
      for (const name of names) outcomes.add(name)
      if (!names.includes('created')) outcomes.add('lost: created')
      if (!names.includes('removed')) outcomes.add('gone: removed')
      if (names.includes('created')) expect(text(disk.readFile('/d/created'))).toBe('c')
    }
    expect([...outcomes].sort()).toEqual(['after', 'before', 'created', 'gone: removed', 'lost: created', 'removed'])
  })

  test('keeps names whose directories were synced, each of them for a move between two', async () => {
    const outcomes = new Set<string>()
    for (const seed of SEEDS) {
      const disk = diskWithDirectory()
      disk.makeDirectory('/e')
      write(disk, '/d/a', 'a')
      write(disk, '/d/b', 'b')
      disk.syncAll()
      disk.rename('/d/a', '/e/a')
      await disk.syncDirectory('/d')
      await disk.syncDirectory('/e')
      disk.rename('/d/b', '/e/b')
      await disk.syncDirectory('/e')
      disk.crash('power', seededRandom(seed))
      expect(disk.exists('/d/a')).toBe(false)
      expect(text(disk.readFile('/e/a'))).toBe('a')
      outcomes.add(disk.exists('/e/b') ? 'moved' : 'not moved')
      expect(disk.exists('/d/b')).not.toBe(disk.exists('/e/b'))
    }
    expect(outcomes.size).toBe(2)
  })

  test('leaves after writeFileAtomic, whenever it comes, the old or the new content', async () => {
    const contents = new Map<number, Set<string>>()
    for (const seed of SEEDS) {
      for (let steps = 0; steps <= 4; steps++) {
        const held: (() => void)[] = []
        const disk = new MemoryDisk({ deferWrites: true, later: (complete) => held.push(complete) })
        disk.makeDirectory('/d')
        disk.deferWrites = false
        write(disk, '/d/a', 'old')
        disk.syncAll()
        disk.deferWrites = true
        const written = disk.writeFileAtomic('/d/a', bytes('new!'))
        const settled = written.then(
          () => 'done',
          () => 'failed',
        )
        for (let step = 0; step < steps; step++) {
          held.shift()?.()
          await Promise.resolve()
          await new Promise((resolve) => setImmediate(resolve))
        }
        disk.crash('power', seededRandom(seed))
        const content = text(disk.readFile('/d/a'))
        expect(['old', 'new!']).toContain(content)
        if ((await settled) === 'done') expect(content).toBe('new!')
        contents.set(steps, (contents.get(steps) ?? new Set()).add(content))
      }
    }
    // Before the name moved it is the old content, after the last sync the new one, between the two either.
    expect([...contents].map(([steps, found]) => [steps, found.size])).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 1],
    ])
  })

  test('a sync covers what was written before it began, and no more', async () => {
    const tails = new Set<string>()
    for (const seed of SEEDS) {
      const held: (() => void)[] = []
      const disk = new MemoryDisk({ later: (complete) => held.push(complete) })
      const file = disk.open('/a', 'write')
      file.write([bytes('before')], 0)
      const sync = file.sync()
      const names = disk.syncDirectory('/')
      file.write([bytes('after')], 6)
      file.write([bytes('B')], 0)
      write(disk, '/late', 'x')
      for (const complete of held) complete()
      await Promise.all([sync, names])
      disk.crash('power', seededRandom(seed))
      const content = text(disk.readFile('/a'))
      expect(content.slice(1, 6)).toBe('efore')
      tails.add(content.slice(6).replaceAll('\0', ''))
      tails.add(disk.exists('/late') ? 'name kept' : 'name lost')
    }
    expect(tails).toEqual(new Set(['', 'a', 'af', 'aft', 'afte', 'after', 'name kept', 'name lost']))
  })

  test('after a failed sync later ones succeed and save nothing', async () => {
    const outcomes = new Set<number>()
    for (const seed of SEEDS) {
      const disk = new MemoryDisk()
      const file = disk.open('/a', 'write')
      await disk.syncDirectory('/')
      file.write([bytes('x')], 0)
      disk.failNext({ operation: 'sync', path: /\/a$/, code: 'EIO' })
      await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' })
      await file.sync()
      disk.crash('power', seededRandom(seed))
      outcomes.add(disk.readFile('/a').byteLength)
    }
    expect(outcomes).toEqual(new Set([0, 1]))
  })

  test('after a failed sync what is written again is saved again', async () => {
    for (const seed of SEEDS) {
      const disk = new MemoryDisk()
      const file = disk.open('/a', 'write')
      await disk.syncDirectory('/')
      file.write([bytes('xyz')], 0)
      disk.failNext({ operation: 'sync', path: /\/a$/, code: 'EIO' })
      await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' })
      file.write([bytes('xyz')], 0)
      await file.sync()
      disk.crash('power', seededRandom(seed))
      expect(text(disk.readFile('/a'))).toBe('xyz')
    }
  })

  test('the same seed gives the same disk', () => {
    const outcome = (seed: number) => {
      const disk = diskWithDirectory()
      for (let index = 0; index < 20; index++) write(disk, `/d/${index}`, 'x'.repeat(100 * index))
      disk.crash('power', seededRandom(seed))
      return disk.list('/d').map((name) => [name, text(disk.readFile(`/d/${name}`))])
    }
    expect(outcome(7)).toEqual(outcome(7))
    expect(new Set(SEEDS.map((seed) => JSON.stringify(outcome(seed)))).size).toBeGreaterThan(SEEDS.length / 2)
  })

  test('is one of the whole machine', () => {
    const disk = diskWithDirectory()
    const neighbour = new MemoryDisk({ machine: disk.machine })
    const file = neighbour.open('/d/n', 'write')
    neighbour.lock('/d/.lock')
    disk.crash('power', seededRandom(1))
    expect(() => file.size()).toThrow('EBADF')
    expect(neighbour.bootId()).toBe(disk.bootId())
    expect(disk.lock('/d/.lock')).toBeDefined()
  })
})

describe('failures to come', () => {
  test('hit the operation and path that they name, as often as they say', () => {
    const disk = diskWithDirectory()
    disk.failNext({ operation: 'open', path: /log$/, code: 'EMFILE', times: 2 })
    expect(disk.open('/d/a', 'write').size()).toBe(0)
    for (let time = 0; time < 2; time++)
      expect(() => disk.open('/d/log', 'write')).toThrow('cannot open /d/log: EMFILE')
    expect(disk.open('/d/log', 'write').size()).toBe(0)
  })

  test.each([false, true])('a failed write leaves as much as it was told (deferred: %s)', async (deferWrites) => {
    const disk = new MemoryDisk({ deferWrites })
    const file = disk.open('/a', 'write')
    disk.failNext({ operation: 'write', code: 'ENOSPC', afterBytes: 3 })
    await expect((async () => file.write([bytes('01'), bytes('23')], 0))()).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(text(disk.readFile('/a'))).toBe('012')
    await file.write([bytes('ok')], 0)
    expect(text(disk.readFile('/a'))).toBe('ok2')
  })

  test('reach every operation', async () => {
    const disk = diskWithDirectory()
    const file = disk.open('/d/a', 'write')
    const calls = {
      open: () => disk.open('/d/a', 'read'),
      list: () => disk.list('/d'),
      read: () => file.read(new Uint8Array(1), 0),
      stat: () => disk.stat('/d/a'),
      create: () => disk.makeDirectory('/d/x'),
      rename: () => disk.rename('/d/a', '/d/b'),
      remove: () => disk.removeTree('/d'),
      sync: () => disk.syncDirectory('/d'),
      truncate: () => file.truncate(0),
      lock: () => disk.lock('/d/.lock'),
      close: () => file.close(),
    } as const
    for (const [operation, call] of Object.entries(calls)) {
      disk.failNext({ operation: operation as keyof typeof calls, code: 'EIO' })
      await expect((async () => call())()).rejects.toMatchObject({ operation, code: 'EIO' })
    }
    expect(disk.list('/d')).toEqual(['a'])
  })
})

describe('deferred writes', () => {
  test('take effect when they complete, and one per file is in flight', async () => {
    const held: (() => void)[] = []
    const disk = new MemoryDisk({ deferWrites: true, later: (complete) => held.push(complete) })
    const file = disk.open('/a', 'write')
    const written = file.write([bytes('x')], 0)
    expect(file.size()).toBe(0)
    expect(() => file.write([bytes('y')], 1)).toThrow('one write per file')
    held[0]!()
    await written
    expect(file.size()).toBe(1)
    disk.deferWrites = false
    expect(file.write([bytes('y')], 1)).toBeUndefined()
  })
})

test('times of modification come from the clock', async () => {
  const clock = new FakeClock(1_000)
  const disk = new MemoryDisk({ clock })
  write(disk, '/a', 'x')
  await clock.advance(500)
  write(disk, '/b', 'x')
  expect([disk.stat('/a').modifiedMs, disk.stat('/b').modifiedMs]).toEqual([1_000, 1_500])
})

describe('contents', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('write' as const),
      at: fc.nat(200_000),
      length: fc.nat(90_000),
      fill: fc.integer({ min: 1, max: 255 }),
    }),
    fc.record({ kind: fc.constant('truncate' as const), at: fc.nat(250_000) }),
    fc.record({ kind: fc.constant('sync' as const) }),
  )

  test('are those of a plain array, whatever is written, cut and synced', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(), (steps, seed) => {
        const disk = new MemoryDisk()
        const file = disk.open('/a', 'write')
        disk.syncAll()
        let model = new Uint8Array(0)
        let synced = model
        for (const action of steps) {
          if (action.kind === 'write') {
            const content = new Uint8Array(action.length).fill(action.fill)
            file.write([content], action.at)
            if (action.length > 0) model = resized(model, Math.max(model.length, action.at + action.length))
            if (action.length > 0) model.set(content, action.at)
          } else if (action.kind === 'truncate') {
            file.truncate(action.at)
            model = resized(model, action.at)
          } else {
            disk.syncAll()
            synced = model
          }
          model = model.slice()
        }
        expect(Buffer.compare(disk.readFile('/a'), model)).toBe(0)
        // A power cut leaves each byte as it was at the sync, as it is now, or zero where neither time had it.
        disk.crash('power', seededRandom(seed))
        const left = disk.readFile('/a')
        const written = new Set([...model, ...synced, 0])
        expect(left.every((byte) => written.has(byte))).toBe(true)
        if (steps.at(-1)?.kind === 'sync') expect(Buffer.compare(left, model)).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('a write of nothing, behind the end too, leaves the file as it is', () => {
    const disk = new MemoryDisk()
    const file = disk.open('/a', 'write')
    file.write([new Uint8Array(0)], 100)
    file.write([], 100)
    expect(file.size()).toBe(0)
    file.write([bytes('x'), new Uint8Array(0)], 0)
    expect(file.size()).toBe(1)
  })

  function resized(content: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
    const next = new Uint8Array(length)
    next.set(content.subarray(0, length))
    return next
  }
})
