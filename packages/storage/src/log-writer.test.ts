import { expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { planLeaderAppend } from './append-plan.ts'
import { LogSync } from './log-sync.ts'
import { LogWriter } from './log-writer.ts'
import { openLogState } from './recovery.ts'
import { batchOf, CONFIG, DIRECTORY, testWorld } from './testing/fixtures.ts'
import type { AppendResult } from './types.ts'

test('what was stamped in an epoch that is over is not written', async () => {
  const world = testWorld()
  world.disk.makeDirectory(DIRECTORY)
  const state = await openLogState({
    world,
    directory: DIRECTORY,
    topic: 't',
    partition: 0,
    topicId: 'J8aAPcfLQt2bqs1JT_rMgQ',
    config: CONFIG,
    recovery: 'clean',
  })
  const broken: unknown[] = []
  const writer = new LogWriter(state, new LogSync(state, () => {}), {
    onPublished: () => {},
    onBroken: (error) => broken.push(error),
    finishCut: () => undefined,
    whyOffline: () => broken[0],
  })
  state.epochs.assign(0, 0)
  const records = batchOf(['a'])
  const answered = new Promise<AppendResult>((resolve) => {
    writer.enqueue(
      planLeaderAppend(state, writer.pending, { records, leaderEpoch: 0, origin: 'client' }),
      records,
      resolve,
    )
  })
  state.epochs.assign(1, 0)
  expect(await answered).toMatchObject({ ok: false, error: 'KAFKA_STORAGE_ERROR' })
  expect(broken).toHaveLength(1)
  expect(state.segments.active.log.file.size()).toBe(0)
})
