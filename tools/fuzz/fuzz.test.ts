import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { messages } from '@ottla/protocol/testing'
import { seededRandom } from '@ottla/runtime/testing'
import { bombSeeds, messageSeeds, recordSeeds, type Seed } from './corpus.ts'
import { type FuzzOptions, fuzz } from './fuzz.ts'
import { mutate } from './mutate.ts'
import { readSeed } from './read-seed.ts'

const corpus = [...messageSeeds(), ...recordSeeds()]

const QUIET: FuzzOptions = {
  frames: 1000,
  seed: 1,
  corpus,
  bombs: [],
  read: () => 'value',
  frameMsMax: 1000,
  residentBytesMax: 1000,
  now: () => 0,
  residentBytes: () => 0,
  turn: () => Promise.resolve(),
}

test('the corpus has every message and version, and a batch of every kind', () => {
  const names = new Set(corpus.map(({ name }) => name))
  for (const { name, versions } of messages.values()) expect(names).toContain(`${name} ${versions.max}`)
  for (const magic of [0, 1, 2]) {
    for (const codec of ['none', 'gzip', 'snappy', 'lz4']) expect(names).toContain(`magic ${magic} ${codec}`)
  }
})

test('every sound seed is read', () => {
  expect(corpus.filter((seed) => readSeed(seed, seed.bytes, true) !== 'value')).toEqual([])
})

test('damaged frames are values or typed errors', async () => {
  const report = await fuzz({ ...QUIET, frames: 30_000, read: readSeed })
  expect(report.failures).toEqual([])
  expect(report.values).toBeGreaterThan(3000)
  expect(report.errors).toBeGreaterThan(3000)
  expect(report.values + report.errors).toBe(30_000)
})

test('bombs are refused', () => {
  for (const bomb of bombSeeds(8 * 1024 * 1024))
    expect([bomb.name, readSeed(bomb, bomb.bytes, false)]).toEqual([bomb.name, 'error'])
})

describe('the fuzzer', () => {
  test('comes to the same frames with the same seed', async () => {
    const frames = async (seed: number) => {
      const seen: string[] = []
      const read = ({ name }: Seed, bytes: Uint8Array) => {
        seen.push(`${name} ${Buffer.from(bytes).toString('hex')}`)
        return 'value' as const
      }
      await fuzz({ ...QUIET, frames: 100, seed, read })
      return seen
    }
    const first = await frames(5)
    expect(await frames(5)).toEqual(first)
    expect(await frames(6)).not.toEqual(first)
  })

  test('tells a failure with the bytes that made it, and ends after twenty', async () => {
    const read = () => {
      throw new RangeError('out of it')
    }
    const report = await fuzz({ ...QUIET, read })
    expect(report.failures).toHaveLength(20)
    expect(report.frames).toBe(20)
    expect(report.failures[3]).toEqual({
      frame: 3,
      name: expect.any(String),
      reason: 'RangeError: out of it',
      hex: expect.stringMatching(/^[0-9a-f]*$/),
    })
  })

  test('tells frames that take too long, and memory that grows', async () => {
    let time = 0
    const slow = await fuzz({ ...QUIET, frames: 1, now: () => (time += 5000) })
    expect(slow.failures).toMatchObject([{ reason: 'it took 5000 ms' }])
    const large = await fuzz({ ...QUIET, residentBytes: () => 1001 })
    expect(large.failures).toMatchObject([{ reason: '1001 bytes of memory are in use' }])
  })
})

test('damage leaves the seed alone', () => {
  const random = seededRandom(3)
  const bytes = Uint8Array.of(1, 2, 3, 4, 5)
  const results = Array.from({ length: 500 }, () => mutate(bytes, Uint8Array.of(9, 9), random))
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5))
  expect(new Set(results.map((result) => result.join())).size).toBeGreaterThan(250)
})
