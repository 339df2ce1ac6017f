import { codecs } from '../codecs.ts'
import { noMetrics } from '../metrics.ts'
import type { Offload } from '../offload.ts'
import type { Runtime } from '../runtime.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryDisk } from './memory-disk.ts'
import { type MemoryNet, memoryNet } from './memory-net.ts'
import { type MemoryWebSocket, memoryWebSocket } from './memory-web-socket.ts'
import { type RecordingLogger, recordingLogger } from './recording-logger.ts'
import { type RecordingMetrics, recordingMetrics } from './recording-metrics.ts'
import { seededRandom } from './seeded-random.ts'

/** A world in memory in which time stands still. */
export interface TestRuntime extends Runtime {
  readonly clock: FakeClock
  readonly timers: FakeClock
  readonly disk: MemoryDisk
  readonly net: MemoryNet
  readonly webSocket: MemoryWebSocket
  readonly logger: RecordingLogger
  openMetrics(): RecordingMetrics
}

/** Computes on the spot and resolves afterwards; needs registered codecs. */
export const inlineOffload: Offload = {
  compress: async (codec, input, level) => codecs.compress(codec, input, level),
  decompress: async (codec, input, outputBytesMax) => codecs.decompress(codec, input, outputBytesMax),
}

/**
 * A new world, or parts of one: processes that shall meet are given the same `net`, `webSocket` and clock. For a part from the
 * real world write `{ ...testRuntime(), disk: nodeDisk }`.
 */
export function testRuntime(parts: Partial<TestRuntime> = {}): TestRuntime {
  const clock = parts.clock ?? new FakeClock()
  return {
    clock,
    timers: clock,
    disk: parts.disk ?? new MemoryDisk({ clock }),
    net: parts.net ?? memoryNet(clock),
    webSocket: parts.webSocket ?? memoryWebSocket(clock),
    offload: parts.offload ?? inlineOffload,
    random: parts.random ?? seededRandom(1),
    logger: parts.logger ?? recordingLogger(),
    metrics: parts.metrics ?? noMetrics,
    openMetrics: parts.openMetrics ?? (() => recordingMetrics(clock)),
  }
}
