import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { messages } from '../messages.ts'
import { flexibleFrom, request } from '../schema/message.ts'
import { array, int32, string } from '../schema/types.ts'
import { definitionDifferences } from './definition-differences.ts'
import { type KafkaMessage, parseDefinitions, parseKafkaJson, printDefinitions } from './kafka-definition.ts'

const theirs = parseDefinitions(readFileSync(new URL('../vectors/definitions.txt', import.meta.url), 'utf8'))

describe("Kafka's definitions", () => {
  test('all have one of ours', () => {
    expect([...messages.keys()].sort()).toEqual([...theirs.keys()].sort())
  })

  test.each([...messages.values()].map((message) => [message.name, message] as const))('%s', (name, message) => {
    expect(definitionDifferences(message, theirs.get(name)!)).toEqual([])
  })
})

const EXAMPLE = `// A comment
{
  "apiKey": 7, "type": "request", "name": "ExampleRequest",
  "validVersions": "1-3", // "another": "comment"
  "flexibleVersions": "2+",
  /*** and one more ***/
  "fields": [
    { "name": "Topics", "type": "[]Topic", "versions": "1+", "fields": [
      { "name": "Name", "type": "string", "versions": "1+", "about": "Has // in it." },
      { "name": "Rack", "type": "string", "versions": "3+", "nullableVersions": "3+", "default": "null", "taggedVersions": "3+", "tag": 0, "ignorable": true }
    ]},
    { "name": "Leader", "type": "Node", "versions": "1+" },
    { "name": "Later", "type": "int32", "taggedVersions": "2+", "tag": 1, "default": "-1" }
  ],
  "commonStructs": [{ "name": "Node", "versions": "1+", "fields": [{ "name": "Id", "type": "int32", "versions": "1+" }] }]
}`

test('a definition survives the table', () => {
  const json = parseKafkaJson(EXAMPLE)
  const table = printDefinitions([json])
  expect(table.split('\n')).toEqual([
    'ExampleRequest request 7 1-3 2+',
    ' Topics []Topic 1+',
    '  Name string 1+',
    '  Rack string 3+ nullable=3+ tagged=3+ tag=0 ignorable=true default=null',
    ' Leader Node 1+',
    ' Later int32 - tagged=2+ tag=1 default=-1',
    ' =Node struct 1+',
    '  Id int32 1+',
    '',
  ])
  expect(printDefinitions([...parseDefinitions(table).values()])).toBe(table)
})

describe('a difference is told', () => {
  const kafka: KafkaMessage = parseDefinitions(
    'ExampleRequest request 7 1-3 2+\n Topics []Topic 1+\n  Name string 1+\n',
  ).get('ExampleRequest')!
  const name = { name: string }

  test.each([
    ['nothing', request(7, 'Example', '1-3', flexibleFrom(2), { topics: array(name) }), []],
    [
      'versions',
      request(7, 'Example', '1-4', flexibleFrom(2), { topics: array(name) }),
      ['ExampleRequest: versions 1-4, Kafka has 1-3'],
    ],
    [
      'API key',
      request(8, 'Example', '1-3', flexibleFrom(2), { topics: array(name) }),
      ['ExampleRequest: api key or record type 8, Kafka has 7'],
    ],
    [
      'a type within, at each version',
      request(7, 'Example', '1-3', flexibleFrom(2), { topics: array({ name: int32 }) }),
      [
        expect.stringContaining('version 1 topics name: type int32, Kafka has string'),
        expect.stringContaining('version 1 topics name: default 0, Kafka has ""'),
        expect.stringContaining('version 2 topics name: type'),
        expect.stringContaining('version 2 topics name: compact'),
        expect.stringContaining('version 2 topics name: default'),
        expect.stringContaining('version 3 topics name: type'),
        expect.stringContaining('version 3 topics name: compact'),
        expect.stringContaining('version 3 topics name: default'),
      ],
    ],
    [
      'where a field is carried',
      request(7, 'Example', '1-3', flexibleFrom(2), { topics: array(name).v('1-2') }),
      [expect.stringContaining('version 3 topics: presence absent, Kafka has inline'), expect.anything()],
    ],
    [
      'a field too many',
      request(7, 'Example', '1-3', flexibleFrom(2), { topics: array(name), more: int32 }),
      [1, 2, 3].map((version) => `ExampleRequest version ${version}: fields topics, more; Kafka has topics`),
    ],
  ])('%s', (_, ours, differences) => {
    const found = definitionDifferences(ours, kafka)
    expect(found.slice(0, differences.length)).toEqual(differences)
    expect(found.length === 0).toBe(differences.length === 0)
  })
})
