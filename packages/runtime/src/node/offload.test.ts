import { describe, expect, test } from '@jest/globals'
import { CodecError, type CompressionCodec } from '../codecs.ts'
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
