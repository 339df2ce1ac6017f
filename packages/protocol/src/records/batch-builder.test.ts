import { expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import fc from 'fast-check'
import { RecordBatch } from './batch.ts'
import { BatchBuilder, singleRecordBatchBytesMax, stampProducer } from './batch-builder.ts'
import { encodeBatch } from './encode.ts'

const NOBODY = { producerId: -1, producerEpoch: -1, baseSequence: -1 }

const record = fc.record({
  key: fc.option(fc.uint8Array({ maxLength: 40 })),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  headers: fc.array(
    fc.record({ key: fc.string({ unit: 'binary', maxLength: 9 }), value: fc.option(fc.uint8Array({ maxLength: 9 })) }),
    { maxLength: 3 },
  ),
})

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('builds what encodeBatch encodes: %s', (codec) => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const builder = new BatchBuilder(new Uint8Array(20_000))
      for (const each of records) expect(builder.append(each)).toBe(true)
      const batch = builder.build({ codec })
      stampProducer(batch, { producerId: 7, producerEpoch: 1, baseSequence: 9 })
      expect(batch).toEqual(encodeBatch({ records, codec, producerId: 7, producerEpoch: 1, baseSequence: 9 }))
    }),
  )
})

test('a record always fits into a buffer of its upper bound, and the bound is not far off', () => {
  fc.assert(
    fc.property(record, (each) => {
      const bytes = singleRecordBatchBytesMax(each.key, each.value, each.headers)
      const builder = new BatchBuilder(new Uint8Array(bytes))
      expect(builder.append(each)).toBe(true)
      expect(bytes - builder.sizeBytes).toBeLessThan(150)
    }),
  )
})

test('what does not fit changes nothing', () => {
  const builder = new BatchBuilder(new Uint8Array(120))
  const small = { key: null, value: new Uint8Array(10), timestamp: 5 }
  expect(builder.append(small)).toBe(true)
  expect(builder.append({ ...small, value: new Uint8Array(100), timestamp: 900 })).toBe(false)
  expect(builder.append(small)).toBe(true)
  const bytes = builder.build()
  stampProducer(bytes, NOBODY)
  const batch = new RecordBatch(bytes)
  expect([batch.recordCount, batch.maxTimestamp, batch.isCrcValid()]).toEqual([2, 5, true])
})
