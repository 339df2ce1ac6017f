/** Real logs on a disk in memory, and a leader's answers from one of them. */
import { ErrorCode, encodeBatch, RecordBatch } from '@ottla/protocol'
import type { FetchFrom } from '@ottla/replication'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory, type PartitionLog, type PartitionLogSurface } from '@ottla/storage'
import { logConfigFrom } from '../../partitions/log-config.ts'
import type { LeaderAnswer } from '../following.ts'

export const TOPIC_ID = 'J8aAPcfLQt2bqs1JT_rMgQ'
const NONE: ReadonlyMap<string, string> = new Map()

export interface ReplicaLogs {
  readonly runtime: TestRuntime
  readonly logs: readonly PartitionLog[]
  readonly directories: readonly LogDirectory[]
  close(): Promise<void>
}

/** Logs of one partition on `count` brokers, whose disks share nothing but the world. */
export async function replicaLogs(count: number, runtime = testRuntime()): Promise<ReplicaLogs> {
  const { disk, clock, timers, logger, random } = runtime
  const directories: LogDirectory[] = []
  const logs: PartitionLog[] = []
  for (let brokerId = 1; brokerId <= count; brokerId++) {
    const world = { disk, clock, timers, logger }
    const directory = await LogDirectory.open({ world, random, path: `/data/${brokerId}`, brokerId })
    directories.push(directory)
    logs.push(await openReplica(directory))
  }
  const close = async () => {
    for (const directory of directories) await directory.close({ clean: false })
  }
  return { runtime, logs, directories, close }
}

export function openReplica(directory: LogDirectory, partition = 0): Promise<PartitionLog> {
  const config = logConfigFrom({ topic: NONE, broker: NONE, cluster: NONE, file: NONE })
  return directory.openLog({ topic: 't', partition, topicId: TOPIC_ID, config })
}

/** Appends one batch of a record per value as the leader of this epoch; resolves when it is published. */
export async function lead(log: PartitionLog, leaderEpoch: number, values: readonly string[]): Promise<void> {
  await log.assignLeaderEpoch(leaderEpoch)
  if (values.length === 0) return
  const records = encodeBatch({
    records: values.map((value, index) => ({ key: null, value: Buffer.from(value), timestamp: 1_000 + index })),
  })
  await new Promise<void>((resolve, reject) => {
    log.append({ records, leaderEpoch, origin: 'coordinator' }, (result) => {
      if (result.ok) resolve()
      else reject(new Error(result.message))
    })
  })
}

/** What a leader with this log answers to a follower's fetch. */
export function leaderAnswer(log: PartitionLog, from: FetchFrom, bytesMax = 1 << 20): LeaderAnswer {
  const { fetchOffset, lastFetchedEpoch } = from
  if (lastFetchedEpoch >= 0) {
    const end = log.endOffsetForEpoch(lastFetchedEpoch)
    if (end === undefined) return answer(log, { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
    if (end.leaderEpoch < lastFetchedEpoch || end.endOffset < fetchOffset) {
      return answer(log, { divergingEpoch: { epoch: end.leaderEpoch, endOffset: end.endOffset } })
    }
  }
  const result = log.read({ offset: fetchOffset, limitOffset: log.logEndOffset, bytesMax, atLeastOneBatch: true })
  if (result.kind === 'out-of-range') return answer(log, { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
  if (result.kind === 'empty') return answer(log, {})
  const records = new Uint8Array(result.region.byteLength)
  result.region.file.readSync(records, result.region.position)
  result.region.release()
  return answer(log, { records })
}

export function answer(
  log: Pick<PartitionLog, 'highWatermark' | 'logStartOffset'>,
  changes: Partial<LeaderAnswer>,
): LeaderAnswer {
  return {
    partitionIndex: 0,
    errorCode: ErrorCode.NONE,
    highWatermark: log.highWatermark,
    lastStableOffset: log.highWatermark,
    logStartOffset: log.logStartOffset,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: null,
    ...changes,
  }
}

/** All that the log holds. */
export function bytesOf(log: PartitionLogSurface): Uint8Array {
  const parts: Uint8Array[] = []
  for (let left = log.sizeBytes, offset = log.logStartOffset; left > 0 && offset < log.logEndOffset; ) {
    const batch = oneBatch(log, offset)
    parts.push(batch)
    left -= batch.length
    offset = new RecordBatch(batch).lastOffset + 1
  }
  return Buffer.concat(parts)
}

function oneBatch(log: PartitionLogSurface, offset: number): Uint8Array {
  const result = log.read({ offset, limitOffset: log.logEndOffset, bytesMax: 1, atLeastOneBatch: true })
  if (result instanceof Promise || result.kind !== 'region') throw new Error(`nothing at offset ${offset}`)
  const batch = new Uint8Array(result.region.byteLength)
  result.region.file.readSync(batch, result.region.position)
  result.region.release()
  return batch
}
