import { afterAll, describe, expect, test } from '@jest/globals'
import { type Connection, type Listener, type Net, NetError } from './net.ts'
import { nodeNet } from './node/net.ts'
import { memoryNet } from './testing/index.ts'
import { runningMachine } from './testing/simulation/running.ts'

const HOST = '127.0.0.1'
const bytes = (text: string) => new TextEncoder().encode(text)

interface Pair {
  readonly client: Connection
  readonly server: Connection
  readonly listener: Listener
}

/** Collects what a connection receives, as text. */
class Received {
  text = ''
  readonly closed: Promise<Error | undefined>
  #changed: () => void = () => {}

  constructor(connection: Connection) {
    const decoder = new TextDecoder()
    connection.onData((chunk) => {
      this.text += decoder.decode(chunk, { stream: true })
      this.#changed()
    })
    this.closed = new Promise((resolve) => connection.onClose(resolve))
  }

  async until(text: string): Promise<void> {
    while (this.text.length < text.length) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
    expect(this.text).toBe(text)
  }
}

const machine = runningMachine()
afterAll(() => machine.stop())

/** What every Net promises. */
describe.each([
  ['node', nodeNet],
  ['memory', memoryNet()],
  ['simulated', machine.runtime.net],
])('Net: %s', (_name, net: Net) => {
  async function withPair(run: (pair: Pair) => Promise<void>): Promise<void> {
    let onServer: (connection: Connection) => void = () => {}
    const accepted = new Promise<Connection>((resolve) => {
      onServer = resolve
    })
    const listener = await net.listen({ host: HOST, port: 0 }, (connection) => onServer(connection))
    const client = await net.connect({ host: HOST, port: listener.port, timeoutMs: 5000 })
    const server = await accepted
    try {
      await run({ client, server, listener })
    } finally {
      client.destroy()
      server.destroy()
      await listener.close()
    }
  }

  test('bytes arrive in order, in both directions', () =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      const atClient = new Received(client)
      client.write([bytes('one '), bytes(''), bytes('two ')])
      client.write([bytes('three')])
      server.write([bytes('answer')])
      await atServer.until('one two three')
      await atClient.until('answer')
      expect(client.pendingBytes).toBe(0)
    }))

  test('ends know each other by their ports', () =>
    withPair(async ({ client, server, listener }) => {
      expect(listener.port).toBeGreaterThan(0)
      expect(client.remotePort).toBe(listener.port)
      expect(server.localPort).toBe(listener.port)
      expect(server.remotePort).toBe(client.localPort)
      expect(server.remoteAddress).toContain('127.0.0.1')
    }))

  test('what is sent before the other side has set its handlers is not lost', async () => {
    const listener = await net.listen({ host: HOST, port: 0 }, (connection) => {
      connection.write([bytes('greeting')])
    })
    const handedOver = async () => net.connect({ host: HOST, port: listener.port, timeoutMs: 5000 })
    const client = await handedOver()
    await Promise.resolve()
    const received = new Received(client)
    await received.until('greeting')
    client.destroy()
    await listener.close()
  })

  test('end sends what is pending; both sides close without an error', () =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      const atClient = new Received(client)
      const long = 'x'.repeat(3_000_000)
      client.write([bytes(long)])
      client.end()
      client.end()
      await atServer.until(long)
      expect(await atServer.closed).toBeUndefined()
      expect(await atClient.closed).toBeUndefined()
      expect(client.write([bytes('too late')])).toBe(false)
    }))

  test('a side whose peer has ended still sends what it has', () =>
    withPair(async ({ client, server }) => {
      const atClient = new Received(client)
      new Received(server)
      server.write([bytes('last words')])
      server.end()
      await atClient.until('last words')
      expect(await atClient.closed).toBeUndefined()
    }))

  test('destroy closes both sides at once and tells its own side the error', () =>
    withPair(async ({ client, server }) => {
      const atServer = new Received(server)
      const atClient = new Received(client)
      const error = new Error('protocol violation')
      client.destroy(error)
      expect(await atClient.closed).toBe(error)
      await atServer.closed
      expect(server.write([bytes('nobody is there')])).toBe(false)
    }))

  test('a paused receiver gets nothing, and its sender has to wait', () =>
    withPair(async ({ client, server }) => {
      server.pause()
      const atServer = new Received(server)
      let drained = 0
      const drain = new Promise<void>((resolve) => {
        client.onDrain(() => {
          drained++
          resolve()
        })
      })
      const chunk = new Uint8Array(1024 * 1024).fill(120)
      let sent = 0
      for (let accepted = true; accepted && sent < 64; sent++) accepted = client.write([chunk])
      expect(sent).toBeLessThan(64)
      // A round trip on another connection, so that the first had its time.
      await withPair(async (other) => {
        const reply = new Received(other.client)
        other.server.write([bytes('ping')])
        await reply.until('ping')
      })
      expect(client.pendingBytes).toBeGreaterThan(0)
      expect([atServer.text.length, drained]).toEqual([0, 0])
      server.resume()
      await atServer.until('x'.repeat(sent * chunk.byteLength))
      await drain
      expect(drained).toBe(1)
      expect(client.pendingBytes).toBe(0)
    }))

  test('a receiver can pause inside its handler', () =>
    withPair(async ({ client, server }) => {
      let chunks = 0
      let resumed = false
      const all = new Promise<number>((resolve) => {
        let total = 0
        server.onData((chunk) => {
          expect(chunks === 0 || resumed).toBe(true)
          total += chunk.byteLength
          if (chunks++ === 0) {
            server.pause()
            setImmediate(() => {
              resumed = true
              server.resume()
            })
          }
          if (total === 4_000_000) resolve(total)
        })
      })
      for (let part = 0; part < 40; part++) client.write([new Uint8Array(100_000)])
      expect(await all).toBe(4_000_000)
    }))

  test('closing the listener leaves open connections alone and frees the port', () =>
    withPair(async ({ client, server, listener }) => {
      await listener.close()
      await listener.close()
      const target = { host: HOST, port: listener.port, timeoutMs: 5000 }
      await expect(net.connect(target)).rejects.toMatchObject({ name: 'NetError', code: 'ECONNREFUSED' })
      const atServer = new Received(server)
      client.write([bytes('still open')])
      await atServer.until('still open')
      const again = await net.listen({ host: HOST, port: listener.port }, () => {})
      expect(again.port).toBe(listener.port)
      await again.close()
    }))

  test('a port has one listener', () =>
    withPair(async ({ listener }) => {
      const second = net.listen({ host: HOST, port: listener.port }, () => {})
      await expect(second).rejects.toBeInstanceOf(NetError)
      await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
    }))

  test('a listener without a host is reached by the loopback address', async () => {
    const listener = await net.listen({ host: '', port: 0 }, (connection) => connection.write([bytes('hi')]))
    const client = await net.connect({ host: HOST, port: listener.port, timeoutMs: 5000 })
    await new Received(client).until('hi')
    client.destroy()
    await listener.close()
  })

  test('connecting can be aborted, before and meanwhile', async () => {
    const listener = await net.listen({ host: HOST, port: 0 }, () => {})
    const target = { host: HOST, port: listener.port, timeoutMs: 5000 }
    await expect(net.connect({ ...target, signal: AbortSignal.abort('no') })).rejects.toBe('no')
    const abort = new AbortController()
    const pending = net.connect({ ...target, signal: abort.signal })
    abort.abort('changed my mind')
    await expect(pending).rejects.toBe('changed my mind')
    await listener.close()
  })

  test('handlers are set once', () =>
    withPair(async ({ client }) => {
      client.onData(() => {})
      expect(() => client.onData(() => {})).toThrow('once')
      client.onClose(() => {})
      expect(() => client.onClose(() => {})).toThrow('once')
      client.onDrain(() => {})
      expect(() => client.onDrain(() => {})).toThrow('once')
    }))
})
