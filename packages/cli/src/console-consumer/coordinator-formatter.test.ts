import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { ConsumedRecord } from '@ottla/client'
import { batchesIn } from '@ottla/protocol'
import '@ottla/runtime/node'
import { ByteBuffer } from './byte-buffer.ts'
import { formatterOfClass } from './formatter.ts'

const SAMPLE = join(import.meta.dirname, '../vectors/internal-topics')

/** All records of the partitions of a topic in the sample. */
function recordsOf(topic: string): ConsumedRecord[] {
  const directories = readdirSync(SAMPLE).filter((name) => name.replace(/-\d+$/, '') === topic)
  return directories.flatMap((directory) => {
    const bytes = readFileSync(join(SAMPLE, directory, '00000000000000000000.log'))
    return [...batchesIn(bytes)].flatMap((batch) =>
      batch.isControl ? [] : [...batch.records()].map((record) => ({ topic, partition: 0, ...record }) as never),
    )
  })
}

function shown(topic: string, formatter: string): string {
  const format = formatterOfClass(formatter, new Map())
  const output = new ByteBuffer(64)
  for (const record of recordsOf(topic)) format(record, output)
  return new TextDecoder().decode(output.take())
}

const P = 'org.apache.kafka.tools.consumer.'

const FIRST_OFFSET =
  '{"key":{"type":1,"data":{"group":"cons2","topic":"t1","partition":2}},"value":{"version":4,"data":' +
  '{"offset":5,"leaderEpoch":-1,"metadata":"","commitTimestamp":1795263089827,"topicId":"Yiv_E9ioRNye3bMHpXepuQ"}}}'
const FIRST_GROUP =
  '{"key":{"type":2,"data":{"group":"grp1"}},"value":{"version":3,"data":{"protocolType":"","generation":0,"protocol":null,' +
  '"leader":null,"currentStateTimestamp":1795263052299,"members":[]}}}'
/** Hashes have 64 bits, and stand there as numbers. */
const SHARE_GROUP =
  '{"key":{"type":11,"data":{"groupId":"sh"}},"value":{"version":0,"data":{"epoch":2,"metadataHash":-2844838492935073399}}}'
const TRANSACTION_START =
  '{"key":{"type":0,"data":{"transactionalId":"performance-producer-I5Sl3PxWROq4ySCq79jKrQ"}},"value":{"version":1,"data":' +
  '{"producerId":0,'
const SHARE_STATE_START =
  '{"key":{"type":0,"data":{"groupId":"sh","topicId":"Yiv_E9ioRNye3bMHpXepuQ","partition":2}},"value":{"version":0,"data":' +
  '{"snapshotEpoch":0,"stateEpoch":2,"leaderEpoch":0,'

test.each([
  ['__consumer_offsets', `${P}OffsetsMessageFormatter`, FIRST_OFFSET, '1'],
  ['__consumer_offsets', 'kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter', FIRST_OFFSET, '1'],
  ['__consumer_offsets', `${P}GroupMetadataMessageFormatter`, FIRST_GROUP, '2'],
  ['__consumer_offsets', `${P}ShareGroupMessageFormatter`, SHARE_GROUP, '10 11 12 13 14 15'],
  ['__transaction_state', `${P}TransactionLogMessageFormatter`, TRANSACTION_START, '0'],
  ['__share_group_state', `${P}group.share.ShareGroupStateMessageFormatter`, SHARE_STATE_START, '0'],
])(
  '%s: %s shows its records as JSON, one behind the other, and passes over others',
  (topic, formatter, part, types) => {
    const text = shown(topic, formatter)
    expect(text).toContain(part)
    const found = [...text.matchAll(/\{"key":\{"type":(\d+)/g)].map(([, type]) => Number(type))
    expect([...new Set(found)].sort((a, b) => a - b).join(' ')).toBe(types)
    expect(() => JSON.parse(`[${text.replaceAll('}{', '},{')}]`)).not.toThrow()
  },
)

describe('single records', () => {
  const format = formatterOfClass(`${P}OffsetsMessageFormatter`, new Map())
  const key = recordsOf('__consumer_offsets').find(({ key }) => key?.[1] === 1)!.key
  const written = (record: Partial<ConsumedRecord>) => {
    const output = new ByteBuffer(64)
    format(record as ConsumedRecord, output)
    return new TextDecoder().decode(output.take())
  }

  test('a tombstone', () => expect(written({ key, value: null })).toMatch(/^\{"key":.*,"value":null\}$/))

  test('without a key, and of a type of later versions: nothing', () => {
    expect(written({ key: null, value: null })).toBe('')
    expect(written({ key: new Uint8Array([0, 99, 1]), value: null })).toBe('')
  })

  test('one that cannot be read fails', () => {
    expect(() => written({ key: new Uint8Array([0, 1, 0]), value: null })).toThrow()
    expect(() => written({ key, value: new Uint8Array([0, 4, 0]) })).toThrow()
  })
})
