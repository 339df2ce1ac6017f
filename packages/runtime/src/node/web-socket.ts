import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { type Listener, NetError } from '../net.ts'
import { splitPath } from '../split-path.ts'
import type {
  HttpAnswer,
  WebSocketConnection,
  WebSocketConnectOptions,
  WebSocketHandlers,
  WebSocketListenOptions,
  WebSocketTransport,
} from '../web-socket.ts'
import { lazily } from './lazy.ts'
import { listenerOf, listening, netError } from './net.ts'
import { WsConnection } from './ws-connection.ts'

/** WebSockets by `ws` on a node:http server, which answers GET too. Both are loaded on first use. */
export const nodeWebSocket: WebSocketTransport = { listen, connect, get }

/** Required rather than imported: a namespace reads every export, and one of them loads all of fetch (15 ms, 5 MB). */
const http = lazily<typeof import('node:http')>('node:http')

/** The longest body that `get` takes. */
const HTTP_BODY_BYTES_MAX = 16 * 1024 * 1024

/** Of a frame's header, with mask and the longest length. */
const FRAME_HEADER_BYTES_MAX = 14

async function listen(options: WebSocketListenOptions, handlers: WebSocketHandlers): Promise<Listener> {
  const ws = await import('ws')
  const upgrader = new ws.WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
  })
  const server = http().createServer(async (request, response) => {
    const { status, contentType, body } = await answerTo(request, handlers)
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
  server.on('upgrade', (request, socket, head) => upgrade({ upgrader, request, socket, head, options }, handlers))
  await listening(server, options)
  return httpListener(server, options.host)
}

interface Upgrade {
  readonly upgrader: WebSocketServer
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly options: WebSocketListenOptions
}

function upgrade({ upgrader, request, socket, head, options }: Upgrade, handlers: WebSocketHandlers): void {
  const { path } = splitPath(request.url ?? '/')
  if (handlers.onUpgrade?.({ path, origin: request.headers.origin }) === false) {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    return
  }
  const remoteAddress = request.socket.remoteAddress ?? ''
  upgrader.handleUpgrade(request, socket, head, (webSocket) => {
    const { firstMessageBytesMax = options.maxMessageBytes } = options
    boundFirstMessage(webSocket, socket, firstMessageBytesMax)
    handlers.onConnection(new WsConnection(webSocket, remoteAddress, firstMessageBytesMax))
  })
}

/** The bytes of a message that is not whole yet; one that is, WsConnection judges. */
function boundFirstMessage(webSocket: WebSocket, socket: Duplex, bytesMax: number): void {
  let bytes = 0
  const count = (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > bytesMax + FRAME_HEADER_BYTES_MAX) webSocket.terminate()
  }
  socket.on('data', count)
  webSocket.once('message', () => socket.off('data', count))
}

/** Closing ends idle keep-alive connections too; WebSocket connections stay. */
function httpListener(server: Server, host: string): Listener {
  const listener = listenerOf(server, host)
  return {
    ...listener,
    async close() {
      await listener.close()
      server.closeIdleConnections()
    },
  }
}

async function answerTo(request: IncomingMessage, handlers: WebSocketHandlers): Promise<HttpAnswer> {
  if (request.method !== 'GET') return plainText(405, 'only GET is served here\n')
  const { path, query } = splitPath(request.url ?? '/')
  try {
    return (await handlers.onGet(path, query)) ?? plainText(404, `nothing is served at ${path}\n`)
  } catch (error) {
    return plainText(500, `${(error as Error).message}\n`)
  }
}

function plainText(status: number, body: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body }
}

async function connect(options: WebSocketConnectOptions): Promise<WebSocketConnection> {
  const { WebSocket } = await import('ws')
  const { host, port, path, timeoutMs, maxMessageBytes, signal } = options
  signal?.throwIfAborted()
  const url = `ws://${hostInUrl(host)}:${port}${path}`
  const webSocket = new WebSocket(url, {
    handshakeTimeout: timeoutMs,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    const onAbort = () => webSocket.terminate()
    signal?.addEventListener('abort', onAbort, { once: true })
    const settle = () => signal?.removeEventListener('abort', onAbort)
    webSocket.on('error', (error) => {
      settle()
      reject(signal?.aborted ? signal.reason : connectError(url, error))
    })
    webSocket.once('open', () => {
      settle()
      resolve(new WsConnection(webSocket, host))
    })
  })
}

/** `ws` reports its own refusals (handshake timeout, wrong status) without a code. */
function connectError(url: string, error: Error & { code?: string }): NetError {
  if (error.code !== undefined) return netError(`cannot connect to ${url}`, error)
  const code = error.message.includes('timed out') ? 'ETIMEDOUT' : 'EPROTO'
  return new NetError(`cannot connect to ${url}: ${error.message}`, code, error)
}

interface GetOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly timeoutMs: number
}

async function get({ host, port, path, timeoutMs }: GetOptions): Promise<HttpAnswer> {
  const what = `cannot get http://${hostInUrl(host)}:${port}${path}`
  return new Promise((resolve, reject) => {
    const request = http().get({ host, port, path, agent: false }, (response) => {
      resolve(readAnswer(response).catch((error: unknown) => Promise.reject(netError(what, error))))
    })
    const timeout = setTimeout(() => {
      request.destroy(new NetError(`no answer within ${timeoutMs} ms`, 'ETIMEDOUT'))
    }, timeoutMs)
    request.once('error', (error) => reject(netError(what, error)))
    request.once('close', () => clearTimeout(timeout))
  })
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > HTTP_BODY_BYTES_MAX)
      throw new NetError(`the answer is longer than ${HTTP_BODY_BYTES_MAX} bytes`, 'EMSGSIZE')
    chunks.push(chunk)
  }
  const contentType = response.headers['content-type'] ?? ''
  return { status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks).toString('utf8') }
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
