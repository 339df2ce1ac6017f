import type { Disk } from './disk.ts'
import type { Logger } from './logger.ts'
import type { Metrics, ServerMetrics } from './metrics.ts'
import type { Net } from './net.ts'
import type { Offload } from './offload.ts'
import type { Random } from './random.ts'
import type { Clock, Timers } from './time.ts'
import type { WebSocketTransport } from './web-socket.ts'

/** All of the world that a broker, a controller or a client touches. */
export interface Runtime {
  readonly clock: Clock
  readonly timers: Timers
  readonly disk: Disk
  readonly net: Net
  readonly webSocket: WebSocketTransport
  readonly offload: Offload
  readonly random: Random
  readonly logger: Logger
  /** Where parts count; nothing is kept unless a server has opened metrics of its own. */
  readonly metrics: Metrics
  /** Metrics for one server, which hands them to its parts as `metrics`. */
  openMetrics(): ServerMetrics
}
