import { expect } from '@jest/globals'
import type { BatchInput } from '@ottla/protocol'
import type { PartitionLog } from '../partition-log.ts'
import type { LogConfig } from '../types.ts'
import { append, CONFIG, openTestLog, type TestWorld, testWorld } from './fixtures.ts'
import { keyed, type Pair } from './keyed.ts'

export const COMPACTED: LogConfig = {
  ...CONFIG,
  compacted: true,
  deletes: false,
  segmentBytes: 300,
  indexIntervalBytes: 100,
}

export const HOUR = 3_600_000

/** A compacted log that this broker leads. */
export async function opened(
  config = COMPACTED,
  world = testWorld(),
): Promise<{ log: PartitionLog; world: TestWorld }> {
  const log = await openTestLog(world, { config })
  if (log.latestLeaderEpoch < 0) await log.assignLeaderEpoch(0)
  return { log, world }
}

/** A batch for each list of pairs, in a segment of its own. */
export async function appendSegments(
  log: PartitionLog,
  batches: readonly (readonly Pair[])[],
  input: Partial<BatchInput> = {},
) {
  for (const pairs of batches) await appendSegment(log, keyed(pairs, input))
}

export async function appendSegment(log: PartitionLog, records: Uint8Array) {
  const { config } = log
  log.updateConfig({ ...config, segmentBytes: records.length })
  expect(await append(log, records, { origin: 'coordinator' })).toMatchObject({ ok: true })
  log.updateConfig(config)
}

/** As the next start finds it. */
export async function reopened(
  world: TestWorld,
  log: PartitionLog,
  recovery: 'clean' | 'fast' | 'full' = 'full',
): Promise<PartitionLog> {
  const { recoveryPoint, highWatermark, cleanedTo } = log
  await log.close()
  return openTestLog(world, { config: COMPACTED, recovery, recoveryPoint, highWatermark, cleanedTo })
}
