/** Connections and request memory, under the names of Kafka's socket server where it has them. */
import type { Metrics } from '@ottla/runtime'
import type { PoolState } from '../network/memory-pool.ts'

/** What the listeners have counted; per listener name. */
export interface NetworkFacts {
  readonly connections: ReadonlyMap<string, ListenerCounts>
  readonly memory: PoolState
  /** Buffers that lie ready to be used again. */
  readonly freeBufferBytes: number
}

export interface ListenerCounts {
  open: number
  accepted: number
  closed: number
  /** Not accepted, because of a limit on connections. */
  refused: number
  /** Closed by connections.max.idle.ms. */
  idle: number
}

const PRESSURE = { none: 0, tight: 1, empty: 2 } as const

export function registerNetwork(metrics: Metrics, facts: NetworkFacts): void {
  const perListener = (type: 'counter' | 'gauge', name: string, help: string, of: keyof ListenerCounts) =>
    metrics.collected({
      type,
      name: `kafka_server_socket_server_metrics_${name}`,
      help,
      labels: ['listener'],
      collect(set) {
        for (const [listener, counts] of facts.connections) set(counts[of], listener)
      },
    })
  perListener('gauge', 'connection_count', 'Open connections.', 'open')
  perListener('counter', 'connection_creation_total', 'Connections that were accepted.', 'accepted')
  perListener('counter', 'connection_close_total', 'Connections that have ended.', 'closed')
  perListener(
    'counter',
    'connection_refused_total',
    'Connections beyond max.connections or max.connections.per.ip.',
    'refused',
  )
  perListener('counter', 'expired_connections_killed_count', 'Connections that connections.max.idle.ms ended.', 'idle')
  registerMemory(metrics, facts)
}

function registerMemory(metrics: Metrics, facts: NetworkFacts): void {
  const memory = (type: 'counter' | 'gauge', name: string, help: string, value: () => number) =>
    metrics.collected({ type, name: `ottla_request_memory_${name}`, help, collect: (set) => set(value()) })
  memory('gauge', 'size_bytes', 'queued.max.request.bytes; +Inf without a limit.', () => facts.memory.sizeBytes)
  memory('gauge', 'used_bytes', 'Request memory that is claimed.', () => facts.memory.claimedBytes)
  memory(
    'gauge',
    'pressure',
    '0: all may read; 1: large requests wait; 2: all wait.',
    () => PRESSURE[facts.memory.pressure],
  )
  memory(
    'counter',
    'evictions_total',
    'Connections that were closed to get request memory back.',
    () => facts.memory.evictions,
  )
  memory('gauge', 'free_buffer_bytes', 'Buffers that lie ready to be used again.', () => facts.freeBufferBytes)
}
