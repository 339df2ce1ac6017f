/** Calls a handler as a client would: the request and the response pass through their bytes. */
import {
  type Chunk,
  decodeMessage,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { FileRegion } from '@ottla/storage'
import type { AnyHandler } from '../../seams.ts'
import { type ScriptedContext, scriptedContext } from './scripted-cluster.ts'
import type { MemoryRegion } from './scripted-log.ts'

const SIZE_BYTES = 4

function readRegion({ file, position, byteLength }: FileRegion): Uint8Array {
  const content = new Uint8Array(byteLength)
  if (file.readSync(content, position) !== byteLength) throw new Error('a region that ends early')
  return content
}

export interface Call {
  readonly handler: AnyHandler
  readonly version: number
  readonly request: object
  readonly context?: ScriptedContext
}

/** The decoded response, its regions read and released; undefined when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: responses of all APIs; each test names the fields that it looks at
export async function call({ handler, version, request, context }: Call): Promise<any> {
  const { request: requestMessage, response: responseMessage } = apis.get(handler.api)!
  const identity = { correlationId: 7, clientId: 'test' }
  const frame = encodeRequest(requestMessage, version, identity, request as never).subarray(SIZE_BYTES)
  const { bodyOffset } = decodeRequestHeader(frame)
  const decoded = decodeMessage(requestMessage, version, frame, bodyOffset)
  const asked = context ?? scriptedContext()
  const response = await handler.handle({ ...asked, apiKey: handler.api, apiVersion: version }, decoded)
  if (response === undefined) return undefined
  const bytes = gather(encodeResponse(responseMessage, version, identity.correlationId, response as never))
  return decodeResponse(responseMessage, version, bytes.subarray(SIZE_BYTES)).body
}

function gather(chunks: readonly Chunk[]): Uint8Array {
  return Buffer.concat(
    chunks.map((chunk) => {
      if (chunk instanceof Uint8Array) return chunk
      const region = chunk as FileRegion | MemoryRegion
      const content = 'content' in region ? region.content : readRegion(region)
      region.release()
      return content
    }),
  )
}
