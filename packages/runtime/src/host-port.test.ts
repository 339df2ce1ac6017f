import { describe, expect, test } from '@jest/globals'
import { formatHostPort, parseHostPort, parseHostPortList } from './host-port.ts'

describe('parseHostPort', () => {
  test.each([
    ['localhost:9092', 'localhost', 9092],
    [' broker-1.example.com:0 ', 'broker-1.example.com', 0],
    ['[::1]:9092', '::1', 9092],
    ['[fe80::1%eth0]:65535', 'fe80::1%eth0', 65535],
    ['[::ffff:10.0.0.1]:1', '::ffff:10.0.0.1', 1],
    ['10.0.0.1:1', '10.0.0.1', 1],
  ])('%s', (text, host, port) => {
    expect(parseHostPort(text)).toEqual({ host, port })
    expect(parseHostPort(formatHostPort({ host, port }))).toEqual({ host, port })
  })

  test.each([
    ['localhost', 'the port is missing'],
    ['localhost:', 'the port is missing'],
    [':9092', 'the host is missing'],
    ['', 'the host is missing'],
    ['[]:1', 'the host is missing'],
    ['a b:1', 'the host is missing'],
    ['localhost:http', 'http is not a port (0 to 65535)'],
    ['localhost:65536', '65536 is not a port (0 to 65535)'],
    ['localhost:-1', '-1 is not a port (0 to 65535)'],
    ['localhost:9092x', '9092x is not a port (0 to 65535)'],
    ['[localhost]:1', 'brackets hold an IPv6 address'],
    ['[::1:1', 'brackets hold an IPv6 address'],
  ])('not "%s"', (text, reason) => {
    expect(() => parseHostPort(text)).toThrow(`"${text}" is not an address of the form host:port: ${reason}`)
  })

  test('an IPv6 address needs its brackets', () => {
    expect(() => parseHostPort('::1:9092')).toThrow('the host is missing')
    expect(() => parseHostPort('fe80::1:9092')).toThrow(/not a port/)
  })

  test('a default port stands in for a missing one only', () => {
    expect(parseHostPort('h', 2181)).toEqual({ host: 'h', port: 2181 })
    expect(parseHostPort('[::1]', 2181)).toEqual({ host: '::1', port: 2181 })
    expect(parseHostPort('h:1', 2181)).toEqual({ host: 'h', port: 1 })
    expect(() => parseHostPort('h:', 2181)).toThrow('the port is missing')
  })
})

describe('parseHostPortList', () => {
  test.each([
    ['h1:1', [['h1', 1]], ''],
    [
      'h1:1,h2:2',
      [
        ['h1', 1],
        ['h2', 2],
      ],
      '',
    ],
    [
      'h1:1, [::1]:2 ,h3:3/kafka/a/',
      [
        ['h1', 1],
        ['::1', 2],
        ['h3', 3],
      ],
      '/kafka/a',
    ],
    [
      'h1:1,,h2:2,/',
      [
        ['h1', 1],
        ['h2', 2],
      ],
      '',
    ],
  ])('%s', (text, servers, chroot) => {
    const parsed = parseHostPortList(text)
    expect(parsed.servers.map(({ host, port }) => [host, port])).toEqual(servers)
    expect(parsed.chroot).toBe(chroot)
  })

  test.each(['', ' , ', '/kafka'])('"%s" names nobody', (text) => {
    expect(() => parseHostPortList(text)).toThrow('no address is given')
  })

  test('the wrong one of several is named', () => {
    expect(() => parseHostPortList('h1:1,h2')).toThrow('"h2" is not an address')
    expect(parseHostPortList('h1:1,h2', 2181).servers[1]).toEqual({ host: 'h2', port: 2181 })
  })
})
