import {
  ApiKey,
  type Chunk,
  decodeMessage,
  decodeRequestHeader,
  encodeResponse,
  type InferInput,
  type Message,
} from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { Net, Connection as Socket } from '@ottla/runtime'
import { FrameReader } from '../frame-reader.ts'

/** What a script does with a request: answers it, keeps silent, or ends the connection. */
export type Reaction = { readonly body: unknown } | 'silent' | 'close'

export interface SeenRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it expects
  readonly body: any
}

export interface ScriptedBroker {
  readonly port: number
  /** All requests but ApiVersions, in order of arrival. */
  readonly requests: readonly SeenRequest[]
  /** Versions in which ApiVersions was asked for. */
  readonly apiVersionsAsked: readonly number[]
  readonly connections: number
  /** What the broker says of itself; may be changed between connections. */
  serves: Map<number, readonly [min: number, max: number]>
  /** Sends bytes to every connection, whatever was asked. */
  push(chunks: readonly Chunk[]): void
  close(): Promise<void>
}

/** A reaction that comes later, as to a Fetch that waits; what is asked on the same connection meanwhile must not be answered before. */
type Script = (request: SeenRequest, broker: ScriptedBroker) => Reaction | Promise<Reaction>

/** An answer of this response, checked by the compiler. */
export function answer<M extends Message>(_message: M, body: InferInput<M>): Reaction {
  return { body }
}

/** A broker that answers as told, over whatever network it is given. It serves all APIs that are defined unless told otherwise. */
export async function scriptedBroker(net: Net, script: Script, port = 0): Promise<ScriptedBroker> {
  const requests: SeenRequest[] = []
  const apiVersionsAsked: number[] = []
  const serves = new Map<number, readonly [number, number]>(
    [...apis].map(([key, { request }]) => [key, [request.versions.min, request.versions.max]]),
  )
  const broker = { requests, apiVersionsAsked, connections: 0, serves }
  const sockets = new Set<Socket>()
  const listener = await net.listen({ host: '127.0.0.1', port }, (socket) => {
    broker.connections += 1
    sockets.add(socket)
    const frames = new FrameReader(1 << 20)
    socket.onClose(() => sockets.delete(socket))
    socket.onDrain(() => {})
    socket.onData((chunk) => frames.push(chunk, (frame) => react(frame, socket)))
  })
  const close = async () => {
    await listener.close()
    for (const socket of sockets) socket.destroy()
  }
  const push = (chunks: readonly Chunk[]) => {
    for (const socket of sockets) reply(socket, chunks)
  }
  const self: ScriptedBroker = Object.assign(broker, { port: listener.port, close, push })

  function react(frame: Uint8Array, socket: Socket): void {
    const header = decodeRequestHeader(frame)
    const { apiKey, apiVersion, correlationId } = header
    const { request, response } = apis.get(apiKey)!
    if (apiKey === ApiKey.ApiVersions) {
      apiVersionsAsked.push(apiVersion)
      const refused = apiVersion > self.serves.get(ApiKey.ApiVersions)![1]
      reply(socket, encodeResponse(response, refused ? 0 : apiVersion, correlationId, apiVersionsBody(refused)))
      return
    }
    const seen = { ...header, body: decodeMessage(request, apiVersion, frame, header.bodyOffset) }
    requests.push(seen)
    const perform = (reaction: Reaction) => {
      if (reaction === 'close') socket.destroy()
      else if (reaction !== 'silent')
        reply(socket, encodeResponse(response, apiVersion, correlationId, reaction.body as never))
    }
    const reaction = script(seen, self)
    if (reaction instanceof Promise) void reaction.then(perform)
    else perform(reaction)
  }

  function apiVersionsBody(refused: boolean): never {
    const apiKeys = [...self.serves].map(([apiKey, [minVersion, maxVersion]]) => ({ apiKey, minVersion, maxVersion }))
    return { errorCode: refused ? 35 : 0, apiKeys } as never
  }

  return self
}

function reply(socket: Socket, chunks: readonly Chunk[]): void {
  socket.write(chunks.map((chunk) => (chunk as Uint8Array).slice()))
}
