/** Record batches that lie: about their checksum, length, count, offsets, codec, or that are no batches at all. */
import { createGzip, gzipSync } from 'node:zlib'
import { BATCH_HEADER_BYTES, encodeBatch } from '@ottla/protocol'
import { crc32c } from '@ottla/runtime'
import { nodeOffload } from '@ottla/runtime/node'
import type { Attack, Battlefield, Damage } from '../attack.ts'
import { produce } from '../calls.ts'
import { Peer } from '../peer.ts'

/** Positions in the header of a batch (magic 2). */
const AT = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  producerId: 43,
  sequence: 53,
  count: 57,
}
const GZIP = 1
const OTHER_CODECS = [
  ['snappy', 2],
  ['lz4', 3],
  ['zstd', 4],
] as const
const BOMB_BYTES = 1024 * 1024 * 1024
/** Of the other codecs: what lz4, at 255 to 1, makes a little less than a megabyte of; snappy takes 21 to 1. */
const OTHER_BOMB_BYTES = { snappy: 20, lz4: 200, zstd: 200 } as const
const MIB = 1024 * 1024
const ZEROS = Buffer.alloc(256 * 1024)

interface Lie {
  readonly name: string
  readonly records: Uint8Array | null
  /** What is trusted inside compressed batches of ordinary topics may be taken (docs/durability.md). */
  readonly mayPass?: boolean
}

/** Each lie, told to every topic; only those that are documented to be trusted may be taken. */
export function lyingBatches(topics: readonly string[]): Attack {
  return { name: 'lying batches', run: (field) => tellAll(field, topics, lies()) }
}

/** Batches of a gigabyte of zeros (snappy and lz4 hold less), in a megabyte, to topics whose batches the broker has to open. */
export function bombs(topics: readonly string[]): Attack {
  return {
    name: 'decompression bombs',
    async run(field) {
      const bytes = Math.round(BOMB_BYTES * Math.max(0.1, field.scale))
      const bomb = compressedBatch(await packedZeros([], bytes), 1)
      const nested = compressedBatch(await packedZeros(bombRecordHead(bytes), bytes + 1), 1)
      const all = [...bombLies(bomb, nested), ...(await otherBombs(Math.max(0.1, field.scale)))]
      const tellers = Array.from({ length: 10 }, () => tellAll(field, topics, all))
      return sum(await Promise.all(tellers))
    },
  }
}

function bombLies(bomb: Uint8Array, nested: Uint8Array): Lie[] {
  return [
    { name: 'a bomb of zeros', records: bomb },
    { name: 'a bomb that is one record', records: nested },
  ]
}

async function otherBombs(scale: number): Promise<Lie[]> {
  const lies: Lie[] = []
  for (const [codec, bits] of OTHER_CODECS) {
    const zeros = Buffer.alloc(Math.round(OTHER_BOMB_BYTES[codec] * MIB * scale))
    const packed = await nodeOffload.compress(codec, zeros)
    // A topic that compresses with lz4 itself does not open such a batch.
    const mayPass = codec === 'lz4'
    lies.push({ name: `a bomb of zeros in ${codec}`, records: compressedBatch(packed, 1, bits), mayPass })
  }
  return lies
}

async function tellAll(field: Battlefield, topics: readonly string[], all: readonly Lie[]): Promise<Damage> {
  const violations: string[] = []
  let peer = await Peer.open(field.port)
  let connections = 1
  let answered = 0
  let closed = 0
  for (const topic of topics) {
    for (const { name, records, mayPass = false } of all) {
      if (peer.isClosed) {
        peer = await Peer.open(field.port)
        connections += 1
      }
      try {
        const { errorCode } = await produce(peer, topic, records)
        answered += 1
        if (errorCode === 0 && !mayPass) violations.push(`${name} was taken by topic ${topic}`)
        if (errorCode === -1) violations.push(`${name} to topic ${topic} gave an unknown error`)
      } catch (error) {
        closed += 1
        if (!peer.isClosed) violations.push(`${name} to topic ${topic}: ${(error as Error).message}`)
      }
    }
  }
  peer.close()
  return { connections, answered, closed, violations }
}

