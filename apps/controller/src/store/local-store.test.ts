import { beforeAll, describe, expect, test } from '@jest/globals'
import { applyRecords, EMPTY_IMAGE, lastOffsetOf, type MetadataBatch, type MetadataImage } from '@ottla/replication'
import '@ottla/runtime/node'
import { MemoryDisk, recordingLogger, seededRandom } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { brokerRecord } from '../testing/images.ts'
import { frame } from './framing.ts'
import { openLocalStore } from './local-store.ts'
import { type MetadataStore, StaleControllerError, StoreCorruptError } from './metadata-store.ts'

const DIRECTORY = 'data'
const LOG = 'data/log-00000000000000000000'

function open(disk: MemoryDisk, compactLogBytes?: number): Promise<MetadataStore> {
  const options = { disk, logger: recordingLogger(), directory: DIRECTORY }
  return openLocalStore(compactLogBytes === undefined ? options : { ...options, compactLogBytes })
}

/** Batches of one to three records that follow the image, as controllers of rising epochs write them. */
class Writer {
  image: MetadataImage = EMPTY_IMAGE
  /** The image at every offset at which a batch ends. */
  readonly images = new Map<number, MetadataImage>([[-1, EMPTY_IMAGE]])
  #count = 0

  continueFrom(image: MetadataImage): void {
    this.image = image
  }

  next(controllerEpoch = Math.max(1, this.image.controllerEpoch)): MetadataBatch {
    const records = Array.from({ length: 1 + (this.#count % 3) }, () => brokerRecord(++this.#count))
    const batch = { baseOffset: this.image.offset + 1, controllerEpoch, records }
    this.image = applyRecords(this.image, batch).image
    this.images.set(this.image.offset, this.image)
    return batch
  }
}

async function append(store: MetadataStore, batches: readonly MetadataBatch[]): Promise<void> {
  const first = batches[0]!
  const condition = { controllerEpoch: first.controllerEpoch, expectedEndOffset: first.baseOffset - 1 }
  await store.append(batches, condition)
}

/** The bytes of a log of several appends, and where each of them ends. */
async function sampleLog(): Promise<{ bytes: Uint8Array; ends: Map<number, MetadataImage> }> {
  const disk = new MemoryDisk()
  const store = await open(disk)
  const writer = new Writer()
  const ends = new Map([[0, EMPTY_IMAGE]])
  for (const epoch of [1, 1, 2]) {
    await append(store, [writer.next(epoch), writer.next(epoch)])
    ends.set(disk.stat(LOG).bytes, writer.image)
  }
  return { bytes: disk.readFile(LOG).slice(), ends }
}

async function diskWith(bytes: Uint8Array): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  disk.makeDirectory(DIRECTORY)
  const file = disk.open(LOG, 'write')
  if (bytes.byteLength > 0) await file.write([bytes], 0)
  file.close()
  return disk
}

describe('a local store', () => {
  test('what was appended is read again, with the epochs', async () => {
    const disk = new MemoryDisk()
    const writer = new Writer()
    const first = await open(disk)
    expect(first.recovered).toEqual(EMPTY_IMAGE)
    await append(first, [writer.next(1), writer.next(1)])
    const boundary = writer.image.offset
    await append(first, [writer.next(4)])
    await first.close()
    const second = await open(disk)
    expect(second.recovered).toEqual(writer.image)
    expect(
      [-1, 0, boundary, boundary + 1, writer.image.offset, writer.image.offset + 1].map((o) => second.epochAt(o)),
    ).toEqual([undefined, 1, 1, 4, 4, undefined])
  })

  test('one at a time', async () => {
    const disk = new MemoryDisk()
    const store = await open(disk)
    await expect(open(disk)).rejects.toThrow(/dataDir data is in use/)
    await store.close()
    await expect(open(disk)).resolves.toBeDefined()
  })

  test('an append that another controller has overtaken is refused, and so is everything after it', async () => {
    const disk = new MemoryDisk()
    const writer = new Writer()
    const store = await open(disk)
    await append(store, [writer.next(3)])
    const batch = writer.next(3)
    await expect(store.append([batch], { controllerEpoch: 3, expectedEndOffset: 99 })).rejects.toThrow(
      StaleControllerError,
    )
    await expect(append(store, [batch])).rejects.toThrow(StaleControllerError)
    await store.close()
    const again = await open(disk)
    expect(again.recovered.offset).toBe(batch.baseOffset - 1)
    await expect(
      again.append([batch], { controllerEpoch: 2, expectedEndOffset: batch.baseOffset - 1 }),
    ).rejects.toThrow(StaleControllerError)
  })

  test('what a failed sync left is durable once a later start of the same boot has read it', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const disk = new MemoryDisk()
      const store = await open(disk)
      const writer = new Writer()
      await append(store, [writer.next()])
      disk.failNext({ operation: 'sync', path: /log-/, code: 'EIO' })
      await expect(append(store, [writer.next()])).rejects.toThrow('EIO')
      await store.close()
      const again = await open(disk)
      expect(again.recovered.offset).toBe(writer.image.offset)
      await append(again, [writer.next()])
      disk.crash('power', seededRandom(seed))
      expect((await open(disk)).recovered).toEqual(writer.image)
    }
  })

  test.each(['write', 'sync'] as const)('a failed %s is the end: nothing more is taken', async (operation) => {
    const disk = new MemoryDisk()
    const writer = new Writer()
    const store = await open(disk)
    await append(store, [writer.next()])
    const acknowledged = writer.image
    disk.failNext({ operation, path: /log-/, code: 'EIO' })
    await expect(append(store, [writer.next()])).rejects.toMatchObject({ code: 'EIO' })
    await expect(append(store, [writer.next()])).rejects.toMatchObject({ code: 'EIO' })
    await store.close()
    const recovered = (await open(disk)).recovered.offset
    // The failed one may be there or not; nothing else is.
    expect(recovered).toBeGreaterThanOrEqual(acknowledged.offset)
    expect(writer.images.has(recovered)).toBe(true)
  })
})

