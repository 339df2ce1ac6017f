import { readFileSync } from 'node:fs'
import '@ottla/runtime/browser'
import { expect, test } from '@jest/globals'
import { CodecError } from '@ottla/runtime'
import { RecordBatch } from './batch.ts'

/** The same vectors as in vectors.test.ts, with the codecs and the checksum that a browser gets. */
function vector(name: string): RecordBatch {
  return new RecordBatch(new Uint8Array(readFileSync(new URL(`../vectors/records/${name}.bin`, import.meta.url))))
}

test.each(['snappy', 'lz4', 'zstd'])('v2_%s', (codec) => {
  const batch = vector(`v2_${codec}`)
  expect(batch.codec).toBe(codec)
  expect(batch.isCrcValid()).toBe(true)
  expect([...batch.records()]).toEqual([...vector('v2_none').records()])
})

test('v2_gzip says that gzip cannot be read', () => {
  const batch = vector('v2_gzip')
  expect(batch.isCrcValid()).toBe(true)
  const records = () => [...batch.records()]
  expect(records).toThrow('record batch at offset 42: cannot decompress')
  expect(records).toThrow(expect.objectContaining({ cause: expect.any(CodecError) }))
})
