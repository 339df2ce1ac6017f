import { registerNative } from '../codecs.ts'
import { type Logger, silentLogger } from '../logger.ts'
import { noMetrics } from '../metrics.ts'
import type { Runtime } from '../runtime.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeCrc32c } from './crc32c.ts'
import { nodeDisk } from './disk.ts'
import { openMetrics } from './metrics.ts'
import { nodeNet } from './net.ts'
import { nodeOffload } from './offload.ts'
import { nodeRandom } from './random.ts'
import { nodeClock, nodeTimers } from './time.ts'
import { nodeWebSocket } from './web-socket.ts'

registerNative({ codecs: nodeCodecs, crc32c: nodeCrc32c })

export { startInBackground } from './background.ts'
export { createLogger, type LoggerOptions, type LogLevel } from './logger.ts'
export { nodeClock, nodeCodecs, nodeCrc32c, nodeDisk, nodeNet, nodeOffload, nodeRandom, nodeTimers, nodeWebSocket }

/** The real world. Lines are dropped unless a logger is given. */
export function nodeRuntime({ logger = silentLogger }: { readonly logger?: Logger } = {}): Runtime {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    disk: nodeDisk,
    net: nodeNet,
    webSocket: nodeWebSocket,
    offload: nodeOffload,
    random: nodeRandom,
    logger,
    metrics: noMetrics,
    openMetrics,
  }
}