describe('recovery', () => {
  let sample: Awaited<ReturnType<typeof sampleLog>>
  beforeAll(async () => {
    sample = await sampleLog()
  })

  /** The image of the last append that is whole in a prefix. */
  const wholeIn = (length: number) => [...sample.ends].filter(([end]) => end <= length).at(-1)!

  test('cut at every byte: the appends that are whole are there, the store goes on', async () => {
    for (let length = 0; length <= sample.bytes.byteLength; length++) {
      const disk = await diskWith(sample.bytes.slice(0, length))
      const store = await open(disk)
      const [end, image] = wholeIn(length)
      expect(store.recovered).toEqual(image)
      expect(disk.stat(LOG).bytes).toBe(end)
      const writer = new Writer()
      writer.continueFrom(image)
      await append(store, [writer.next()])
      await store.close()
      expect((await open(disk)).recovered).toEqual(writer.image)
    }
  })

  test('a torn last append with zeros in any place is cut', async () => {
    const ends = [...sample.ends.keys()]
    const start = ends.at(-2)!
    for (let hole = start; hole < sample.bytes.byteLength; hole++) {
      const bytes = sample.bytes.slice()
      bytes.fill(0, hole, hole + 7)
      if (bytes.every((byte, index) => byte === sample.bytes[index])) continue
      expect((await open(await diskWith(bytes))).recovered).toEqual(sample.ends.get(start))
    }
  })

  test('damage in front of a whole append is never cut silently', async () => {
    const lastStart = [...sample.ends.keys()].at(-2)!
    for (let position = 0; position < lastStart; position++) {
      const bytes = sample.bytes.slice()
      bytes[position] = bytes[position]! ^ 0x5a
      const disk = await diskWith(bytes)
      await expect(open(disk)).rejects.toThrow(StoreCorruptError)
      expect(disk.stat(LOG).bytes).toBe(bytes.byteLength)
    }
  })

  test('a record that this version does not know stops the start, with the file as it was', async () => {
    const { bytes } = await sampleLog()
    // LogFrame { batches: [{ baseOffset: 0, controllerEpoch: 1, records: [{ field 99: "" }] }] }
    const later = frame(Uint8Array.of(0x0a, 0x07, 0x10, 0x01, 0x1a, 0x03, 0x9a, 0x06, 0x00))
    const whole = new Uint8Array([...bytes, ...later])
    const disk = await diskWith(whole)
    const opening = open(disk)
    await expect(opening).rejects.toThrow(StoreCorruptError)
    await expect(opening).rejects.toThrow(`${LOG}: metadata record of an unknown type: written by a later version`)
    expect(disk.readFile(LOG)).toEqual(whole)
  })

  test('a damaged snapshot is never skipped silently', async () => {
    const disk = new MemoryDisk()
    const writer = new Writer()
    const store = await open(disk, 1)
    await append(store, [writer.next()])
    await store.compact(writer.image)
    await store.close()
    const name = disk.list(DIRECTORY).find((file) => file.startsWith('snapshot-'))!
    const file = disk.open(disk.join(DIRECTORY, name), 'write')
    await file.write([Uint8Array.of(0xff)], 20)
    file.close()
    await expect(open(disk)).rejects.toThrow(StoreCorruptError)
  })
})

