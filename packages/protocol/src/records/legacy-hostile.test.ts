import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { codecs, crc32 } from '@ottla/runtime'
import fc from 'fast-check'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { writeInt32, writeInt64 } from './int64.ts'
import { checkMessageHeader } from './legacy-check.ts'
import { encodeMessageSet } from './legacy-encode.ts'
import { LEGACY_AT } from './legacy-layout.ts'
import { LegacyMessage, messagesIn } from './legacy-message.ts'

const text = (value: string) => new TextEncoder().encode(value)
const RECORDS = [
  { key: text('k1'), value: text('v1'), timestamp: 1000 },
  { key: null, value: text('value-two'), timestamp: 1005 },
  { key: text('k3'), value: null, timestamp: 1003 },
]

/** Reads to the end, or fails as it may. Anything but a `CorruptRecordError` fails the test. */
function read(bytes: Uint8Array): 'records' | 'corrupt' {
  try {
    for (const message of messagesIn(bytes)) {
      for (const { offset } of message.records(1 << 20)) if (!(offset >= 0)) throw new Error(`offset ${offset}`)
    }
    return 'records'
  } catch (error) {
    if (error instanceof CorruptRecordError) return 'corrupt'
    throw error
  }
}

const FORMATS = ([0, 1] as const).flatMap((magic) =>
  (['none', 'gzip', 'snappy', 'lz4'] as const).map((codec) => [magic, codec] as const),
)

describe.each(FORMATS)('magic %d, %s', (magic, codec) => {
  const sound = encodeMessageSet({ magic, records: RECORDS, baseOffset: 42, codec })

  test('every byte changed: the checksum notices it, and the reader bears it without a checksum', () => {
    const outcomes = new Set<string>()
    const unnoticed: number[] = []
    for (let at = 0; at < sound.length; at++) {
      for (let change = 1; change < 256; change += 7) {
        const damaged = sound.slice()
        damaged[at]! ^= change
        outcomes.add(read(damaged))
        const isFirst = at >= LEGACY_AT.crc && at < new LegacyMessage(sound).sizeBytes
        if (isFirst && checkMessageHeader(damaged).ok && new LegacyMessage(damaged).isCrcValid()) unnoticed.push(at)
      }
    }
    expect(unnoticed).toEqual([])
    expect(outcomes).toEqual(new Set(['records', 'corrupt']))
  })

  test('cut off anywhere, what is complete is read', () => {
    const whole = [...messagesIn(sound)].length
    for (let length = 0; length < sound.length; length++) {
      const messages = [...messagesIn(sound.subarray(0, length))]
      expect(messages.length).toBeLessThan(whole)
    }
  })
})

test('noise is no message, or one whose content is noise', () => {
  const sound = encodeMessageSet({ magic: 1, records: RECORDS.slice(0, 1), codec: 'snappy' })
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 17, maxLength: 120 }),
      fc.nat(1),
      fc.boolean(),
      (noise, magic, plausible) => {
        if (plausible) noise.set(sound.subarray(0, LEGACY_AT.crc))
        if (plausible) writeInt32(noise, LEGACY_AT.messageSize, noise.length - 12)
        noise[LEGACY_AT.magic] = magic
        read(noise)
      },
    ),
    { numRuns: 3000 },
  )
})

/** A wrapper of magic 1 around `content`, compressed with snappy, its checksum right. */
function wrapper(content: Uint8Array, attributes = 2): Uint8Array {
  const value = codecs.compress('snappy', content)
  const bytes = new Uint8Array(34 + value.length)
  writeInt64(bytes, LEGACY_AT.offset, 50)
  writeInt32(bytes, LEGACY_AT.messageSize, bytes.length - 12)
  bytes[LEGACY_AT.magic] = 1
  bytes[LEGACY_AT.attributes] = attributes
  writeInt32(bytes, 26, -1)
  writeInt32(bytes, 30, value.length)
  bytes.set(value, 34)
  writeInt32(bytes, LEGACY_AT.crc, crc32(bytes.subarray(LEGACY_AT.magic)))
  return bytes
}

describe('wrappers that lie', () => {
  const inner = encodeMessageSet({ magic: 1, records: RECORDS })
  const nullValue = encodeMessageSet({ magic: 1, records: [{ key: null, value: null, timestamp: 0 }] })
  nullValue[LEGACY_AT.attributes] = 1

  test.each([
    ['sound', wrapper(inner), undefined],
    ['empty', wrapper(new Uint8Array(0)), 'a compressed message without messages in it'],
    ['cut off inside', wrapper(inner.subarray(0, -1)), '36 bytes announced, 35 are there'],
    [
      'of another magic inside',
      wrapper(encodeMessageSet({ magic: 0, records: RECORDS })),
      'a message of magic 0 in one of 1',
    ],
    ['nested', wrapper(wrapper(inner)), 'a compressed message inside another'],
    [
      'with larger relative offsets than its own',
      wrapper(encodeMessageSet({ magic: 1, records: RECORDS, baseOffset: 60 })),
      'its last message has the relative offset 62',
    ],
    ['of another codec than it says', wrapper(inner, 1), 'cannot decompress'],
    ['without value', nullValue, 'a compressed message without value'],
    ['of zstd', wrapper(inner, 4), 'compression codec 4 is unknown'],
    ['a bomb', wrapper(new Uint8Array(2 << 20)), 'the output is longer than 1048576 bytes'],
  ])('%s', (_, bytes, message) => {
    const records = () => [...messagesIn(bytes)].flatMap((one) => [...one.records(1 << 20)])
    if (message === undefined) expect(records().map(({ offset }) => offset)).toEqual([48, 49, 50])
    else {
      expect(records).toThrow(message)
      expect(records).toThrow(CorruptRecordError)
    }
  })
})
