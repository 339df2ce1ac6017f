import { type BatchInput, encodeBatch } from '@ottla/protocol'
import type { FakeClock, MemoryDisk, RecordingLogger } from '@ottla/runtime/testing'
import { testRuntime } from '@ottla/runtime/testing'
import type { LogEvents } from '../log-events.ts'
import { PartitionLog } from '../partition-log.ts'
import type { OpenLogOptions } from '../recovery.ts'
import type { AppendResult, LogConfig, ReadRequest } from '../types.ts'

export const T0 = Date.UTC(2025, 0, 1)

export const CONFIG: LogConfig = {
  segmentBytes: 1024 * 1024 * 1024,
  segmentMs: 7 * 24 * 3_600_000,
  segmentJitterMs: 0,
  indexBytesMax: 10 * 1024 * 1024,
  indexIntervalBytes: 4096,
  batchBytesMax: 1024 * 1024,
  compression: 'producer',
  compressionLevel: undefined,
  timestampType: 'CreateTime',
  timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  timestampAfterMaxMs: 3_600_000,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  compacted: false,
  deletes: true,
  minCleanableRatio: 0.5,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
  deleteRetentionMs: 86_400_000,
  retentionMs: -1,
  retentionBytes: -1,
  fileDeleteDelayMs: 60_000,
}

export interface TestWorld {
  readonly disk: MemoryDisk
  readonly clock: FakeClock
  readonly timers: FakeClock
  readonly logger: RecordingLogger
}

export function testWorld(disk?: MemoryDisk): TestWorld {
  const { clock, timers, logger, disk: fresh } = testRuntime()
  return { clock, timers, logger, disk: disk ?? fresh }
}

export const DIRECTORY = '/data/t-0'

export async function openTestLog(
  world: TestWorld,
  options: Partial<OpenLogOptions> & { readonly events?: LogEvents } = {},
): Promise<PartitionLog> {
  world.disk.makeDirectory(DIRECTORY)
  return PartitionLog.open({
    world,
    directory: DIRECTORY,
    topic: 't',
    partition: 0,
    topicId: 'J8aAPcfLQt2bqs1JT_rMgQ',
    config: CONFIG,
    recovery: 'fast',
    ...options,
  })
}

const utf8 = new TextEncoder()

/** A batch of records with these values, as a client would send it. */
export function batchOf(values: readonly string[], input: Partial<BatchInput> = {}): Uint8Array {
  const records = values.map((value, index) => ({ key: null, value: utf8.encode(value), timestamp: T0 + index }))
  return encodeBatch({ records, ...input })
}

export function append(
  log: PartitionLog,
  records: Uint8Array,
  options: { leaderEpoch?: number; origin?: 'client' | 'coordinator' } = {},
): Promise<AppendResult> {
  const { leaderEpoch = log.latestLeaderEpoch, origin = 'client' } = options
  return new Promise((resolve) => log.append({ records, leaderEpoch, origin }, resolve))
}

export function appendAsFollower(log: PartitionLog, records: Uint8Array): Promise<AppendResult> {
  return new Promise((resolve) => log.appendAsFollower(records, resolve))
}

/** Bytes of the region that a read gives; undefined when it gives none. */
export function readBytes(
  log: PartitionLog,
  request: Partial<ReadRequest> & { offset: number },
): Uint8Array | undefined {
  const result = log.read({ limitOffset: log.logEndOffset, bytesMax: 1 << 30, atLeastOneBatch: true, ...request })
  if (result.kind !== 'region') return undefined
  const { region } = result
  const bytes = new Uint8Array(region.byteLength)
  const count = region.file.readSync(bytes, region.position)
  region.release()
  return bytes.subarray(0, count)
}
