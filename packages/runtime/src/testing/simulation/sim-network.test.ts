import { describe, expect, test } from '@jest/globals'
import type { Connection } from '../../net.ts'
import type { WebSocketConnection } from '../../web-socket.ts'
import { Simulation } from './simulation.ts'

const PORT = 9092

/** A client and a server with a TCP connection, and what each has received and been told. */
async function connected(seed = 1) {
  const simulation = new Simulation(seed)
  const server = simulation.host('server').start()
  const client = simulation.host('client').start()
  const log: string[] = []
  const watch = (name: string, connection: Connection): Connection => {
    connection.onData((chunk) => log.push(`${name} has ${chunk.join(' ')}`))
    connection.onClose((error) => log.push(`${name} closed${error === undefined ? '' : ` ${error.message}`}`))
    return connection
  }
  let accepted: Connection | undefined
  await server.runtime.net.listen({ host: '', port: PORT }, (connection) => {
    accepted = watch('server', connection)
  })
  let opened: Connection | undefined
  const connect = (timeoutMs = 1000) => client.runtime.net.connect({ host: 'server', port: PORT, timeoutMs })
  void connect().then((connection) => {
    opened = watch('client', connection)
  })
  await simulation.advance(50)
  return { simulation, server, client, log, connect, opened: opened!, accepted: accepted! }
}

function outcomeOf(promise: Promise<unknown>): { value: string } {
  const outcome = { value: 'waiting' }
  promise.then(
    () => (outcome.value = 'open'),
    (error: { code: string }) => (outcome.value = error.code),
  )
  return outcome
}

describe('connections', () => {
  test('bytes take time, and keep their order whatever the delays are', async () => {
    const { simulation, log, opened } = await connected()
    simulation.network.delay(5, 50)
    for (let n = 0; n < 50; n++) opened.write([Uint8Array.of(n)])
    await simulation.advance(4)
    expect(log).toEqual([])
    await simulation.advance(3000)
    expect(log.flatMap((line) => line.slice('server has '.length).split(' ').map(Number))).toEqual(
      Array.from({ length: 50 }, (_, n) => n),
    )
  })

  test('each end knows the address of the other', async () => {
    const { opened, accepted } = await connected()
    expect([opened.remoteAddress, opened.remotePort]).toEqual(['10.0.0.1', PORT])
    expect([accepted.remoteAddress, accepted.remotePort]).toEqual(['10.0.0.2', opened.localPort])
  })

  test('nobody listens: refused; no such host: not found; the machine is off: no answer', async () => {
    const { simulation, client } = await connected()
    const to = (host: string, port: number) => outcomeOf(client.runtime.net.connect({ host, port, timeoutMs: 500 }))
    const outcomes = [to('server', 1), to('elsewhere', 1)]
    await simulation.advance(100)
    simulation.host('server').losePower()
    outcomes.push(to('server', PORT))
    await simulation.advance(450)
    expect(outcomes.map(({ value }) => value)).toEqual(['ECONNREFUSED', 'ENOTFOUND', 'waiting'])
    await simulation.advance(100)
    expect(outcomes[2]!.value).toBe('ETIMEDOUT')
  })

  test('a stopped server has connections and bytes waiting for it when it goes on', async () => {
    const { simulation, server, log, opened, connect } = await connected()
    server.process.stop()
    const late = outcomeOf(connect())
    opened.write([Uint8Array.of(7)])
    await simulation.advance(900)
    expect([late.value, log]).toEqual(['open', []])
    server.process.resume()
    await simulation.advance(10)
    expect(log).toEqual(['server has 7'])
  })
})

describe('cuts', () => {
  test('hold back everything and tell nobody; afterwards all comes in order', async () => {
    const { simulation, log, opened, accepted, connect } = await connected()
    simulation.network.cut('client', 'server')
    opened.write([Uint8Array.of(1)])
    accepted.write([Uint8Array.of(2)])
    const late = outcomeOf(connect(800))
    await simulation.advance(5000)
    opened.write([Uint8Array.of(3)])
    expect([log, late.value]).toEqual([[], 'ETIMEDOUT'])
    simulation.network.heal('client', 'server')
    await simulation.advance(100)
    expect(log.toSorted()).toEqual(['client has 2', 'server has 1', 'server has 3'])
    expect(log.indexOf('server has 1')).toBeLessThan(log.indexOf('server has 3'))
  })

  test('one way: the other direction passes, and no new connection is made', async () => {
    const { simulation, log, opened, accepted, connect } = await connected()
    simulation.network.cutOneWay('server', 'client')
    opened.write([Uint8Array.of(1)])
    accepted.write([Uint8Array.of(2)])
    const late = outcomeOf(connect())
    await simulation.advance(2000)
    expect([log, late.value]).toEqual([['server has 1'], 'ETIMEDOUT'])
    simulation.network.heal()
    await simulation.advance(100)
    expect(log).toEqual(['server has 1', 'client has 2'])
  })

  test('a request for a connection is sent again: a cut that ends in time is not noticed', async () => {
    const { simulation, connect } = await connected()
    simulation.network.cut('client', 'server')
    const late = outcomeOf(connect(5000))
    await simulation.advance(500)
    simulation.network.heal()
    await simulation.advance(1000)
    expect(late.value).toBe('open')
  })

  test('the end of a killed process comes through when the cut is over', async () => {
    const { simulation, log } = await connected()
    simulation.network.cut('client', 'server')
    simulation.host('server').kill()
    await simulation.advance(5000)
    expect(log).toEqual([])
    simulation.network.heal()
    await simulation.advance(100)
    expect(log).toEqual(['client closed'])
  })
})

