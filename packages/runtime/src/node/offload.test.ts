import { createRequire } from 'node:module'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { encodeLz4Block, lz4BlockOutputBytes } from '../browser/lz4-block.ts'
import { joinLz4Blocks, lz4OutputBytes, parseLz4Frame } from '../browser/lz4-frame.ts'
import { CodecError, type CompressionCodec, OutputTooLongError } from '../codecs.ts'
import { jobQueue, nodeOffload } from './offload.ts'

describe('nodeOffload', () => {
  test.each<CompressionCodec>(['gzip', 'snappy', 'lz4', 'zstd'])('%s there and back', async (codec) => {
    const input = new TextEncoder().encode('a record, and another record, '.repeat(5000))
    const compressed = await nodeOffload.compress(codec, input)
    expect(compressed.byteLength).toBeLessThan(input.byteLength / 2)
    expect(Buffer.compare(await nodeOffload.decompress(codec, compressed, input.byteLength), input)).toBe(0)
    await expect(nodeOffload.decompress(codec, compressed, input.byteLength - 1)).rejects.toBeInstanceOf(CodecError)
  })
})

describe('lz4', () => {
  const MIB = 1024 * 1024
  const lz4 = createRequire(import.meta.url)('lz4-napi') as typeof import('lz4-napi')

  afterEach(() => {
    jest.restoreAllMocks()
  })

  /** In blocks of 64 KiB of output, 20 bytes of input each: the headers alone allow far more than the limits below. */
  function bomb(blocks: number, outputBytes: number): Uint8Array {
    const one = joinLz4Blocks([{ bytes: encodeLz4Block(new Uint8Array(outputBytes)), compressed: true }])
    const block = one.subarray(7, one.length - 4)
    return Buffer.concat([one.subarray(0, 7), ...Array.from({ length: blocks }, () => block), Buffer.alloc(4)])
  }

  test('a frame that keeps the limit is never decompressed on the event loop, whatever its headers allow', async () => {
    const inPool = jest.spyOn(lz4, 'decompressFrame')
    const output = await nodeOffload.decompress('lz4', bomb(1024, 60 * 1024), 60 * MIB)
    expect(output.length).toBe(60 * MIB)
    expect(output.every((byte) => byte === 0)).toBe(true)
    expect(inPool).toHaveBeenCalledTimes(1)
  })

  test('one that does not is not decompressed at all', async () => {
    const inPool = jest.spyOn(lz4, 'decompressFrame')
    const reading = nodeOffload.decompress('lz4', bomb(1025, 60 * 1024), 60 * MIB)
    await expect(reading).rejects.toBeInstanceOf(OutputTooLongError)
    expect(inPool).not.toHaveBeenCalled()
  })

  test('the length of an output is told from the input', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 2000 }), fc.nat(400), (pattern, times) => {
        const input = Uint8Array.from([...pattern, ...Array.from({ length: times }, () => 7), ...pattern])
        const frame = lz4.compressFrameSync(Buffer.from(input))
        expect(lz4OutputBytes(parseLz4Frame(frame))).toBe(input.length)
        expect(lz4OutputBytes(parseLz4Frame(bomb(1, input.length)))).toBe(input.length)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => lz4BlockOutputBytes(noise) >= 0))
  })
})

describe('jobQueue', () => {
  test('runs a few at once and the others in order of their arrival, whatever happens to them', async () => {
    const queued = jobQueue(2)
    const started: number[] = []
    const end: ((failed: boolean) => void)[] = []
    const jobs = [0, 1, 2, 3, 4].map((number) =>
      queued(() => {
        started.push(number)
        return new Promise<number>((resolve, reject) => {
          end[number] = (failed) => (failed ? reject(new Error(`job ${number}`)) : resolve(number))
        })
      }),
    )
    const outcomes = Promise.allSettled(jobs)
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    await turn()
    expect(started).toEqual([0, 1])
    end[1]!(true)
    await turn()
    expect(started).toEqual([0, 1, 2])
    end[2]!(false)
    end[0]!(false)
    await turn()
    expect(started).toEqual([0, 1, 2, 3, 4])
    end[3]!(false)
    end[4]!(false)
    expect((await outcomes).map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
    expect(await queued(async () => 'idle again')).toBe('idle again')
  })
})
