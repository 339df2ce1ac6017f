import { afterAll, describe, expect, test } from '@jest/globals'
import { type Listener, NetError } from './net.ts'
import { nodeWebSocket } from './node/web-socket.ts'
import { memoryWebSocket } from './testing/index.ts'
import { runningMachine } from './testing/simulation/running.ts'
import type { UpgradeRequest, WebSocketConnection, WebSocketTransport } from './web-socket.ts'

const HOST = '127.0.0.1'
const MESSAGE_BYTES_MAX = 100_000

interface Pair {
  readonly client: WebSocketConnection
  readonly server: WebSocketConnection
  readonly listener: Listener
}

class Received {
  readonly messages: Uint8Array[] = []
  readonly closed: Promise<string>
  #changed: () => void = () => {}

  constructor(connection: WebSocketConnection) {
    connection.onMessage((message) => {
      this.messages.push(message)
      this.#changed()
    })
    this.closed = new Promise((resolve) => connection.onClose(resolve))
  }

  async count(count: number): Promise<Uint8Array[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
    return this.messages
  }
}

const machine = runningMachine()
afterAll(() => machine.stop())

/** What every WebSocketTransport promises. */
describe.each([
  ['node', nodeWebSocket],
  ['memory', memoryWebSocket()],
  ['simulated', machine.runtime.webSocket],
])('WebSocketTransport: %s', (_name, transport: WebSocketTransport) => {
  async function withPair(run: (pair: Pair) => Promise<void>): Promise<void> {
    let onServer: (connection: WebSocketConnection) => void = () => {}
    const accepted = new Promise<WebSocketConnection>((resolve) => {
      onServer = resolve
    })
    const listener = await transport.listen(
      { host: HOST, port: 0, maxMessageBytes: MESSAGE_BYTES_MAX },
      {
        onConnection: (connection) => onServer(connection),
        onGet: (path, query) => {
          if (path === '/later') return Promise.resolve({ status: 200, contentType: 'text/plain', body: 'later' })
          if (path === '/failing') return Promise.reject(new Error('no answer'))
          if (path === '/query') return { status: 200, contentType: 'text/plain', body: query }
          return path === '/brokers' ? { status: 200, contentType: 'application/json', body: '["ä"]' } : undefined
        },
      },
    )
    const client = await transport.connect(target(listener.port))
    const server = await accepted
    try {
      await run({ client, server, listener })
    } finally {
      client.terminate()
      server.terminate()
      await listener.close()
    }
  }

  const target = (port: number) => ({
    host: HOST,
    port,
    path: '/session',
    timeoutMs: 5000,
    maxMessageBytes: MESSAGE_BYTES_MAX,
  })

  test('messages arrive whole and in order, in both directions; empty ones too', () =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      const atClient = new Received(client)
      const sent = [1, 0, 70_000, 3].map((length) => new Uint8Array(length).fill(length))
      for (const message of sent) client.send(message)
      server.send(Uint8Array.of(9, 8))
      expect(await atServer.count(4)).toEqual(sent)
      expect(await atClient.count(1)).toEqual([Uint8Array.of(9, 8)])
      expect(atServer.messages.every((message) => message.constructor === Uint8Array)).toBe(true)
      expect(server.remoteAddress).toContain('127.0.0.1')
      expect(client.pendingBytes).toBe(0)
    }))

  test('what is sent before the other side has set its handlers is not lost', async () => {
    const listener = await transport.listen(
      { host: HOST, port: 0, maxMessageBytes: 100 },
      { onConnection: (connection) => connection.send(Uint8Array.of(1)), onGet: () => undefined },
    )
    const client = await transport.connect(target(listener.port))
    await Promise.resolve()
    expect(await new Received(client).count(1)).toEqual([Uint8Array.of(1)])
    client.terminate()
    await listener.close()
  })

  test('close sends what is pending, and its reason reaches both sides', () =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      const atClient = new Received(client)
      client.send(Uint8Array.of(1))
      client.close('going away')
      client.send(Uint8Array.of(2))
      expect(await atServer.closed).toBe('going away')
      expect(await atClient.closed).toBe('going away')
      expect(atServer.messages).toEqual([Uint8Array.of(1)])
      expect(await client.ping(5000)).toBe(false)
    }))

  test.each([
    ['is too long for a close frame', 'x'.repeat(500), 'x'.repeat(123)],
    ['would be cut within a character', `${'x'.repeat(122)}ä`, 'x'.repeat(122)],
  ])('of a reason that %s, the beginning is told', (_, reason, told) =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      new Received(client)
      client.close(reason)
      expect(await atServer.closed).toBe(told)
    }),
  )

  test('who must not upgrade gets no connection', async () => {
    const asked: UpgradeRequest[] = []
    const listener = await transport.listen(
      { host: HOST, port: 0, maxMessageBytes: 100 },
      {
        onUpgrade(request) {
          asked.push(request)
          return false
        },
        onConnection: () => {
          throw new Error('unexpected')
        },
        onGet: () => undefined,
      },
    )
    await expect(transport.connect(target(listener.port))).rejects.toMatchObject({ name: 'NetError', code: 'EPROTO' })
    expect(asked).toEqual([{ path: '/session', origin: undefined }])
    await listener.close()
  })

  test('a stranger may send less than somebody who has said something', async () => {
    const accepted: Received[] = []
    let onAccepted = () => {}
    const listener = await transport.listen(
      { host: HOST, port: 0, maxMessageBytes: MESSAGE_BYTES_MAX, firstMessageBytesMax: 1000 },
      {
        onConnection(connection) {
          accepted.push(new Received(connection))
          onAccepted()
        },
        onGet: () => undefined,
      },
    )
    const connect = async () => {
      const here = new Promise<void>((resolve) => {
        onAccepted = resolve
      })
      const connection = await transport.connect(target(listener.port))
      const { closed } = new Received(connection)
      await here
      return { connection, closed }
    }
    const known = await connect()
    known.connection.send(new Uint8Array(1000))
    await accepted[0]!.count(1)
    known.connection.send(new Uint8Array(50_000))
    await accepted[0]!.count(2)
    const stranger = await connect()
    stranger.connection.send(new Uint8Array(1001))
    await stranger.closed
    expect(accepted.map(({ messages }) => messages.length)).toEqual([2, 0])
    known.connection.terminate()
    await listener.close()
  })

  test('terminate breaks the connection for both', () =>
    withPair(async ({ client, server }) => {
      const closed = [new Received(client).closed, new Received(server).closed]
      server.terminate()
      expect(await Promise.all(closed)).toEqual(['closed with code 1006', 'closed with code 1006'])
      server.send(Uint8Array.of(1))
    }))

  test('a live peer answers pings, each its own', () =>
    withPair(async ({ client, server }) => {
      new Received(client)
      new Received(server)
      expect(await Promise.all([client.ping(5000), client.ping(5000), server.ping(5000)])).toEqual([true, true, true])
    }))

  test('a ping whose connection breaks is unanswered', () =>
    withPair(async ({ client, server }) => {
      new Received(server)
      const { closed } = new Received(client)
      const ping = client.ping(60_000)
      client.terminate()
      expect(await ping).toBe(false)
      await closed
    }))

  test.each(['client', 'server'] as const)('a message that is too long for the %s ends the connection', (side) =>
    withPair(async ({ client, server }) => {
      const [receiver, sender] = side === 'client' ? [client, server] : [server, client]
      const atReceiver = new Received(receiver)
      const atSender = new Received(sender)
      sender.send(new Uint8Array(MESSAGE_BYTES_MAX))
      await atReceiver.count(1)
      sender.send(new Uint8Array(MESSAGE_BYTES_MAX + 1))
      expect(await atReceiver.closed).toContain('Max payload size exceeded')
      await atSender.closed
      expect(atReceiver.messages).toHaveLength(1)
    }),
  )

  test('the same port answers GET', () =>
    withPair(async ({ listener }) => {
      const get = (path: string) => transport.get({ host: HOST, port: listener.port, path, timeoutMs: 5000 })
      expect(await get('/brokers')).toEqual({ status: 200, contentType: 'application/json', body: '["ä"]' })
      expect(await get('/query?x=1&y=2')).toMatchObject({ status: 200, body: 'x=1&y=2' })
      expect(await get('/later')).toMatchObject({ status: 200, body: 'later' })
      expect(await get('/failing')).toMatchObject({ status: 500, body: 'no answer\n' })
      expect(await get('/other')).toMatchObject({ status: 404 })
    }))

  test('closing the listener leaves open connections alone', () =>
    withPair(async ({ client, server, listener }) => {
      await listener.close()
      const refused = { name: 'NetError', code: 'ECONNREFUSED' }
      await expect(transport.connect(target(listener.port))).rejects.toMatchObject(refused)
      const get = transport.get({ host: HOST, port: listener.port, path: '/', timeoutMs: 5000 })
      await expect(get).rejects.toMatchObject(refused)
      const atServer = new Received(server)
      client.send(Uint8Array.of(5))
      expect(await atServer.count(1)).toEqual([Uint8Array.of(5)])
    }))

  test('a port has one listener', () =>
    withPair(async ({ listener }) => {
      const handlers = { onConnection: () => {}, onGet: () => undefined }
      const second = transport.listen({ host: HOST, port: listener.port, maxMessageBytes: 1 }, handlers)
      await expect(second).rejects.toBeInstanceOf(NetError)
      await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
    }))

  test('connecting can be aborted, before and meanwhile', () =>
    withPair(async ({ listener }) => {
      const aborted = transport.connect({ ...target(listener.port), signal: AbortSignal.abort('no') })
      await expect(aborted).rejects.toBe('no')
      const abort = new AbortController()
      const pending = transport.connect({ ...target(listener.port), signal: abort.signal })
      abort.abort('changed my mind')
      await expect(pending).rejects.toBe('changed my mind')
    }))
})
