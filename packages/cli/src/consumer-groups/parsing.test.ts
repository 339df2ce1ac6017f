import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { csvLine, parseOffsetCsv } from './offset-csv.ts'
import { parseDatetime, parseDuration } from './reset-time.ts'
import { parseTopicScope } from './topic-scope.ts'

describe('--topic', () => {
  test('topics and partitions, mixed and repeated', () => {
    expect(parseTopicScope(['a', 'b:0,2', 'c', 'a', 'b:1'])).toEqual({
      topics: ['a', 'c'],
      partitions: [
        { topic: 'b', partition: 0 },
        { topic: 'b', partition: 2 },
        { topic: 'b', partition: 1 },
      ],
    })
  })

  test.each([
    ['t:', "Invalid topic arg 't:', expected topic name and partitions"],
    ['t:0:1', "Invalid topic arg 't:0:1', expected topic name and partitions"],
    ['t:x', "Invalid partition 'x' specified in topic arg 't:x'"],
    ['t:0,', "Invalid partition '' specified in topic arg 't:0,'"],
    ['t:-1', "Invalid partition '-1' specified in topic arg 't:-1'"],
  ])('refuses %s', (text, message) => expect(() => parseTopicScope([text])).toThrow(message))
})

describe('--to-datetime', () => {
  test.each([
    ['2017-08-04T00:00:00.000', Date.UTC(2017, 7, 4)],
    ['2017-08-04T00:00:00.000Z', Date.UTC(2017, 7, 4)],
    ['2017-08-04T02:00:00.000+02:00', Date.UTC(2017, 7, 4)],
    ['2017-08-04T02:00:00.000+0200', Date.UTC(2017, 7, 4)],
    ['2017-08-03T19:00:00.007-05', Date.UTC(2017, 7, 4, 0, 0, 0, 7)],
    ['2017-08-03T18:30:00.000-05:30', Date.UTC(2017, 7, 4)],
  ])('%s', (text, expected) => expect(parseDatetime(text)).toBe(expected))

  test.each([
    'nonsense',
    '2017-08-04',
    '2017-08-04T00:00:00',
    '2017-08-04 00:00:00.000',
    '2017-08-04T00:00:00.000 UTC',
  ])('refuses %s', (text) => expect(() => parseDatetime(text)).toThrow(`Unparseable date: "${text}"`))
})

describe('--by-duration', () => {
  test.each([
    ['PT0H5M0S', 300_000],
    ['P1D', 86_400_000],
    ['P1DT1H1M1.5S', 90_061_500],
    ['pt1,25s', 1250],
    ['PT-5M', -300_000],
    ['-PT5M', -300_000],
    ['-PT-5M', 300_000],
    ['PT-1.5S', -1500],
    ['PT1.S', 1000],
  ])('%s', (text, expected) => expect(parseDuration(text)).toBe(expected))

  test.each(['nonsense', 'P', 'PT', 'P1DT', '5M', 'P1Y', 'PT1H1D', ''])('refuses %s', (text) =>
    expect(() => parseDuration(text)).toThrow('Text cannot be parsed to a Duration'),
  )
})

describe('CSV', () => {
  const offset = { groupId: 'g', topic: 't', partition: 1, offset: 20 }
  const LONG = 'a-topic-with-25-characters'

  test('lines: names in quotes where they have more than 24 characters or unusual ones', () => {
    expect(csvLine(offset, { group: false })).toBe('t,1,20')
    expect(csvLine(offset, { group: true })).toBe('g,t,1,20')
    expect(csvLine({ ...offset, topic: LONG }, { group: false })).toBe(`"${LONG}",1,20`)
    expect(csvLine({ ...offset, topic: LONG.slice(0, 24) }, { group: false })).toBe(`${LONG.slice(0, 24)},1,20`)
    expect(csvLine({ ...offset, groupId: 'a,"b" c' }, { group: true })).toBe('"a,""b"" c",t,1,20')
  })

  test('both layouts can be read; empty lines and the line ends of Windows do not matter', () => {
    const text = 't,1,20\r\n"t",2,-1\nother,"t",3,7\n\n'
    expect(parseOffsetCsv(text, 'g')).toEqual([
      offset,
      { groupId: 'g', topic: 't', partition: 2, offset: -1 },
      { groupId: 'other', topic: 't', partition: 3, offset: 7 },
    ])
  })

  test.each([
    ['t,1', 'g'],
    ['t,1,20', undefined],
    ['t,1,x', 'g'],
    ['t,-1,5', 'g'],
    ['t,1.5,5', 'g'],
    ['a,g,t,1,5', 'g'],
    ['"t,1,5', 'g'],
    [',1,5', 'g'],
    ['GROUP,TOPIC', undefined],
  ])('refuses %s', (line, groupId) =>
    expect(() => parseOffsetCsv(`t2,0,1\n${line}`.slice(groupId === undefined ? 7 : 0), groupId)).toThrow(
      `is '${line}': expected`,
    ),
  )

  test('of two lines for one partition the last counts', () => {
    const lines = parseOffsetCsv('t,0,1\nother,t,0,3\nt,1,1\nt,0,2', 'g').map((line) => csvLine(line, { group: true }))
    expect(lines).toEqual(['g,t,0,2', 'other,t,0,3', 'g,t,1,1'])
  })

  test('what is written is read back', () => {
    const text = fc.string({ minLength: 1 }).filter((name) => !/[\r\n]/.test(name))
    fc.assert(
      fc.property(text, text, fc.nat(), fc.maxSafeInteger(), (groupId, topic, partition, number) => {
        const written = { groupId, topic, partition, offset: number }
        expect(parseOffsetCsv(csvLine(written, { group: true }), undefined)).toEqual([written])
        expect(parseOffsetCsv(csvLine(written, { group: false }), groupId)).toEqual([written])
      }),
    )
  })
})
