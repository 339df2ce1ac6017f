import { expect } from '@jest/globals'
import { batchesIn, type RecordBatch } from '@ottla/protocol'
import type { PartitionLog } from '../partition-log.ts'
import { readBytes } from './fixtures.ts'

/** A batch that was appended, as the log must give it back. */
export interface ModelBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly maxTimestampMs: number
  readonly bytes: Uint8Array
}

export function modelBatchOf(batch: RecordBatch): ModelBatch {
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    maxTimestampMs: batch.maxTimestamp,
    bytes: batch.bytes.slice(),
  }
}

/** Every batch of a log, read region by region from its start. */
export function readAll(log: PartitionLog): ModelBatch[] {
  const batches: ModelBatch[] = []
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const bytes = readBytes(log, { offset })
    if (bytes === undefined) break
    for (const batch of batchesIn(bytes)) batches.push(modelBatchOf(batch))
    offset = batches.at(-1)!.lastOffset + 1
  }
  return batches
}

/** The log holds exactly these batches, and every way to look them up finds them. */
export async function expectLogHolds(log: PartitionLog, expected: readonly ModelBatch[]): Promise<void> {
  const found = readAll(log)
  expect(found.map(summary)).toEqual(expected.map(summary))
  for (const [index, batch] of found.entries()) {
    expect(Buffer.compare(batch.bytes, expected[index]!.bytes)).toBe(0)
  }
  for (const batch of expected) {
    for (const offset of new Set([batch.baseOffset, batch.lastOffset])) expectReadable(log, offset, batch)
    expect(log.leaderEpochAt(batch.lastOffset)).toBe(batch.leaderEpoch)
  }
  await expectTimesFound(log, expected)
}

function expectReadable(log: PartitionLog, offset: number, batch: ModelBatch): void {
  const bytes = readBytes(log, { offset, bytesMax: 1 })
  expect(bytes === undefined ? undefined : Buffer.compare(bytes, batch.bytes)).toBe(0)
}

async function expectTimesFound(log: PartitionLog, expected: readonly ModelBatch[]): Promise<void> {
  const times = new Set(expected.map((batch) => batch.maxTimestampMs))
  for (const time of times) {
    const first = expected.find((batch) => batch.maxTimestampMs >= time)!
    const found = await log.offsetForTimestamp(time, log.logEndOffset)
    expect(found).toMatchObject({ leaderEpoch: first.leaderEpoch })
    expect(found!.offset).toBeGreaterThanOrEqual(first.baseOffset)
    expect(found!.offset).toBeLessThanOrEqual(first.lastOffset)
  }
  const largest = Math.max(-1, ...times)
  expect((await log.offsetOfMaxTimestamp())?.timestampMs ?? -1).toBe(largest)
}

function summary({ baseOffset, lastOffset, leaderEpoch, maxTimestampMs, bytes }: ModelBatch) {
  return { baseOffset, lastOffset, leaderEpoch, maxTimestampMs, bytes: bytes.length }
}
