/**
 * From a frame to a response: header, version, decoding, handler, encoding. Nothing here knows about sockets or order; the
 * connection decides when a request starts and when its response leaves.
 *
 * As Kafka does, an unknown API, an unsupported version and bytes that cannot be decoded end the connection: there is no
 * response that the client would understand. ApiVersions is the exception, since clients find versions out with it.
 */
import {
  apiName,
  type Chunk,
  decodeRequest,
  decodeRequestHeader,
  encodeResponse,
  type RequestHeader,
} from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { Logger } from '@ottla/runtime'
import type { ApiMetrics } from '../metrics/request-metrics.ts'
import {
  type AnyHandler,
  CloseConnection,
  type ConnectionInfo,
  type ListenerInfo,
  type Principal,
  type RequestContext,
  type Security,
} from '../seams.ts'
import { releaseRegions } from './release-regions.ts'

/** The part of a request's context that is the same for all requests of a connection. */
export interface Client {
  readonly principal: Principal
  readonly listener: ListenerInfo
  readonly clientAddress: string
  readonly connection: ConnectionInfo
}

/** `chunks` undefined: no response is sent (acks=0). */
export type Outcome =
  | { readonly kind: 'response'; readonly chunks: readonly Chunk[] | undefined; readonly throttleMs: number }
  | { readonly kind: 'close' }

export interface Started {
  /** The connection starts nothing else until the outcome is known. */
  readonly serial: boolean
  /** A promise never rejects. */
  readonly outcome: Outcome | Promise<Outcome>
  /** Where the request's times are counted, if they are. */
  readonly metrics: ApiMetrics | undefined
}

export interface DispatcherOptions {
  readonly handlers: ReadonlyMap<number, AnyHandler>
  readonly security: Security
  readonly logger: Logger
  /** Counts requests, and looks at responses before they are encoded; absent: nobody wants to know. */
  readonly observer?: RequestObserver | undefined
}

/** Called for requests that are served. Must not throw. */
export interface RequestObserver {
  started(apiKey: number, apiVersion: number): ApiMetrics
  responded(apiKey: number, response: unknown): void
}

const CLOSE: Outcome = { kind: 'close' }

export class Dispatcher {
  readonly #options: DispatcherOptions

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  start(frame: Uint8Array, client: Client, releaseMemory: () => void): Started {
    try {
      const header = decodeRequestHeader(frame)
      const context: RequestContext = {
        ...client,
        clientId: header.clientId,
        apiKey: header.apiKey,
        apiVersion: header.apiVersion,
        correlationId: header.correlationId,
        releaseMemory,
      }
      return this.#route(context, frame, header)
    } catch (error) {
      return this.#refuse(client, `its request header cannot be read: ${(error as Error).message}`)
    }
  }

  #route(context: RequestContext, frame: Uint8Array, header: RequestHeader): Started {
    const handler = this.#options.handlers.get(context.apiKey)
    if (handler === undefined) return this.#refuse(context, `${describeApi(context)} is not served`)
    if (context.apiVersion < handler.min || context.apiVersion > handler.max) {
      const chunks = handler.unsupported?.(context, frame.subarray(header.bodyOffset))
      if (chunks !== undefined) {
        return { serial: false, outcome: { kind: 'response', chunks, throttleMs: 0 }, metrics: undefined }
      }
      const served = `versions ${handler.min} to ${handler.max} are served`
      return this.#refuse(context, `${describeApi(context)} is not supported, ${served}`)
    }
    return this.#handle(handler, context, frame, header.bodyOffset)
  }

  #handle(handler: AnyHandler, context: RequestContext, frame: Uint8Array, bodyOffset: number): Started {
    let request: unknown
    try {
      request = decodeRequest(apis.get(handler.api)!.request, context.apiVersion, frame, bodyOffset)
    } catch (error) {
      return this.#refuse(context, `${describeApi(context)} cannot be decoded: ${(error as Error).message}`)
    }
    const metrics = this.#options.observer?.started(context.apiKey, context.apiVersion)
    try {
      const serial = handler.serial?.(context, request) ?? false
      const response: unknown = handler.handle(context, request)
      const throttleMs = this.#options.security.quota(context, frame.length)
      if (!isPromise(response)) return { serial, outcome: this.#encode(context, response, throttleMs), metrics }
      const outcome = response.then(
        (value) => this.#encode(context, value, throttleMs),
        (error: Error) => this.#failed(context, error),
      )
      return { serial, outcome, metrics }
    } catch (error) {
      return { serial: false, outcome: this.#failed(context, error as Error), metrics }
    }
  }

  #encode(context: RequestContext, response: unknown, throttleMs: number): Outcome {
    if (response === undefined) return { kind: 'response', chunks: undefined, throttleMs }
    if (context.connection.closed.aborted) {
      releaseRegions(response)
      return CLOSE
    }
    this.#options.observer?.responded(context.apiKey, response)
    try {
      const body = throttleMs > 0 ? { ...(response as object), throttleTimeMs: throttleMs } : response
      const message = apis.get(context.apiKey)!.response
      const chunks = encodeResponse(message, context.apiVersion, context.correlationId, body as never)
      return { kind: 'response', chunks, throttleMs }
    } catch (error) {
      releaseRegions(response)
      return this.#failed(context, error as Error)
    }
  }

  #failed(context: RequestContext, error: Error): Outcome {
    const fields = describeClient(context)
    if (error instanceof CloseConnection) {
      this.#options.logger.info(`closing a connection: ${describeApi(context)}: ${error.message}`, fields)
    } else if (!context.connection.closed.aborted) {
      const text = `${describeApi(context)} failed, its connection is closed: ${error.message}`
      this.#options.logger.error(text, { ...fields, error })
    }
    return CLOSE
  }

  #refuse(client: Client | RequestContext, reason: string): Started {
    this.#options.logger.info(`closing a connection: ${reason}`, describeClient(client))
    return { serial: false, outcome: CLOSE, metrics: undefined }
  }
}

function describeApi(context: RequestContext): string {
  return `${apiName(context.apiKey) ?? `API key ${context.apiKey}`} version ${context.apiVersion}`
}

function describeClient(client: Client | RequestContext): Record<string, unknown> {
  return {
    client: 'clientId' in client ? client.clientId : null,
    address: client.clientAddress,
    listener: client.listener.name,
    software: client.connection.clientSoftwareName,
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
