import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Disk, DiskError } from './disk.ts'
import { nodeDisk } from './node/disk.ts'
import { MemoryDisk } from './testing/index.ts'
import { runningMachine } from './testing/simulation/running.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)

const root = mkdtempSync(path.join(tmpdir(), 'ottla-disk-'))
const machine = runningMachine()
afterAll(() => {
  machine.stop()
  rmSync(root, { recursive: true, force: true })
})
let tests = 0

/** What every Disk promises, whatever is below it. */
describe.each([
  ['node', () => ({ disk: nodeDisk, root })],
  ['memory', () => ({ disk: new MemoryDisk() as Disk, root: '/data' })],
  ['simulated', () => ({ disk: machine.runtime.disk, root: '/data' })],
  ['memory with deferred writes', () => ({ disk: new MemoryDisk({ deferWrites: true }) as Disk, root: '/data' })],
])('Disk: %s', (_name, make) => {
  let disk: Disk
  let directory: string
  const at = (...names: string[]) => disk.join(directory, ...names)

  beforeAll(() => {
    const made = make()
    disk = made.disk
    directory = made.root
  })

  beforeEach(() => {
    directory = disk.join(make().root, String(++tests))
    disk.makeDirectory(directory)
  })

  async function put(name: string, content: string): Promise<void> {
    const file = disk.open(at(name), 'write')
    await file.write([bytes(content)], 0)
    file.close()
  }

  function failure(run: () => unknown): DiskError {
    try {
      run()
    } catch (error) {
      expect(error).toBeInstanceOf(DiskError)
      return error as DiskError
    }
    throw new Error('did not fail')
  }

  test('a file that is absent cannot be opened for reading; the error tells operation and path', () => {
    const error = failure(() => disk.open(at('absent'), 'read'))
    expect(error).toMatchObject({ code: 'ENOENT', operation: 'open', path: at('absent') })
    expect(error.message).toBe(`cannot open ${at('absent')}: ENOENT`)
  })

  test('opening for writing creates the file, and keeps what it holds', async () => {
    await put('a', 'hello')
    const file = disk.open(at('a'), 'write')
    expect(file.size()).toBe(5)
    await file.write([bytes('J')], 0)
    file.close()
    expect(text(disk.readFile(at('a')))).toBe('Jello')
  })

  test('a vectored write of many buffers, empty ones among them, lands in order', async () => {
    const buffers = Array.from({ length: 3000 }, (_, index) => bytes(index % 7 === 0 ? '' : `${index},`))
    const file = disk.open(at('a'), 'write')
    await file.write([bytes('##')], 0)
    await file.write(buffers, 2)
    await file.write([], 0)
    await file.write([new Uint8Array(0)], 0)
    file.close()
    expect(text(disk.readFile(at('a')))).toBe(`##${buffers.map(text).join('')}`)
  })

  test('a write behind the end leaves zeros between', async () => {
    const file = disk.open(at('a'), 'write')
    await file.write([bytes('x')], 100_000)
    const read = new Uint8Array(100_001).fill(9)
    expect(file.readSync(read, 0)).toBe(100_001)
    expect(read.subarray(0, 100_000).every((byte) => byte === 0)).toBe(true)
    expect(read[100_000]).toBe('x'.charCodeAt(0))
    file.close()
  })

  test('reads are whole except at the end of the file', async () => {
    await put('a', '0123456789')
    const file = disk.open(at('a'), 'read')
    const target = new Uint8Array(4)
    expect(file.readSync(target, 3)).toBe(4)
    expect(text(target)).toBe('3456')
    expect(file.readSync(target, 8)).toBe(2)
    expect(file.readSync(target, 10)).toBe(0)
    expect(file.readSync(target, 99)).toBe(0)
    expect(await file.read(target, 2)).toBe(4)
    expect(text(target)).toBe('2345')
    expect(await file.read(target, 9)).toBe(1)
    file.close()
  })

  test('truncate cuts and grows; what was cut does not come back', async () => {
    await put('a', 'secret')
    const file = disk.open(at('a'), 'write')
    file.truncate(2)
    expect(file.size()).toBe(2)
    file.truncate(6)
    expect([...disk.readFile(at('a'))]).toEqual([115, 101, 0, 0, 0, 0])
    file.close()
  })

  test('a file that was opened for reading cannot be changed', async () => {
    await put('a', 'x')
    const file = disk.open(at('a'), 'read')
    await expect((async () => file.write([bytes('y')], 0))()).rejects.toMatchObject({ operation: 'write' })
    expect(failure(() => file.truncate(0)).operation).toBe('truncate')
    file.close()
    expect(text(disk.readFile(at('a')))).toBe('x')
  })

  test('after close every call fails', async () => {
    const file = disk.open(at('a'), 'write')
    file.close()
    const target = new Uint8Array(1)
    for (const call of [
      () => file.size(),
      () => file.readSync(target, 0),
      () => file.truncate(0),
      () => file.close(),
    ]) {
      expect(failure(call).code).toBe('EBADF')
    }
    expect(failure(() => file.write([bytes('x')], 0)).code).toBe('EBADF')
    await expect(file.read(target, 0)).rejects.toMatchObject({ code: 'EBADF' })
    await expect(file.sync()).rejects.toMatchObject({ code: 'EBADF' })
  })

  test('operations that were in flight at the close end well', async () => {
    await put('a', 'hello')
    const file = disk.open(at('a'), 'write')
    const target = new Uint8Array(5)
    const reads = Array.from({ length: 20 }, () => file.read(target, 0))
    const sync = file.sync()
    file.close()
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 20 }, () => 5))
    await expect(sync).resolves.toBeUndefined()
  })

  test('directories: created with their parents, listed in order, told from files', async () => {
    disk.makeDirectory(at('x', 'y'))
    disk.makeDirectory(at('x', 'y'))
    await put('x/b', '12')
    await put('x/a', '')
    expect(disk.list(at('x'))).toEqual(['a', 'b', 'y'])
    expect(disk.stat(at('x', 'y')).kind).toBe('directory')
    expect(disk.stat(at('x', 'b'))).toMatchObject({ kind: 'file', bytes: 2 })
    expect(disk.exists(at('x', 'y'))).toBe(true)
    expect(disk.exists(at('x', 'z'))).toBe(false)
    expect(failure(() => disk.list(at('absent')))).toMatchObject({ operation: 'list', code: 'ENOENT' })
    expect(failure(() => disk.stat(at('absent')))).toMatchObject({ operation: 'stat', code: 'ENOENT' })
    expect(failure(() => disk.readFile(at('absent')))).toMatchObject({ operation: 'read', code: 'ENOENT' })
    expect(failure(() => disk.makeDirectory(at('x', 'a')))).toMatchObject({ operation: 'create', code: 'EEXIST' })
    expect(failure(() => disk.open(at('absent', 'a'), 'write'))).toMatchObject({ operation: 'open', code: 'ENOENT' })
  })

  test('rename replaces a file, moves a directory, and fails for what is absent', async () => {
    await put('a', 'new')
    await put('b', 'old')
    const open = disk.open(at('a'), 'read')
    disk.rename(at('a'), at('b'))
    expect(disk.exists(at('a'))).toBe(false)
    expect(text(disk.readFile(at('b')))).toBe('new')
    expect(open.size()).toBe(3)
    open.close()
    disk.makeDirectory(at('d'))
    await put('d/f', '1')
    disk.rename(at('d'), at('e'))
    expect(disk.list(at('e'))).toEqual(['f'])
    expect(failure(() => disk.rename(at('absent'), at('c')))).toMatchObject({ operation: 'rename', code: 'ENOENT' })
  })

  test('a removed file stays readable for those who have it open; removing what is absent is fine', async () => {
    await put('a', 'still here')
    const file = disk.open(at('a'), 'read')
    await disk.removeFile(at('a'))
    await disk.removeFile(at('a'))
    expect(disk.exists(at('a'))).toBe(false)
    const target = new Uint8Array(10)
    expect(file.readSync(target, 0)).toBe(10)
    expect(text(target)).toBe('still here')
    file.close()
  })

  test('removeTree takes a directory with all that is in it', async () => {
    disk.makeDirectory(at('x', 'y', 'z'))
    await put('x/y/f', '1')
    await disk.removeTree(at('x'))
    await disk.removeTree(at('x'))
    expect(disk.list(directory)).toEqual([])
  })

  test('syncs resolve; a directory that is absent cannot be synced', async () => {
    const file = disk.open(at('a'), 'write')
    await file.write([bytes('x')], 0)
    await file.sync()
    file.close()
    await disk.syncDirectory(directory)
    await expect(disk.syncDirectory(at('absent'))).rejects.toMatchObject({ operation: 'sync', code: 'ENOENT' })
  })

  test('writeFileAtomic replaces a file, also with a shorter one, and leaves nothing behind', async () => {
    await disk.writeFileAtomic(at('a'), bytes('a long content'))
    await disk.writeFileAtomic(at('a'), bytes('short'))
    expect(text(disk.readFile(at('a')))).toBe('short')
    expect(disk.list(directory)).toEqual(['a'])
    await disk.writeFileAtomic(at('a'), new Uint8Array(0))
    expect(disk.readFile(at('a')).byteLength).toBe(0)
  })

  test.each([undefined, { content: 'durable' }] as const)('replaceFile replaces a file: %j', async (options) => {
    await disk.replaceFile(at('a'), bytes('a long content'), options)
    await disk.replaceFile(at('a'), bytes('short'), options)
    expect([text(disk.readFile(at('a'))), disk.list(directory)]).toEqual(['short', ['a']])
    const absent = disk.replaceFile(at('absent', 'a'), bytes('x'), options)
    await expect(absent).rejects.toMatchObject({ operation: 'open', code: 'ENOENT' })
  })

  test('absolute names a path from the root; a relative one from where the process is', () => {
    expect(disk.absolute(at('a', '..', 'b'))).toBe(at('b'))
    expect(disk.absolute('a').endsWith('/a')).toBe(true)
  })

  test('space tells how large the file system is and what is free', async () => {
    const { totalBytes, usableBytes } = await disk.space(directory)
    expect([Number.isSafeInteger(totalBytes), Number.isSafeInteger(usableBytes)]).toEqual([true, true])
    expect(usableBytes).toBeGreaterThan(0)
    expect(totalBytes).toBeGreaterThanOrEqual(usableBytes)
    await expect(disk.space(at('absent'))).rejects.toMatchObject({ code: 'ENOENT', path: at('absent') })
  })

  test('writeFileAtomic starts anew over what an earlier crash has left', async () => {
    await put('a.tmp', 'left behind, and longer than the new content')
    await disk.writeFileAtomic(at('a'), bytes('new'))
    expect(text(disk.readFile(at('a')))).toBe('new')
  })

  test('a lock has one holder until it is released', () => {
    const lock = disk.lock(at('.lock'))
    expect(lock).toBeDefined()
    expect(disk.exists(at('.lock'))).toBe(true)
    expect(disk.lock(at('.lock'))).toBeUndefined()
    expect(disk.lock(disk.join(directory, '.', '.lock'))).toBeUndefined()
    const other = disk.lock(at('other.lock'))
    expect(other).toBeDefined()
    lock!.release()
    lock!.release()
    const again = disk.lock(at('.lock'))
    expect(again).toBeDefined()
    lock!.release()
    expect(disk.lock(at('.lock'))).toBeUndefined()
    again!.release()
    other!.release()
  })

  test('paths are joined and the boot does not change', () => {
    expect(disk.join('/a', 'b', '..', 'c')).toBe(path.posix.join('/a', 'c'))
    expect(disk.bootId()).toBe(disk.bootId())
  })
})
