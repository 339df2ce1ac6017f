import { describe, expect, test } from '@jest/globals'
import { type ConfigKey, configTable } from './config-table.ts'
import { type ConfigType, parseConfigValue } from './config-value.ts'

const table = configTable([
  { name: 'num.io.threads', type: 'int', default: '8', range: { min: 1 }, doc: 'd' },
  { name: 'log.dirs', type: 'list', default: null, doc: 'd' },
  { name: 'node.id', type: 'int', doc: 'd' },
  { name: 'auto.create.topics.enable', type: 'boolean', default: true, doc: 'd' },
  { name: 'ssl.keystore.password', type: 'password', default: null, oneOf: ['right'], doc: 'd' },
  { name: 'cleanup.policy', type: 'list', default: 'delete', oneOf: ['delete', 'compact'], doc: 'd' },
])

const given = (values: Record<string, string>) => new Map(Object.entries(values))

describe('configTable', () => {
  test('gives typed values, and defaults for what is not given', () => {
    const { values, unknown, errors } = table.parse(given({ 'node.id': '1', 'log.dirs': '/a , /b' }))
    const threads: number = values['num.io.threads']
    const directories: readonly string[] | null = values['log.dirs']
    const creates: boolean = values['auto.create.topics.enable']
    expect([threads, directories, creates]).toEqual([8, ['/a', '/b'], true])
    expect(values['ssl.keystore.password']).toBeNull()
    expect([unknown, errors]).toEqual([[], []])
  })

  test('tells each wrong value with key, value and what is allowed, and goes on', () => {
    const { values, errors } = table.parse(
      given({
        'num.io.threads': '0',
        'node.id': 'one',
        'cleanup.policy': 'compact,shred',
        'ssl.keystore.password': 'secret',
      }),
    )
    expect(errors).toEqual([
      { name: 'num.io.threads', message: 'Invalid value 0 for configuration num.io.threads: Value must be at least 1' },
      { name: 'node.id', message: 'Invalid value one for configuration node.id: Not a number of type INT' },
      {
        name: 'ssl.keystore.password',
        message: 'Invalid value [hidden] for configuration ssl.keystore.password: String must be one of: right',
      },
      {
        name: 'cleanup.policy',
        message: 'Invalid value compact,shred for configuration cleanup.policy: String must be one of: delete, compact',
      },
    ])
    expect(values['num.io.threads']).toBe(8)
  })

  test('tells a missing key that has no default', () => {
    expect(table.parse(new Map()).errors).toEqual([
      { name: 'node.id', message: 'Missing required configuration node.id, which has no default' },
    ])
  })

  test('lists unknown keys, and finds what may have been meant', () => {
    expect(table.parse(given({ 'node.id': '1', 'num.io.thread': '3', x: 'y' })).unknown).toEqual(['num.io.thread', 'x'])
    expect(table.closest('num.io.thread')).toBe('num.io.threads')
    expect(table.closest('x')).toBeUndefined()
    expect(table.key('node.id')?.type).toBe('int')
    expect(table.key('x')).toBeUndefined()
  })

  test('refuses a table that contradicts itself', () => {
    const key: ConfigKey = { name: 'a', type: 'int', default: '1', doc: 'd' }
    expect(() => configTable([key, key])).toThrow('names each key once')
    expect(() => configTable([{ ...key, range: { min: 2 } }])).toThrow('default')
    expect(() => configTable([{ ...key, default: 'many' }])).toThrow('default')
  })
})

describe('parseConfigValue', () => {
  test.each<[ConfigType, string, unknown]>([
    ['boolean', 'true', true],
    ['boolean', ' FALSE ', false],
    ['int', '-2147483648', -2147483648],
    ['int', '+7', 7],
    ['short', '32767', 32767],
    ['long', '9223372036854775807', 2 ** 63],
    ['long', ' 604800000 ', 604800000],
    ['double', '0.5', 0.5],
    ['double', '1.7976931348623157E308', Number.MAX_VALUE],
    ['double', '3', 3],
    ['string', ' padded ', 'padded'],
    ['string', '', ''],
    ['class', 'a.B', 'a.B'],
    ['password', ' kept ', ' kept '],
    ['list', '', []],
    ['list', 'a, b ,c', ['a', 'b', 'c']],
  ])('%s "%s"', (type, text, value) => {
    expect(parseConfigValue(type, text)).toEqual({ ok: true, value })
  })

  test.each<[ConfigType, string, string]>([
    ['boolean', 'yes', 'Expected value to be either true or false'],
    ['boolean', '', 'Expected value to be either true or false'],
    ['int', '2147483648', 'Not a number of type INT'],
    ['int', '', 'Not a number of type INT'],
    ['int', '1.5', 'Not a number of type INT'],
    ['int', '0x10', 'Not a number of type INT'],
    ['short', '32768', 'Not a number of type SHORT'],
    ['long', '9223372036854775808', 'Not a number of type LONG'],
    ['long', '1e3', 'Not a number of type LONG'],
    ['double', 'NaN', 'Not a number of type DOUBLE'],
    ['double', '1e999', 'Not a number of type DOUBLE'],
    ['double', '.', 'Not a number of type DOUBLE'],
  ])('not %s: "%s"', (type, text, reason) => {
    expect(parseConfigValue(type, text)).toEqual({ ok: false, reason })
  })

  test.each([
    [{ min: 1, max: 9 }, '0', 'Value must be between 1 and 9'],
    [{ min: 1, max: 9 }, '10', 'Value must be between 1 and 9'],
    [{ max: 9 }, '10', 'Value must be no more than 9'],
    [{ min: 1 }, '0', 'Value must be at least 1'],
    [{ min: 1, max: 9 }, '9', undefined],
    [{}, '-5', undefined],
  ])('range %j: %s', (range, text, reason) => {
    const parsed = parseConfigValue('int', text, { range })
    expect(parsed.ok ? undefined : parsed.reason).toBe(reason)
  })
})
