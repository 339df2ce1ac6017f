import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nodeDisk } from './disk.ts'
import { NodeFile, Unwritten, WritePace } from './disk-file.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'ottla-file-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a short write', () => {
  test('is continued where it ended, wherever that is', () => {
    const lengths = fc.array(fc.nat(6), { maxLength: 12 })
    fc.assert(
      fc.property(
        lengths,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 80, maxLength: 80 }),
        (sizes, counts) => {
          let next = 0
          const buffers = sizes.map((size) => Uint8Array.from({ length: size }, () => next++))
          const rest = new Unwritten(buffers, 100)
          const written: number[] = []
          for (let batch = rest.next(); batch.length > 0; batch = rest.next()) {
            expect(rest.position).toBe(100 + written.length)
            const offered = batch.flatMap((buffer) => [...buffer])
            const count = Math.min(counts.shift()!, offered.length)
            written.push(...offered.slice(0, count))
            rest.advance(count)
          }
          expect(written).toEqual(Array.from({ length: next }, (_, index) => index))
        },
      ),
    )
  })

  test('that takes nothing is a failure, not an endless loop', () => {
    const rest = new Unwritten([Uint8Array.of(1)], 0)
    expect(() => rest.advance(0)).toThrow('no progress')
  })

  test('is offered no more buffers than one writev takes', () => {
    const rest = new Unwritten(
      Array.from({ length: 5000 }, () => Uint8Array.of(1)),
      0,
    )
    expect(rest.next()).toHaveLength(1024)
  })
})

describe('the pace of writes', () => {
  function fileAt(name: string, pace: WritePace): NodeFile {
    return new NodeFile(path.join(directory, name), { mode: 'write', paceOf: () => pace })
  }

  test('one slow write makes the file system slow, one quick write ends that', () => {
    const pace = new WritePace()
    expect(pace.isSlow).toBe(false)
    pace.took(5.1)
    expect(pace.isSlow).toBe(true)
    pace.took(4.9)
    expect(pace.isSlow).toBe(false)
  })

  test('while it is slow writes go through the pool, whole and one per file', async () => {
    const pace = new WritePace()
    pace.took(100)
    const file = fileAt('slow', pace)
    const buffers = Array.from({ length: 2500 }, (_, index) => Uint8Array.of(index & 0xff))
    const written = file.write(buffers, 1)
    expect(written).toBeInstanceOf(Promise)
    expect(() => file.write(buffers, 1)).toThrow('one write per file')
    await written
    file.close()
    expect([...readFileSync(file.path)]).toEqual([0, ...buffers.map((buffer) => buffer[0])])
  })

  test('a failure in the pool is a DiskError', async () => {
    const pace = new WritePace()
    fileAt('readonly', pace).close()
    pace.took(100)
    const file = new NodeFile(path.join(directory, 'readonly'), { mode: 'read', paceOf: () => pace })
    await expect(file.write([Uint8Array.of(1)], 0)).rejects.toMatchObject({
      name: 'DiskError',
      operation: 'write',
      code: 'EBADF',
    })
    file.close()
  })

  test('a close waits for a write that is in flight: its descriptor must not become another file', async () => {
    const pace = new WritePace()
    pace.took(100)
    const file = fileAt('closing', pace)
    const written = file.write([new Uint8Array(4_000_000).fill(7)], 0)
    file.close()
    const other = nodeDisk.open(path.join(directory, 'other'), 'write')
    await written
    expect(other.size()).toBe(0)
    expect(readFileSync(file.path).every((byte) => byte === 7)).toBe(true)
    other.close()
  })
})

test('the boot id is the kernel’s on Linux and unknown elsewhere', () => {
  const kernels =
    process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : undefined
  expect(nodeDisk.bootId()).toBe(kernels)
})
