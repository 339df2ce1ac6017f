import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { encodeBatch, RecordBatch } from '@ottla/protocol'
import { type CompressionCodec, codecs, type Offload } from '@ottla/runtime'
import { BatchOpener, mustOpen, type OpeningConfig } from './batch-opener.ts'

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const CONFIG: OpeningConfig = {
  compression: 'producer',
  compressionLevel: undefined,
  compacted: false,
  batchBytesMax: 1024 * 1024,
}

/** Compresses in this thread, counts, and waits where the test says so. */
class ScriptedOffload implements Offload {
  jobs = 0
  level: number | undefined
  gate: Promise<void> = Promise.resolve()

  async compress(codec: CompressionCodec, input: Uint8Array, level?: number): Promise<Uint8Array> {
    this.level = level
    return codecs.compress(codec, input, level)
  }

  async decompress(codec: CompressionCodec, input: Uint8Array, outputBytesMax: number): Promise<Uint8Array> {
    this.jobs++
    await this.gate
    return codecs.decompress(codec, input, outputBytesMax)
  }
}

function batchOf(codec: 'none' | CompressionCodec, value = 'a'.repeat(500)): Uint8Array {
  const records = [1, 2, 3].map((timestamp) => ({ key: Buffer.from('k'), value: Buffer.from(value), timestamp }))
  return encodeBatch({ records, codec, producerId: 7, producerEpoch: 1, baseSequence: 5 })
}

const open = (records: Uint8Array, config: Partial<OpeningConfig>, offload: Offload = new ScriptedOffload()) =>
  new BatchOpener(offload).open(records, { ...CONFIG, ...config })

describe('which batches are opened', () => {
  test.each<[string, Uint8Array, Partial<OpeningConfig>, boolean]>([
    ['as the producer likes', batchOf('lz4'), {}, false],
    ['the codec of the topic', batchOf('lz4'), { compression: 'lz4' }, false],
    ['another codec', batchOf('lz4'), { compression: 'zstd' }, true],
    ['no codec', batchOf('none'), { compression: 'zstd' }, true],
    ['a topic without compression', batchOf('zstd'), { compression: 'none' }, true],
    ['compacted, not compressed', batchOf('none'), { compacted: true }, false],
    ['compacted and compressed', batchOf('gzip'), { compacted: true }, true],
    ['what is no batch', batchOf('gzip').subarray(1), { compression: 'zstd' }, false],
    ['two batches', Buffer.concat([batchOf('gzip'), batchOf('gzip')]), { compression: 'zstd' }, false],
  ])('%s', (_name, records, config, expected) => {
    expect(mustOpen(records, { ...CONFIG, ...config })).toBe(expected)
  })
})

describe('opening', () => {
  const pairs = CODECS.flatMap((from) => CODECS.filter((to) => to !== from).map((to) => [from, to] as const))

  test.each(pairs)('from %s to %s: the same records, the same producer', async (from, to) => {
    const opened = await open(batchOf(from), { compression: to })
    if (!opened.ok) throw new Error(opened.message)
    const batch = new RecordBatch(opened.batch.records)
    expect([batch.codec, batch.isCrcValid(), batch.sizeBytes]).toEqual([to, true, opened.batch.records.length])
    expect([batch.producerId, batch.producerEpoch, batch.baseSequence]).toEqual([7, 1, 5])
    expect([...batch.records()]).toEqual([...new RecordBatch(batchOf(from)).records()])
    expect(opened.batch.decompressed === undefined).toBe(to === 'none')
  })

  test('uses the level of the topic', async () => {
    const offload = new ScriptedOffload()
    await open(batchOf('none'), { compression: 'zstd', compressionLevel: 19 }, offload)
    expect(offload.level).toBe(19)
  })

  test('a compacted topic keeps the batch and gets its content', async () => {
    const records = batchOf('gzip')
    const opened = await open(records, { compacted: true })
    expect(opened).toMatchObject({ ok: true, batch: { records } })
    if (opened.ok) expect(opened.batch.decompressed).toEqual(batchOf('none').subarray(61))
  })

  test.each(['gzip', 'lz4', 'zstd'] as const)('a %s bomb is too large', async (codec) => {
    const bomb = new Uint8Array(80 * 1024 * 1024)
    const { header } = { header: batchOf(codec).slice(0, 61) }
    const records = Buffer.concat([header, codecs.compress(codec, bomb)])
    records.writeInt32BE(records.length - 12, 8)
    records.writeUInt32BE(new RecordBatch(records).computeCrc(), 17)
    expect(await open(records, { compression: 'none' })).toMatchObject({ ok: false, error: 'MESSAGE_TOO_LARGE' })
  })

  const MIB = 1024 * 1024

  test.each([
    ['stored as it comes out', 'none', 1, 900_000, true],
    ['stored as it comes out, more than a batch may have', 'none', 1, 2 * MIB, false],
    ['compressed again', 'zstd', 1, 15 * MIB, true],
    ['compressed again, much more than a batch may have', 'zstd', 1, 17 * MIB, false],
    ['compressed again, where batches may be larger', 'zstd', 5, 17 * MIB, true],
    ['compressed again, where batches may be huge', 'zstd', 100, 65 * MIB, false],
  ] as const)('what a batch may hold: %s', async (_name, compression, batchMiBMax, bytes, isTaken) => {
    const records = encodeBatch({ records: [{ key: null, value: new Uint8Array(bytes), timestamp: 1 }], codec: 'gzip' })
    const opened = await open(records, { compression, batchBytesMax: batchMiBMax * MIB })
    expect(opened).toMatchObject(isTaken ? { ok: true } : { ok: false, error: 'MESSAGE_TOO_LARGE' })
  })

  test('what cannot be decompressed is corrupt', async () => {
    const records = batchOf('gzip')
    records.fill(0xff, 70, 90)
    new DataView(records.buffer, records.byteOffset).setUint32(17, new RecordBatch(records).computeCrc())
    expect(await open(records, { compression: 'zstd' })).toMatchObject({ ok: false, error: 'CORRUPT_MESSAGE' })
  })

  test('what the log refuses anyway is not looked into', async () => {
    const offload = new ScriptedOffload()
    const damaged = batchOf('gzip')
    damaged[80]! ^= 1
    for (const [records, batchBytesMax] of [
      [damaged, 1_000],
      [batchOf('gzip'), 10],
    ] as const) {
      expect(await open(records, { compression: 'zstd', batchBytesMax }, offload)).toEqual({
        ok: true,
        batch: { records },
      })
    }
    expect(offload.jobs).toBe(0)
  })

  test('two at a time, the others in their order', async () => {
    const offload = new ScriptedOffload()
    const gate = Promise.withResolvers<void>()
    offload.gate = gate.promise
    const opener = new BatchOpener(offload)
    const order: number[] = []
    const all = [0, 1, 2, 3, 4].map((index) =>
      opener.open(batchOf('gzip'), { ...CONFIG, compression: 'none' }).then(() => order.push(index)),
    )
    await new Promise(setImmediate)
    expect(offload.jobs).toBe(2)
    gate.resolve()
    await Promise.all(all)
    expect([offload.jobs, order]).toEqual([5, [0, 1, 2, 3, 4]])
  })
})
