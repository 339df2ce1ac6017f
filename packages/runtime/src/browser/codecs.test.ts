import { createRequire } from 'node:module'
import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CodecError, type Codecs, type CompressionCodec } from '../codecs.ts'
import { nodeAsyncCodecs, nodeCodecs } from '../node/codecs.ts'
import { portableZstd } from '../node/codecs-zlib.ts'
import { portableCodecs } from './codecs.ts'
import { xxHash32 } from './xx-hash.ts'

const require = createRequire(import.meta.url)
const addon = require('lz4-napi') as typeof import('lz4-napi')
const rawSnappy = require('snappy') as typeof import('snappy')

const ALL = ['gzip', 'snappy', 'lz4', 'zstd'] as const
const MIB = 1024 * 1024

const text = Buffer.from('the quick brown fox jumps over the lazy dog, and again: '.repeat(5000))
/** Random enough that nothing shrinks it, the same in every run. */
const noise = Uint8Array.from({ length: 200_000 }, (_, n) => Math.imul(n + 1, 0x9e37_79b1) >>> 21)
const inputs: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['a short text', Buffer.from('hello hello hello')],
  ['text over several blocks', text],
  ['a long run', new Uint8Array(300_000).fill(97)],
  ['noise', noise],
  ['a view that does not begin its buffer', text.subarray(13, 70_001)],
]

/** Every pair of a writer and a reader of the same format. */
const pairs: readonly (readonly [CompressionCodec, string, Codecs, Codecs])[] = [
  ...ALL.map((codec) => [codec, 'node to node', nodeCodecs, nodeCodecs] as const),
  ...(['snappy', 'lz4'] as const).flatMap((codec) => [
    [codec, 'node to portable', nodeCodecs, portableCodecs] as const,
    [codec, 'portable to node', portableCodecs, nodeCodecs] as const,
    [codec, 'portable to portable', portableCodecs, portableCodecs] as const,
  ]),
  ['zstd', 'node to portable', nodeCodecs, portableCodecs],
]

function errorOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

/** Outcome of decompressing hostile bytes: anything but a `CodecError` fails the test. */
function survives(codecs: Codecs, codec: CompressionCodec, bytes: Uint8Array): void {
  const error = errorOf(() => expect(codecs.decompress(codec, bytes, MIB).length).toBeLessThanOrEqual(MIB))
  if (error !== undefined) expect(error).toBeInstanceOf(CodecError)
}

/** A frame whose writer did not know how long the input would become, as Kafka's producers write it. */
function streamedZstd(input: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const stream = zlib.createZstdCompress()
    const chunks: Uint8Array[] = []
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
    stream.write(input.subarray(0, input.length / 2))
    stream.end(input.subarray(input.length / 2))
  })
}

describe.each(pairs)('%s, %s', (codec, _, writer, reader) => {
  test.each(inputs)('%s comes back', (_name, input) => {
    const compressed = writer.compress(codec, input)
    expect(Buffer.from(reader.decompress(codec, compressed, input.length)).equals(input)).toBe(true)
  })

  test('anything comes back', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(new Uint8Array(1000)),
      fc.constant(text.subarray(0, 200)),
    )
    const input = fc.array(chunk, { maxLength: 12 }).map((chunks) => Buffer.concat(chunks))
    fc.assert(
      fc.property(input, (bytes) =>
        Buffer.from(reader.decompress(codec, writer.compress(codec, bytes), MIB)).equals(bytes),
      ),
    )
  })

  test('one byte above the limit is refused, the limit itself is not', () => {
    const compressed = writer.compress(codec, text)
    expect(reader.decompress(codec, compressed, text.length)).toHaveLength(text.length)
    expect(errorOf(() => reader.decompress(codec, compressed, text.length - 1))).toBeInstanceOf(CodecError)
    expect(errorOf(() => reader.decompress(codec, compressed, 0))).toBeInstanceOf(CodecError)
  })

  test('truncated anywhere: a CodecError, or for snappy a shorter output at a block border', () => {
    const compressed = writer.compress(codec, text.subarray(0, 3000))
    for (let length = 0; length < compressed.length; length++) {
      const error = errorOf(() => reader.decompress(codec, compressed.subarray(0, length), MIB))
      if (codec === 'snappy' && length === 16) continue
      expect(error).toBeInstanceOf(CodecError)
    }
  })

  test('every byte changed: a CodecError or some output within the limit', () => {
    const compressed = Uint8Array.from(writer.compress(codec, text.subarray(0, 400)))
    for (let at = 0; at < compressed.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const damaged = compressed.slice()
        damaged[at]! ^= mask
        survives(reader, codec, damaged)
      }
    }
  })

  test('noise behind a sound start', () => {
    const compressed = writer.compress(codec, text.subarray(0, 400))
    fc.assert(
      fc.property(fc.nat(compressed.length), fc.uint8Array({ maxLength: 64 }), (keep, tail) => {
        survives(reader, codec, Buffer.concat([compressed.subarray(0, keep), tail]))
      }),
    )
  })
})

