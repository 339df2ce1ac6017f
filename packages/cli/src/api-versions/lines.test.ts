import { describe, expect, test } from '@jest/globals'
import { ApiKey } from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import { apiRows, brokerJson, brokerText } from './lines.ts'

const broker = { id: 1, host: 'b1', port: 9092, rack: null, isFenced: false }
const features = { supported: new Map([['f', { min: 0, max: 2 }]]), finalized: new Map(), finalizedEpoch: undefined }
const description = {
  apis: [
    { apiKey: ApiKey.Produce, minVersion: 0, maxVersion: 99 },
    { apiKey: ApiKey.Fetch, minVersion: 0, maxVersion: 1 },
    { apiKey: ApiKey.ListOffsets, minVersion: 90, maxVersion: 91 },
    { apiKey: ApiKey.DescribeProducers, minVersion: 0, maxVersion: 0 },
    { apiKey: 999, minVersion: 1, maxVersion: 2 },
  ],
  features,
}

describe('brokerText', () => {
  const lines = brokerText({ broker, description }).split('\n')

  test('begins and ends as Kafka has it', () => {
    expect([lines[0], lines.at(-1)]).toEqual(['b1:9092 (id: 1 rack: null isFenced: false) -> (', ')'])
  })

  test.each([
    `\tProduce(0): 0 to 99 [usable: ${apis.get(ApiKey.Produce)!.request.versions.max}],`,
    '\tFetch(1): 0 to 1 [unusable: node too old],',
    '\tListOffsets(2): 90 to 91 [unusable: node too new],',
    '\tMetadata(3): UNSUPPORTED,',
    '\tDescribeProducers(61): 0 [usable: 0],',
    '\tUNKNOWN(999): 1 to 2',
  ])('%s', (line) => expect(lines).toContain(line))

  test('APIs between brokers and controllers are not missed', () => {
    expect(lines.join()).not.toMatch(/\t(?:AlterPartition|Vote|BrokerHeartbeat|Envelope)\(/)
  })
})

test('rows are in order of API key', () => {
  const keys = apiRows(description).map(({ key }) => key)
  expect(keys).toEqual([...keys].sort((a, b) => a - b))
})

test('brokerJson', () => {
  const { apis: rows, ...rest } = brokerJson({ broker, description })
  expect(rest).toEqual({
    broker: 1,
    host: 'b1',
    port: 9092,
    rack: null,
    features: { supported: { f: { min: 0, max: 2 } }, finalized: {}, finalizedEpoch: null },
  })
  expect(rows.filter(({ key }) => [1, 3, 999].includes(key))).toEqual([
    { key: 1, name: 'Fetch', min: 0, max: 1, usable: null },
    { key: 3, name: 'Metadata', min: null, max: null, usable: null },
    { key: 999, name: null, min: 1, max: 2, usable: null },
  ])
})
