import net from 'node:net'
import { expect, jest, test } from '@jest/globals'
import type { Connection } from '../net.ts'
import { SocketConnection } from './connection.ts'
import { nodeNet } from './net.ts'

const HOST = '127.0.0.1'

test('accepted and made connections receive into one static buffer', async () => {
  const buffers: ArrayBufferLike[] = []
  let echoed: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    echoed = resolve
  })
  const listener = await nodeNet.listen({ host: HOST, port: 0 }, (connection) => {
    connection.onData((chunk) => {
      buffers.push(chunk.buffer)
      connection.write([chunk.slice()])
    })
  })
  const client = await nodeNet.connect({ host: HOST, port: listener.port, timeoutMs: 5000 })
  client.onData((chunk) => {
    buffers.push(chunk.buffer)
    echoed()
  })
  client.write([Uint8Array.of(1, 2, 3)])
  await done
  expect(buffers).toHaveLength(2)
  expect(new Set(buffers).size).toBe(1)
  expect(buffers[0]!.byteLength).toBe(1024 * 1024)
  client.destroy()
  await listener.close()
})

test('data events serve where there is no handle to move', async () => {
  const server = net.createServer({ pauseOnConnect: true })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const accepted = new Promise<Connection>((resolve) => {
    server.once('connection', (socket) => resolve(new SocketConnection(socket, 'data events')))
  })
  const { port } = server.address() as net.AddressInfo
  const client = await nodeNet.connect({ host: HOST, port, timeoutMs: 5000 })
  client.write([Uint8Array.of(1, 2, 3)])
  const connection = await accepted
  const chunk = await new Promise<number[]>((resolve) => connection.onData((data) => resolve([...data])))
  expect(chunk).toEqual([1, 2, 3])
  const closed = new Promise((resolve) => connection.onClose(resolve))
  client.end()
  expect(await closed).toBeUndefined()
  await new Promise((resolve) => server.close(resolve))
})

test('a reset by the peer is a NetError with its code', async () => {
  let onServer: (connection: Connection) => void = () => {}
  const accepted = new Promise<Connection>((resolve) => {
    onServer = resolve
  })
  const listener = await nodeNet.listen({ host: HOST, port: 0 }, (connection) => onServer(connection))
  const socket = net.connect(listener.port, HOST)
  const server = await accepted
  const closed = new Promise<Error | undefined>((resolve) => server.onClose(resolve))
  server.write([Uint8Array.of(1)])
  await new Promise((resolve) => socket.once('data', resolve))
  socket.resetAndDestroy()
  expect(await closed).toMatchObject({ name: 'NetError', code: 'ECONNRESET' })
  await listener.close()
})

test('a name that nobody has is a NetError', async () => {
  const attempt = nodeNet.connect({ host: 'no-such-host.invalid', port: 1, timeoutMs: 60_000 })
  await expect(attempt).rejects.toMatchObject({ name: 'NetError', code: expect.stringMatching(/^E/) })
})

test('small writes of one callback go out together, and a large one behind them at once', async () => {
  let onServer: (connection: Connection) => void = () => {}
  const accepted = new Promise<Connection>((resolve) => {
    onServer = resolve
  })
  const listener = await nodeNet.listen({ host: HOST, port: 0 }, (connection) => onServer(connection))
  const socket = net.connect(listener.port, HOST)
  await new Promise((resolve) => socket.once('connect', resolve))
  const client = new SocketConnection(socket, 'data events')
  const received: number[] = []
  let whole: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    whole = resolve
  })
  const large = 100_000
  const server = await accepted
  server.onData((chunk) => {
    received.push(...chunk)
    if (received.length === large + 4) whole()
  })
  const uncork = jest.spyOn(socket, 'uncork')
  for (const byte of [1, 2, 3]) client.write([Uint8Array.of(byte)])
  expect([socket.writableCorked, client.pendingBytes]).toEqual([1, 3])
  client.write([new Uint8Array(large).fill(9)])
  expect([socket.writableCorked, uncork.mock.calls.length]).toEqual([0, 1])
  client.write([Uint8Array.of(4)])
  await new Promise<void>((resolve) => process.nextTick(resolve))
  expect(socket.writableCorked).toBe(0)
  await done
  expect([received.slice(0, 4), received.at(-1)]).toEqual([[1, 2, 3, 9], 4])
  client.destroy()
  await listener.close()
})