describe('bombs', () => {
  const bombBytes = 256 * MIB
  const bombs: Record<CompressionCodec, () => Uint8Array> = {
    gzip: () => zlib.gzipSync(new Uint8Array(bombBytes), { level: 1 }),
    zstd: () => zlib.zstdCompressSync(new Uint8Array(bombBytes)),
    lz4: () => addon.compressFrameSync(Buffer.alloc(bombBytes)),
    snappy: () => nodeCodecs.compress('snappy', new Uint8Array(bombBytes)),
  }
  const readers: readonly (readonly [CompressionCodec, string, Codecs])[] = [
    ...ALL.map((codec) => [codec, 'node', nodeCodecs] as const),
    ...(['snappy', 'lz4', 'zstd'] as const).map((codec) => [codec, 'portable', portableCodecs] as const),
  ]

  test.each(readers)('%s, %s: 256 MiB of zeros stop at the limit and take little memory', (codec, _, reader) => {
    const bomb = bombs[codec]()
    const before = process.memoryUsage().arrayBuffers
    expect(errorOf(() => reader.decompress(codec, bomb, MIB))).toBeInstanceOf(CodecError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MIB)
  })

  test('announced sizes are not believed', () => {
    // A raw snappy block of 3 bytes that announces 64 MiB, and an LZ4 frame of no blocks that announces 2^40 bytes.
    const snappyLie = Uint8Array.of(0x80, 0x80, 0x80, 0x20, 0x00, 0x00)
    const lz4Lie = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x68, 0x40, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
    lz4Lie[14] = (xxHash32(lz4Lie.subarray(4, 14)) >>> 8) & 0xff
    for (const reader of [nodeCodecs, portableCodecs]) {
      expect(() => reader.decompress('snappy', snappyLie, 2 ** 40)).toThrow('cannot hold')
      expect(() => reader.decompress('lz4', lz4Lie, 2 ** 41)).toThrow('announces')
    }
  })
})

describe.each([
  ['node', nodeCodecs],
  ['portable', portableCodecs],
])('formats that other clients write, %s', (_, reader) => {
  test('snappy without framing (librdkafka)', () => {
    expect(Buffer.from(reader.decompress('snappy', rawSnappy.compressSync(text), MIB)).equals(text)).toBe(true)
  })

  test.each([
    ['block checksums', { blockChecksums: true }],
    ['a content checksum', { contentChecksum: true }],
    ['both', { blockChecksums: true, contentChecksum: true }],
  ])('lz4 with %s, which are verified', (_name, options) => {
    const frame = Uint8Array.from(addon.compressFrameSync(Buffer.from(noise), options))
    expect(Buffer.from(reader.decompress('lz4', frame, MIB)).equals(noise)).toBe(true)
    frame[5000]! ^= 1
    expect(() => reader.decompress('lz4', frame, MIB)).toThrow('checksum')
  })

  test('lz4 with linked blocks and content size', () => {
    // Two blocks: the literals "0123456789", then a match into the first one and the literals "abcde".
    const header = [0x48, 0x40, 25, 0, 0, 0, 0, 0, 0, 0]
    const first = [11, 0, 0, 0, 0xa0, ...Buffer.from('0123456789')]
    const second = [9, 0, 0, 0, 0x06, 10, 0, 0x50, ...Buffer.from('abcde')]
    const checksum = (xxHash32(Uint8Array.from(header)) >>> 8) & 0xff
    const frame = Uint8Array.from([0x04, 0x22, 0x4d, 0x18, ...header, checksum, ...first, ...second, 0, 0, 0, 0])
    expect(Buffer.from(reader.decompress('lz4', frame, MIB)).toString()).toBe('01234567890123456789abcde')
  })

  test('lz4 with a wrong header checksum is refused', () => {
    const frame = Uint8Array.from(addon.compressFrameSync(Buffer.from('hello')))
    frame[6]! ^= 1
    expect(() => reader.decompress('lz4', frame, MIB)).toThrow('checksum of the frame header')
  })

  test.each([
    ['with its size', () => zlib.zstdCompressSync(text)],
    ['with a checksum', () => zlib.zstdCompressSync(text, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } })],
    ['without its size, as Kafka writes it', () => streamedZstd(text)],
  ])('zstd %s', async (_name, compress) => {
    const frame = await compress()
    expect(Buffer.from(reader.decompress('zstd', frame, MIB)).equals(text)).toBe(true)
    expect(() => reader.decompress('zstd', frame, text.length - 1)).toThrow(CodecError)
    for (let at = 0; at < frame.length; at++) {
      const damaged = Uint8Array.from(frame)
      damaged[at]! ^= 0x11
      survives(reader, 'zstd', damaged)
    }
  })

  test('zstd bombs without a size stop at the limit', async () => {
    const bomb = await streamedZstd(new Uint8Array(64 * MIB))
    const before = process.memoryUsage().arrayBuffers
    expect(() => reader.decompress('zstd', bomb, MIB)).toThrow(CodecError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MIB)
  })
})

