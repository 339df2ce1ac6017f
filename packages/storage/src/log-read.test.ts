import { expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { append, batchOf, CONFIG, DIRECTORY, openTestLog, readBytes, testWorld } from './testing/fixtures.ts'

test('a limit in a gap before the next segment, which compaction may leave, hides nothing below it', async () => {
  const world = testWorld()
  const config = { ...CONFIG, segmentBytes: 800 }
  const log = await openTestLog(world, { config })
  await log.assignLeaderEpoch(0)
  for (let index = 0; index < 8; index++) await append(log, batchOf(['x'.repeat(100)]))
  expect(log.segments[1]!.baseOffset).toBeGreaterThan(2)
  const batchBytes = log.segments[0]!.sizeBytes / log.segments[1]!.baseOffset
  await log.closeDurably()
  // All but the first two batches of the first segment are gone.
  world.disk.open(`${DIRECTORY}/00000000000000000000.log`, 'write').truncate(2 * batchBytes)
  const again = await openTestLog(world, { config, recovery: 'clean', recoveryPoint: 8 })
  expect(again.logEndOffset).toBe(8)
  expect(readBytes(again, { offset: 0, limitOffset: 2 })?.length).toBe(2 * batchBytes)
  expect(readBytes(again, { offset: 1, limitOffset: 2 })?.length).toBe(batchBytes)
  expect(readBytes(again, { offset: 2, limitOffset: 2 })).toBeUndefined()
})
