import { describe, expect, test } from '@jest/globals'
import type { ConsumedRecord } from '@ottla/client'
import { ByteBuffer } from './byte-buffer.ts'
import { formatterOfClass } from './formatter.ts'

const utf8 = new TextEncoder()

const FULL: ConsumedRecord = {
  topic: 't',
  partition: 3,
  offset: 42,
  timestamp: 1_700_000_000_000,
  timestampType: 'CreateTime',
  key: utf8.encode('k'),
  value: null,
  headers: [
    { key: 'h1', value: utf8.encode('a') },
    { key: 'h2', value: null },
  ],
  leaderEpoch: 7,
  serializedKeySize: 1,
  serializedValueSize: -1,
}
const BARE: ConsumedRecord = { ...FULL, timestamp: -1, headers: [], key: null, value: utf8.encode('v') }

function shown(record: ConsumedRecord, properties: readonly string[], name = 'DefaultMessageFormatter'): string {
  const format = formatterOfClass(
    `org.apache.kafka.tools.consumer.${name}`,
    new Map(properties.map((property) => property.split('=', 2) as [string, string])),
  )
  const output = new ByteBuffer(4)
  format(record, output)
  return new TextDecoder().decode(output.take())
}

const ALL = ['timestamp', 'partition', 'offset', 'delivery', 'epoch', 'headers', 'key'].map(
  (name) => `print.${name}=true`,
)
const SERIALIZATION = 'org.apache.kafka.common.serialization'

describe('DefaultMessageFormatter', () => {
  test.each([
    ['value alone', BARE, [], 'v\n'],
    [
      'every column',
      FULL,
      ALL,
      'CreateTime:1700000000000\tPartition:3\tOffset:42\tDelivery:NOT_PRESENT\tEpoch:NOT_PRESENT\th1:a,h2:null\tk\tnull\n',
    ],
    [
      'without timestamp, headers, key',
      BARE,
      ALL,
      'NO_TIMESTAMP\tPartition:3\tOffset:42\tDelivery:NOT_PRESENT\tEpoch:NOT_PRESENT\tNO_HEADERS\tnull\tv\n',
    ],
    ['key without value', FULL, ['print.key=TRUE', 'print.value=false'], 'k\n'],
    ['nothing at all', FULL, ['print.value=false'], ''],
    ['separators', FULL, ['print.key=true', 'key.separator=: ', 'line.separator=;', 'null.literal=-'], 'k: -;'],
    [
      'headers with another separator',
      FULL,
      ['print.headers=true', 'print.value=false', 'headers.separator=|'],
      'h1:a|h2:null\n',
    ],
    ['a deserializer', BARE, [`value.deserializer=${SERIALIZATION}.StringDeserializer`], 'v\n'],
    ['a deserializer of null', FULL, [`value.deserializer=${SERIALIZATION}.StringDeserializer`], 'null\n'],
  ] as const)('%s', (_, record, properties, expected) => expect(shown(record, properties)).toBe(expected))

  test('append time', () => {
    const record = { ...BARE, timestamp: 5, timestampType: 'LogAppendTime' } as const
    expect(shown(record, ['print.timestamp=true'])).toBe('LogAppendTime:5\tv\n')
  })

  test('bytes come through as they are', () => {
    const format = formatterOfClass('kafka.tools.DefaultMessageFormatter', new Map())
    const output = new ByteBuffer(1)
    format({ ...BARE, value: Uint8Array.of(0xff, 0, 0xfe) }, output)
    expect([...output.take()]).toEqual([0xff, 0, 0xfe, 0x0a])
  })

  test('a record that its deserializer refuses leaves nothing behind', () => {
    const output = new ByteBuffer(16)
    const properties = new Map([
      ['print.partition', 'true'],
      ['value.deserializer', `${SERIALIZATION}.LongDeserializer`],
    ])
    const format = formatterOfClass('DefaultMessageFormatter', properties)
    expect(() => format(BARE, output)).toThrow(/long takes 8 bytes, not 1/)
    expect(output.size).toBe(0)
  })
})

test('the other formatters', () => {
  expect(shown(BARE, ['print.partition=true'], 'LoggingMessageFormatter')).toBe('Partition:3\tv\n')
  expect(shown(BARE, [], 'NoOpMessageFormatter')).toBe('')
})

test.each([
  [
    'nope.Nope',
    [],
    /nope\.Nope: no such formatter; known are org\.apache\.kafka\.tools\.consumer\.DefaultMessageFormatter/,
  ],
  ['DefaultMessageFormatter', ['key.deserializer=my.Own'], /key\.deserializer=my\.Own: not one of Kafka's own/],
])('%s %j is refused', (name, properties, message) => {
  const map = new Map([['print.key', 'true'], ...properties.map((text) => text.split('=') as [string, string])])
  expect(() => formatterOfClass(name, map as Map<string, string>)).toThrow(message)
})