describe('what is written', () => {
  test.each([
    ['node', nodeCodecs],
    ['portable', portableCodecs],
  ])('lz4 frames as Kafka writes them: independent blocks, no content size, no checksums (%s)', (_, writer) => {
    const frame = writer.compress('lz4', text)
    expect([...frame.subarray(0, 5)]).toEqual([0x04, 0x22, 0x4d, 0x18, 0x60])
    expect(addon.decompressFrameSync(Buffer.from(frame)).equals(text)).toBe(true)
  })

  test('snappy frames hold blocks of 32 KiB', () => {
    const framed = Buffer.from(nodeCodecs.compress('snappy', text))
    expect(framed.subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001')
    const first = framed.subarray(20, 20 + framed.readInt32BE(16))
    expect((rawSnappy.uncompressSync(first, { asBuffer: true }) as Buffer).equals(text.subarray(0, 32 * 1024))).toBe(
      true,
    )
  })

  test.each([
    ['gzip', 1, 9],
    ['zstd', 1, 19],
  ] as const)('%s: a higher level gives fewer bytes', (codec, low, high) => {
    const varied = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `${n * n} ${n % 97}`).join('\n'))
    expect(nodeCodecs.compress(codec, varied, high).length).toBeLessThan(nodeCodecs.compress(codec, varied, low).length)
  })

  test.each([
    ['gzip', 'cannot be written here'],
    ['zstd', 'cannot be written here'],
  ] as const)('portable %s says what it cannot', (codec, message) => {
    expect(() => portableCodecs.compress(codec, text)).toThrow(message)
  })

  test('portable gzip cannot be read', () => {
    expect(() => portableCodecs.decompress('gzip', zlib.gzipSync(text), MIB)).toThrow(CodecError)
  })
})

describe.each(ALL)('%s in the thread pool', (codec) => {
  test.each(inputs)('%s comes back', async (_name, input) => {
    const compressed = await nodeAsyncCodecs.compress(codec, input)
    expect(Buffer.from(await nodeAsyncCodecs.decompress(codec, compressed, input.length)).equals(input)).toBe(true)
  })

  test('limit and damage reject with a CodecError', async () => {
    const compressed = await nodeAsyncCodecs.compress(codec, text)
    await expect(nodeAsyncCodecs.decompress(codec, compressed, 100)).rejects.toBeInstanceOf(CodecError)
    await expect(nodeAsyncCodecs.decompress(codec, compressed.subarray(0, 30), MIB)).rejects.toBeInstanceOf(CodecError)
  })
})

test('a Node.js without zstd reads it and says that it cannot write it', async () => {
  const old = portableZstd()
  const frame = zlib.zstdCompressSync(text)
  expect(Buffer.from(old.decompress(frame, MIB)).equals(text)).toBe(true)
  expect(Buffer.from(await old.decompressInPool(frame, MIB)).equals(text)).toBe(true)
  expect(() => old.compress(text)).toThrow('22.15 and later can')
  await expect(old.compressInPool(text)).rejects.toBeInstanceOf(CodecError)
})