describe('ends', () => {
  test('a killed process: what it had sent arrives, then the end; what is sent to it is gone', async () => {
    const { simulation, log, opened, accepted } = await connected()
    accepted.write([Uint8Array.of(1)])
    opened.write([Uint8Array.of(2)])
    simulation.host('server').kill()
    await simulation.advance(100)
    expect(log).toEqual(['client has 1', 'client closed'])
  })

  test('a machine without power says nothing; who has sent something to it is told when it is back', async () => {
    const { simulation, log, opened } = await connected()
    simulation.host('server').losePower()
    await simulation.advance(5000)
    opened.write([Uint8Array.of(1)])
    await simulation.advance(5000)
    expect(log).toEqual([])
    simulation.host('server').start()
    await simulation.advance(2000)
    expect(log).toEqual(['client closed'])
  })

  test('who sends nothing to it never knows; the first bytes are answered with a reset', async () => {
    const { simulation, log, opened } = await connected()
    simulation.host('server').losePower()
    simulation.host('server').start()
    await simulation.advance(60_000)
    expect(log).toEqual([])
    opened.write([Uint8Array.of(1)])
    await simulation.advance(2000)
    expect(log).toEqual(['client closed'])
  })

  test('a dropped connection: both ends are told, the second one late if wanted', async () => {
    const { simulation, log } = await connected()
    expect(simulation.network.dropConnections('client', 'server', 500)).toBe(1)
    await simulation.advance(400)
    expect(log).toEqual(['client closed'])
    await simulation.advance(200)
    expect(log).toEqual(['client closed', 'server closed'])
    expect(simulation.network.dropConnections('client', 'server')).toBe(0)
  })

  test('a server that died before it could accept: the client hears of it', async () => {
    const { simulation, server, log, client } = await connected()
    server.process.stop()
    let closed = false
    void client.runtime.net.connect({ host: 'server', port: PORT, timeoutMs: 1000 }).then((connection) => {
      connection.onClose(() => {
        closed = true
      })
    })
    await simulation.advance(100)
    simulation.host('server').kill()
    await simulation.advance(100)
    expect([closed, log]).toEqual([true, ['client closed']])
  })

  test('bytes that a paused or slow peer has not taken are pending, and the drain comes later', async () => {
    const { simulation, opened, accepted } = await connected()
    let drains = 0
    opened.onDrain(() => drains++)
    accepted.pause()
    expect(opened.write([new Uint8Array(300 * 1024)])).toBe(false)
    await simulation.advance(1000)
    expect([drains, opened.pendingBytes]).toEqual([0, 44 * 1024])
    accepted.resume()
    await simulation.advance(1000)
    expect([drains, opened.pendingBytes]).toEqual([1, 0])
  })
})

describe('WebSockets', () => {
  async function session(seed = 1) {
    const simulation = new Simulation(seed)
    const server = simulation.host('server').start()
    const client = simulation.host('client').start()
    const log: string[] = []
    let accepted: WebSocketConnection | undefined
    await server.runtime.webSocket.listen(
      { host: '', port: PORT, maxMessageBytes: 100 },
      {
        onUpgrade: ({ path }) => path === '/session',
        onConnection(connection) {
          accepted = connection
          connection.onMessage((message) => log.push(`server has ${message.join(' ')}`))
          connection.onClose((reason) => log.push(`server closed: ${reason}`))
        },
        onGet: async (path, query) => ({ status: 200, contentType: 'text/plain', body: `${path}?${query}` }),
      },
    )
    const connect = (path: string, timeoutMs = 500) =>
      client.runtime.webSocket.connect({ host: 'server', port: PORT, path, timeoutMs, maxMessageBytes: 100 })
    let opened: WebSocketConnection | undefined
    void connect('/session').then((connection) => {
      opened = connection
      connection.onClose((reason) => log.push(`client closed: ${reason}`))
    })
    await simulation.advance(50)
    return { simulation, server, client, log, connect, opened: opened!, accepted: accepted! }
  }

  test('messages pass whole; another path is refused; GET is answered', async () => {
    const { simulation, client, log, opened, connect } = await session()
    opened.send(Uint8Array.of(1, 2))
    const refused = outcomeOf(connect('/other'))
    let body = ''
    const target = { host: 'server', port: PORT, timeoutMs: 500 }
    void client.runtime.webSocket.get({ ...target, path: '/brokers?x=1' }).then((answer) => {
      body = answer.body
    })
    await simulation.advance(100)
    expect([log, refused.value, body]).toEqual([['server has 1 2'], 'EPROTO', '/brokers?x=1'])
  })

  test('a stopped server opens nothing and answers no ping', async () => {
    const { simulation, server, connect, opened } = await session()
    server.process.stop()
    const late = outcomeOf(connect('/session'))
    let answered: boolean | undefined
    void opened.ping(300).then((answer) => {
      answered = answer
    })
    await simulation.advance(600)
    expect([late.value, answered]).toEqual(['ETIMEDOUT', false])
  })

  test('the peer of a killed process is told of code 1006, that of a closing one the reason', async () => {
    const one = await session()
    one.simulation.host('server').kill()
    await one.simulation.advance(100)
    expect(one.log).toEqual(['client closed: closed with code 1006'])
    const other = await session()
    other.opened.close('enough')
    await other.simulation.advance(100)
    expect(other.log.toSorted()).toEqual(['client closed: enough', 'server closed: enough'])
  })
})
