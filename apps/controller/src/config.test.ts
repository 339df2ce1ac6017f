import { describe, expect, test } from '@jest/globals'
import { recordingLogger } from '@ottla/runtime/testing'
import { answerGet } from './brokers-page.ts'
import { listenAddress, readControllerConfig } from './config.ts'
import { clusterOf } from './testing/images.ts'

const read = (given: Record<string, string>, logger = recordingLogger()) =>
  readControllerConfig(new Map(Object.entries({ dataDir: '/d', ...given })), logger)

describe('configuration', () => {
  test('a zookeeper.properties file starts a controller; each key without a meaning is said once', () => {
    const logger = recordingLogger()
    const zookeeper = {
      clientPort: '2182',
      tickTime: '2000',
      initLimit: '5',
      maxClientCnxns: '0',
      'admin.enableServer': 'false',
      'server.1': 'h:2888:3888',
    }
    const config = read({ ...zookeeper, dataDri: '/x' }, logger)
    expect(config).toMatchObject({ clientPort: 2182, dataDir: '/d', 'broker.session.timeout.ms': 9000 })
    expect(logger.messages('warn')).toEqual([
      ...['tickTime', 'initLimit', 'maxClientCnxns', 'admin.enableServer', 'server.1'].map((key) =>
        expect.stringContaining(`configuration ${key} belongs to ZooKeeper`),
      ),
      'unknown configuration dataDri is ignored: did you mean dataDir?',
    ])
  })

  test.each([
    [{ clientPort: 'x' }, /Invalid value x for configuration clientPort/],
    [{ clientPort: '70000' }, /Invalid value 70000 for configuration clientPort: Value must be between 0 and 65535/],
    [{ dataDir: '' }, /dataDir/],
    [{ 'broker.session.timeout.ms': '5' }, /broker\.session\.timeout\.ms.*between 100/],
  ])('%j is refused', (given, message) => {
    expect(() => read(given as Record<string, string>)).toThrow(message)
  })

  test('the directory has no default', () => {
    expect(() => readControllerConfig(new Map(), recordingLogger())).toThrow(/dataDir/)
  })

  test.each([
    [{}, '127.0.0.1'],
    [{ clientPortAddress: '::1' }, '::1'],
    [{ clientPortAddress: '127.0.0.2' }, '127.0.0.2'],
    [{ 'session.secret': 's' }, ''],
    [{ 'session.secret': 's', clientPortAddress: '0.0.0.0' }, '0.0.0.0'],
  ])('%j listens on %j', (given, host) => {
    expect(listenAddress(read(given))).toBe(host)
  })

  test.each(['0.0.0.0', '10.0.0.1', '::', 'example.com', '127.evil.com'])('%s needs a secret', (clientPortAddress) => {
    expect(() => listenAddress(read({ clientPortAddress }))).toThrow(/without session\.secret/)
  })
})

describe('GET /brokers', () => {
  const image = clusterOf([2, 1], [3])
  const get = (query: string, chroot: string, path = '/brokers') => {
    const answer = answerGet({ path, query }, image, chroot)
    return answer && { status: answer.status, body: JSON.parse(answer.body) }
  }

  test('names the brokers that serve', () => {
    expect(get('', '')).toEqual({
      status: 200,
      body: {
        clusterId: 'cluster',
        brokers: [1, 2].map((id) => ({
          id,
          host: 'localhost',
          port: 9090 + id,
          listener: 'PLAINTEXT',
          securityProtocol: 'PLAINTEXT',
        })),
      },
    })
  })

  test.each([
    ['', '', 200],
    ['chroot=', '', 200],
    ['chroot=%2Fblue', 'blue', 200],
    ['chroot=/blue/', 'blue', 200],
    ['chroot=/green', 'blue', 404],
    ['', 'blue', 404],
    ['chroot=/green', '', 404],
  ])('?%s for the cluster %j is %i', (query, chroot, status) => {
    const answer = get(query, chroot)!
    expect(answer.status).toBe(status)
    if (status === 404) expect(answer.body.error).toMatch(/chroot|cluster \/blue/)
  })

  test('nothing else is served', () => {
    expect(get('', '', '/')).toBeUndefined()
  })
})
