import { describe, expect, test } from '@jest/globals'
import { type ListenerKeys, parseListeners } from './listener-config.ts'

const MAP = 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT'

function parse(keys: Partial<ListenerKeys>) {
  return parseListeners({
    listeners: ['PLAINTEXT://:9092'],
    advertisedListeners: null,
    securityProtocolMap: MAP,
    interBrokerListenerName: null,
    securityInterBrokerProtocol: 'PLAINTEXT',
    ...keys,
  })
}

describe('parseListeners', () => {
  test('the default', () => {
    expect(parse({})).toEqual({
      problems: [],
      listeners: [
        {
          name: 'PLAINTEXT',
          securityProtocol: 'PLAINTEXT',
          isInterBroker: true,
          host: '',
          port: 9092,
          advertisedHost: 'localhost',
          advertisedPort: 9092,
          isAdvertised: true,
        },
      ],
    })
  })

  test('several names, each with what clients are told', () => {
    const { listeners, problems } = parse({
      listeners: ['INTERNAL://10.0.0.1:9092', 'EXTERNAL://0.0.0.0:9093', 'admin://[::1]:0'],
      advertisedListeners: ['INTERNAL://broker:9092', 'EXTERNAL://[2001:db8::1]:19093'],
      securityProtocolMap: 'INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,ADMIN:PLAINTEXT',
      interBrokerListenerName: 'internal',
    })
    expect(problems).toEqual([])
    expect(
      listeners.map(({ name, host, port, advertisedHost, advertisedPort, isAdvertised, isInterBroker }) => [
        name,
        host,
        port,
        advertisedHost,
        advertisedPort,
        isAdvertised,
        isInterBroker,
      ]),
    ).toEqual([
      ['INTERNAL', '10.0.0.1', 9092, 'broker', 9092, true, true],
      ['EXTERNAL', '0.0.0.0', 9093, '2001:db8::1', 19093, true, false],
      ['ADMIN', '::1', 0, '::1', 0, false, false],
    ])
  })

  test.each<[string, Partial<ListenerKeys>, RegExp]>([
    ['no listener', { listeners: [] }, /^listeners: at least one/],
    ['no scheme', { listeners: ['localhost:9092'] }, /^listeners: "localhost:9092" is not NAME:\/\/host:port/],
    ['no port', { listeners: ['PLAINTEXT://localhost'] }, /^listeners: "PLAINTEXT:\/\/localhost"/],
    ['a port that is none', { listeners: ['PLAINTEXT://localhost:70000'] }, /^listeners: .*70000/],
    ['a name twice', { listeners: ['PLAINTEXT://a:1', 'plaintext://a:2'] }, /PLAINTEXT is there twice/],
    ['a port twice', { listeners: ['PLAINTEXT://a:1', 'B://:1'] }, /PLAINTEXT and B share port 1/],
    ['TLS', { listeners: ['SSL://a:1'] }, /^listeners: SSL wants SSL, and only PLAINTEXT is served/],
    ['an unmapped name', { listeners: ['X://a:1'] }, /^listener.security.protocol.map: no protocol for the listener X/],
    [
      'a wrong map',
      { securityProtocolMap: 'PLAINTEXT=PLAINTEXT' },
      /^listener.security.protocol.map: "PLAINTEXT=PLAINTEXT"/,
    ],
    ['an unknown protocol', { securityProtocolMap: 'PLAINTEXT:TLS' }, /with a protocol of PLAINTEXT, SSL/],
    [
      'advertising what is not there',
      { advertisedListeners: ['X://a:1'] },
      /^advertised.listeners: X is not in listeners/,
    ],
    [
      'advertising everywhere',
      { advertisedListeners: ['PLAINTEXT://0.0.0.0:1'] },
      /^advertised.listeners: clients of PLAINTEXT cannot connect to 0.0.0.0/,
    ],
    [
      'listening everywhere by address',
      { listeners: ['PLAINTEXT://0.0.0.0:1'] },
      /^advertised.listeners: clients of PLAINTEXT/,
    ],
    [
      'another listener for brokers',
      { interBrokerListenerName: 'B' },
      /^inter.broker.listener.name: B is not an advertised listener \(PLAINTEXT\)/,
    ],
  ])('%s is refused', (_, keys, problem) => {
    const { listeners, problems } = parse(keys)
    expect(listeners).toEqual([])
    expect(problems.join('\n')).toMatch(problem)
  })
})