describe('compaction', () => {
  test('the log gives way to a snapshot; epochs are kept', async () => {
    const disk = new MemoryDisk()
    const writer = new Writer()
    const store = await open(disk, 300)
    for (let epoch = 1; epoch <= 20; epoch++) {
      await append(store, [writer.next(epoch)])
      await store.compact(writer.image)
    }
    const logs = disk.list(DIRECTORY).filter((name) => name.startsWith('log-'))
    const snapshots = disk.list(DIRECTORY).filter((name) => name.startsWith('snapshot-'))
    expect([logs.length, snapshots.length]).toEqual([1, 1])
    expect(logs[0]).not.toBe('log-00000000000000000000')
    await store.close()
    const again = await open(disk, 300)
    expect(again.recovered).toEqual(writer.image)
    expect(again.epochAt(0)).toBe(1)
    expect(again.epochAt(writer.image.offset)).toBe(20)
  })

  test('a crash at any step of it loses nothing', async () => {
    // Each operation of a compaction fails in turn, on either file; what a power cut leaves of it is drawn from the seed.
    for (const operation of ['open', 'create', 'write', 'sync', 'rename', 'remove'] as const) {
      for (let seed = 0; seed < 10; seed++) {
        const disk = new MemoryDisk()
        const writer = new Writer()
        const store = await open(disk, 1)
        await append(store, [writer.next(), writer.next()])
        disk.failNext({ operation, path: seed < 5 ? /snapshot-/ : /log-/, code: 'EIO' })
        await store.compact(writer.image).catch(() => {})
        disk.crash('power', seededRandom(seed))
        const again = await open(disk, 1)
        expect(again.recovered).toEqual(writer.image)
        await append(again, [writer.next()])
        await again.compact(writer.image)
        disk.crash('power', seededRandom(seed))
        expect((await open(disk)).recovered).toEqual(writer.image)
      }
    }
  })
})

describe('crashes', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('append' as const) },
    { weight: 1, arbitrary: fc.constant('compact' as const) },
    { weight: 1, arbitrary: fc.constant('process' as const) },
    { weight: 1, arbitrary: fc.constant('power' as const) },
    { weight: 1, arbitrary: fc.constant('crash in an append' as const) },
  )

  test('whatever was acknowledged is there after any crash, and nothing that was never written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer(), async (steps, seed) => {
        const random = seededRandom(seed)
        // Completions wait for a turn, so that a crash can hit an append in flight.
        const disk = new MemoryDisk({ deferWrites: true })
        const writer = new Writer()
        let store = await open(disk, 400)
        let acknowledged = -1
        const reopen = async () => {
          store = await open(disk, 400)
          expect(store.recovered.offset).toBeGreaterThanOrEqual(acknowledged)
          expect(store.recovered).toEqual(writer.images.get(store.recovered.offset))
          writer.continueFrom(store.recovered)
          acknowledged = store.recovered.offset
        }
        for (const what of steps) {
          if (what === 'append') {
            const batch = writer.next()
            await append(store, [batch])
            acknowledged = lastOffsetOf(batch)
          } else if (what === 'compact') {
            await store.compact(writer.image)
          } else if (what === 'crash in an append') {
            const lost = append(store, [writer.next(), writer.next()]).catch(() => {})
            disk.crash(seed % 2 === 0 ? 'process' : 'power', random)
            await lost
            await reopen()
          } else {
            disk.crash(what, random)
            await reopen()
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
