import http from 'node:http'
import net from 'node:net'
import { expect, test } from '@jest/globals'
import { WebSocket } from 'ws'
import type { UpgradeRequest, WebSocketConnection } from '../web-socket.ts'
import { nodeWebSocket } from './web-socket.ts'

const HOST = '127.0.0.1'
const nothing = { onConnection: () => {}, onGet: () => undefined }

test('a text message ends the connection', async () => {
  const listener = await nodeWebSocket.listen({ host: HOST, port: 0, maxMessageBytes: 100 }, nothing)
  const foreign = new WebSocket(`ws://${HOST}:${listener.port}/`)
  foreign.on('open', () => foreign.send('text'))
  const [code, reason] = await new Promise<[number, Buffer]>((resolve) => {
    foreign.on('close', (...how) => resolve(how))
  })
  expect([code, reason.toString()]).toEqual([1003, 'only binary messages are understood'])
  await listener.close()
})

test('other methods than GET are refused', async () => {
  const listener = await nodeWebSocket.listen({ host: HOST, port: 0, maxMessageBytes: 100 }, nothing)
  const status = await new Promise((resolve) => {
    const request = http.request({ host: HOST, port: listener.port, method: 'POST' }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.end('body')
  })
  expect(status).toBe(405)
  await listener.close()
})

test('a port that speaks something else is a NetError', async () => {
  const server = net.createServer((socket) => socket.resume().end('HTTP/1.1 404 Not Found\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as net.AddressInfo
  const connecting = nodeWebSocket.connect({ host: HOST, port, path: '/', timeoutMs: 5000, maxMessageBytes: 1 })
  await expect(connecting).rejects.toMatchObject({ name: 'NetError', code: 'EPROTO' })
  await new Promise((resolve) => server.close(resolve))
})

test('a server that accepts and says nothing is given up', async () => {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as net.AddressInfo
  const target = { host: HOST, port, path: '/', timeoutMs: 50, maxMessageBytes: 1 }
  const timedOut = { name: 'NetError', code: 'ETIMEDOUT' }
  await expect(nodeWebSocket.connect(target)).rejects.toMatchObject(timedOut)
  await expect(nodeWebSocket.get(target)).rejects.toMatchObject(timedOut)
  server.close()
})

test('a first message that never gets whole is not collected beyond its limit', async () => {
  const closed = new Promise<string>((resolve, reject) => {
    const handlers = {
      onConnection: (connection: WebSocketConnection) => {
        connection.onMessage(() => reject(new Error('unexpected')))
        connection.onClose(resolve)
      },
      onGet: () => undefined,
    }
    const options = { host: HOST, port: 0, maxMessageBytes: 1_000_000, firstMessageBytesMax: 1000 }
    void nodeWebSocket.listen(options, handlers).then((listener) => {
      const stranger = new WebSocket(`ws://${HOST}:${listener.port}/`)
      stranger.on('error', () => {})
      stranger.on('close', () => void listener.close())
      stranger.on('open', () => {
        for (let part = 0; part < 3; part++) stranger.send(new Uint8Array(500), { fin: false })
      })
    })
  })
  expect(await closed).toBe('closed with code 1006')
})

test('a page in a browser says where it comes from', async () => {
  const asked: UpgradeRequest[] = []
  const onUpgrade = (request: UpgradeRequest) => asked.push(request) === 0
  const listener = await nodeWebSocket.listen({ host: HOST, port: 0, maxMessageBytes: 1 }, { ...nothing, onUpgrade })
  const page = new WebSocket(`ws://${HOST}:${listener.port}/session?x`, { origin: 'http://evil.example' })
  const error = await new Promise<Error>((resolve) => {
    page.on('error', resolve)
  })
  expect(error.message).toContain('403')
  expect(asked).toEqual([{ path: '/session', origin: 'http://evil.example' }])
  await listener.close()
})
