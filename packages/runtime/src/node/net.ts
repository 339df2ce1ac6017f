import net, { type AddressInfo, type Server, Socket } from 'node:net'
import type { Connection, ConnectOptions, Listener, ListenOptions, Net } from '../net.ts'
import { NetError } from '../net.ts'
import { receiveBuffer, SocketConnection } from './connection.ts'
import { codeOf } from './disk-error.ts'

/** Connections that the kernel completes and holds until they are accepted. */
const BACKLOG = 1024

/** TCP by node:net. */
export const nodeNet: Net = { listen, connect }

async function listen(options: ListenOptions, onConnection: (connection: Connection) => void): Promise<Listener> {
  const server = net.createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, (accepted) => {
    onConnection(withStaticBuffer(accepted))
  })
  await listening(server, options)
  return listenerOf(server, options.host)
}

/** Starts listening, on all interfaces when the host is empty; also for the WebSocket server. */
export function listening(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(netError(`cannot listen on ${host || '*'}:${port}`, error))
    server.once('error', onError)
    server.listen({ port, backlog: BACKLOG, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', onError)
      // Later errors are those of single accepts (out of descriptors): the connection is lost, the listener is not.
      server.on('error', () => {})
      resolve()
    })
  })
}

export function listenerOf(server: Server, host: string): Listener {
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    // The callback of Server.close waits for the connections too; the port is free once the handle is closed.
    close: () =>
      new Promise((resolve) => {
        if (server.listening) server.close()
        setImmediate(resolve)
      }),
  }
}

export function netError(what: string, cause: unknown): NetError {
  const code = codeOf(cause)
  const detail = cause instanceof Error && cause.message !== '' ? cause.message : code
  return new NetError(`${what}: ${detail}`, code, cause)
}

/**
 * An accepted connection that receives into the one static buffer. net.Server has no `onread` option, so the handle of the
 * accepted socket (paused, nothing was read) moves to a new socket: a twelfth of the wake-ups, a quarter less CPU per
 * byte. Where a socket has no handle to move, it delivers by 'data' events.
 */
function withStaticBuffer(accepted: Socket): Connection {
  const inner = accepted as unknown as { _handle?: unknown; _server?: { _connections: number } | null }
  const handle = inner._handle
  if (handle === undefined || handle === null) return new SocketConnection(accepted, 'data events')
  inner._handle = null
  if (inner._server) inner._server._connections--
  inner._server = null
  const receiver = receiveBuffer()
  const options = { handle, onread: receiver.onread, pauseOnCreate: true, noDelay: true, keepAlive: true }
  const socket = new Socket(options as unknown as net.SocketConstructorOpts)
  return new SocketConnection(socket, receiver)
}

function connect({ host, port, timeoutMs, signal }: ConnectOptions): Promise<Connection> {
  const receiver = receiveBuffer()
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true, onread: receiver.onread })
    const fail = (reason: unknown) => {
      settle()
      socket.destroy()
      reject(reason)
    }
    const onAbort = () => fail(signal?.reason)
    const onError = (error: Error) => fail(netError(`cannot connect to ${host}:${port}`, error))
    const timeout = setTimeout(() => {
      fail(new NetError(`cannot connect to ${host}:${port}: no answer within ${timeoutMs} ms`, 'ETIMEDOUT'))
    }, timeoutMs)
    const settle = () => {
      clearTimeout(timeout)
      signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      socket.on('error', () => {})
    }
    socket.once('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => {
      settle()
      resolve(new SocketConnection(socket, receiver))
    })
  })
}
