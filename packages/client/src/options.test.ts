import { describe, expect, test } from '@jest/globals'
import { ClientConfigError } from './option-table.ts'
import { clientConfig, optionsOfProperties, parseBootstrapServers } from './options.ts'

describe('parseBootstrapServers', () => {
  test.each([
    ['localhost:9092', [{ host: 'localhost', port: 9092 }]],
    [
      ' a:1 , b:2,',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    ],
    ['[::1]:9092', [{ host: '::1', port: 9092 }]],
    ['PLAINTEXT://h:1', [{ host: 'h', port: 1 }]],
    [
      ['a:1', 'b:2'],
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    ],
  ])('%j', (text, expected) => {
    expect(parseBootstrapServers(text)).toEqual(expected)
  })

  test.each(['', ' , ', 'localhost', 'localhost:', 'localhost:0', 'localhost:70000', 'a b:1', '::1:9092'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseBootstrapServers(text)).toThrow(ClientConfigError)
    },
  )
})

describe('clientConfig', () => {
  test('fills in the defaults; undefined counts as not given', () => {
    expect(clientConfig({ bootstrapServers: 'h:1', clientId: undefined as never, retryBackoffMs: 7 })).toEqual({
      bootstrapServers: [{ host: 'h', port: 1 }],
      clientId: 'ottla',
      requestTimeoutMs: 30_000,
      defaultApiTimeoutMs: 60_000,
      retryBackoffMs: 7,
      retryBackoffMaxMs: 1_000,
      socketConnectionSetupTimeoutMs: 10_000,
      responseBytesMax: 268_435_456,
    })
  })

  test('without brokers it says so', () => {
    expect(() => clientConfig({} as never)).toThrow('bootstrapServers is missing: expected host:port,host:port')
  })

  test('a number in text is one', () => {
    expect(clientConfig({ bootstrapServers: 'h:1', requestTimeoutMs: '50' as never }).requestTimeoutMs).toBe(50)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 31])('refuses requestTimeoutMs %d and names it', (requestTimeoutMs) => {
    expect(() => clientConfig({ bootstrapServers: 'h:1', requestTimeoutMs })).toThrow(/requestTimeoutMs=/)
  })
})

describe('optionsOfProperties', () => {
  test('takes only what is given, in camelCase, and names what is not known', () => {
    const properties = new Map([
      ['client.id', 'me'],
      ['request.timeout.ms', '5'],
      ['acks', 'all'],
    ])
    expect(optionsOfProperties(properties)).toEqual({
      options: { clientId: 'me', requestTimeoutMs: 5 },
      unknown: ['acks'],
    })
  })

  test('a value that is no number names its key', () => {
    expect(() => optionsOfProperties(new Map([['retry.backoff.ms', 'soon']]))).toThrow(/soon.*retry\.backoff\.ms/)
  })
})
