/** A request that has started, until its response has been given to the socket. */
import type { Chunk } from '@ottla/protocol'
import type { ApiMetrics, RequestTimes } from '../metrics/request-metrics.ts'
import type { Outcome } from './dispatch.ts'

/** `outcome` undefined: still running. */
export interface Pending extends RequestTimes {
  outcome: Outcome | undefined
  /** Bytes of the response that lie in memory. */
  unsentBytes: number
  /** What it claims of the request memory. */
  claimedBytes: number
  metrics: ApiMetrics | undefined
  handledMs: number
  readyMs: number
  turnMs: number
}

/** A point that a request has not passed. */
export const NOT_YET = -1

export function newPending(arrivedMs: number, startedMs: number): Pending {
  return {
    outcome: undefined,
    unsentBytes: 0,
    claimedBytes: 0,
    metrics: undefined,
    arrivedMs,
    startedMs,
    handledMs: NOT_YET,
    readyMs: 0,
    turnMs: 0,
  }
}

export function bytesInMemory(chunks: readonly Chunk[]): number {
  let bytes = 0
  for (const chunk of chunks) if (chunk instanceof Uint8Array) bytes += chunk.length
  return bytes
}