function lies(): Lie[] {
  const count = 3
  const batch = () => Buffer.from(encodeBatch({ records: plainRecords(count) }))
  const changed = (name: string, change: (copy: Buffer) => void): Lie => {
    const copy = batch()
    change(copy)
    return { name, records: stamped(copy) }
  }
  const packed = gzipSync(batch().subarray(BATCH_HEADER_BYTES))
  return [
    { name: 'no batch', records: null },
    { name: 'an empty batch', records: new Uint8Array(0) },
    { name: 'half a header', records: batch().subarray(0, 30) },
    { name: 'a header without its records', records: batch().subarray(0, BATCH_HEADER_BYTES) },
    { name: 'noise', records: Buffer.alloc(500, 0xa5) },
    { name: 'a wrong checksum', records: withByte(batch(), AT.crc, 0x55) },
    { name: 'a changed byte behind the header', records: withByte(batch(), BATCH_HEADER_BYTES + 3, 0x55) },
    { name: 'two batches', records: Buffer.concat([batch(), batch()]) },
    ...[-1, 0, 48, 2 ** 31 - 1].map((length) =>
      changed(`a length of ${length}`, (copy) => copy.writeInt32BE(length, AT.length)),
    ),
    ...[3, 127, -1].map((magic) => changed(`magic ${magic}`, (copy) => copy.writeInt8(magic, AT.magic))),
    ...[-1, 0, 1, 1000, 2 ** 31 - 1].map((lie) =>
      changed(`a count of ${lie}`, (copy) => copy.writeInt32BE(lie, AT.count)),
    ),
    ...[-1, 0, 2 ** 31 - 1].map((delta) =>
      changed(`a last offset delta of ${delta}`, (copy) => copy.writeInt32BE(delta, AT.lastOffsetDelta)),
    ),
    changed('both count and delta of 2^31 - 1', (copy) => {
      copy.writeInt32BE(2 ** 31 - 2, AT.lastOffsetDelta)
      copy.writeInt32BE(2 ** 31 - 1, AT.count)
    }),
    ...[5, 6, 7].map((codec) => changed(`codec ${codec}`, (copy) => copy.writeInt16BE(codec, AT.attributes))),
    ...[1, 2, 3, 4].map((codec) => ({
      ...changed(`codec ${codec} of what is not compressed`, (copy) => copy.writeInt16BE(codec, AT.attributes)),
      mayPass: true,
    })),
    changed('a control batch', (copy) => copy.writeInt16BE(0x20, AT.attributes)),
    changed('a transactional batch', (copy) => copy.writeInt16BE(0x10, AT.attributes)),
    changed('a sequence without an epoch', (copy) => {
      copy.writeBigInt64BE(77n, AT.producerId)
      copy.writeInt32BE(-5, AT.sequence)
    }),
    changed('a record with a length of 2^31 - 1', (copy) =>
      Buffer.of(0xfe, 0xff, 0xff, 0xff, 0x0f).copy(copy, BATCH_HEADER_BYTES),
    ),
    changed('a record with a negative length', (copy) => copy.writeUInt8(0x01, BATCH_HEADER_BYTES)),
    { name: 'compressed, with a wrong count', records: compressedBatch(packed, 2), mayPass: true },
    {
      name: 'compressed, cut off',
      records: compressedBatch(packed.subarray(0, packed.length - 9), count),
      mayPass: true,
    },
  ]
}

function plainRecords(count: number) {
  return Array.from({ length: count }, (_, index) => {
    return { key: Buffer.from(`k${index}`), value: Buffer.alloc(20, index), timestamp: 1_700_000_000_000 }
  })
}

function withByte(batch: Buffer, position: number, xor: number): Buffer {
  batch[position]! ^= xor
  return batch
}

/** With a checksum that is right, so that the lie itself must be found. */
function stamped(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(AT.attributes)), AT.crc)
  return batch
}

function compressedBatch(body: Uint8Array, count: number, codec = GZIP): Uint8Array {
  const header = Buffer.from(encodeBatch({ records: plainRecords(1) })).subarray(0, BATCH_HEADER_BYTES)
  const batch = Buffer.concat([header, body])
  batch.writeInt32BE(batch.length - 12, AT.length)
  batch.writeInt16BE(codec, AT.attributes)
  batch.writeInt32BE(count - 1, AT.lastOffsetDelta)
  batch.writeInt32BE(count, AT.count)
  return stamped(batch)
}

/** What comes before the zeros of a record with a key whose value, and count of headers, are zeros. */
function bombRecordHead(bytes: number): Buffer {
  const inner = Buffer.concat([Buffer.of(0, 0, 0, 2, 0x6b), varint(bytes)])
  return Buffer.concat([varint(inner.length + bytes + 1), inner])
}

/** In the background: the healthy client lives in this process too. */
async function packedZeros(head: Uint8Array | readonly number[], bytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 6 })
  const packed: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => packed.push(chunk))
  const ended = new Promise((resolve) => gzip.once('end', resolve))
  gzip.write(Buffer.from(head))
  for (let left = bytes; left > 0; left -= ZEROS.length) {
    const chunk = left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS
    await new Promise((resolve) => gzip.write(chunk, resolve))
  }
  gzip.end()
  await ended
  return Buffer.concat(packed)
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return Buffer.of(...bytes, rest)
}

function sum(damages: readonly Damage[]): Damage {
  return damages.reduce((left, right) => ({
    connections: left.connections + right.connections,
    answered: left.answered + right.answered,
    closed: left.closed + right.closed,
    violations: [...left.violations, ...right.violations],
  }))
}
