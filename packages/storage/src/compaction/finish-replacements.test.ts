/** What a start makes of replacements that had not come to their end. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { MemoryDisk } from '@ottla/runtime/testing'
import { offsetFileName } from '../names.ts'
import { COMPACTED } from '../testing/compacted-log.ts'
import { DIRECTORY, openTestLog, testWorld } from '../testing/fixtures.ts'
import { keyed, linesOf } from '../testing/keyed.ts'
import { deadFrom, obstructedDisk } from '../testing/obstructed-disk.ts'
import { finishReplacements } from './finish-replacements.ts'

const batch = (baseOffset: number, key: string) => keyed([[key, '1']], { baseOffset, partitionLeaderEpoch: 0 })

function diskWith(files: Readonly<Record<string, Uint8Array>>): MemoryDisk {
  const disk = new MemoryDisk()
  disk.makeDirectory(DIRECTORY)
  for (const [name, bytes] of Object.entries(files)) {
    const file = disk.open(disk.join(DIRECTORY, name), 'write')
    void file.write([bytes], 0)
    file.close()
  }
  disk.syncAll()
  return disk
}

const log = (offset: number, suffix = '') => `${offsetFileName(offset, '.log')}${suffix}`

describe('a segment that Apache Kafka was about to split', () => {
  const files = {
    [log(0)]: Uint8Array.from([...batch(0, 'a'), ...batch(5, 'b')]),
    [log(0, '.cleaned')]: batch(0, 'a'),
    [log(5, '.swap')]: batch(5, 'b'),
    [log(6)]: batch(6, 'z'),
  }

  test('stays as it is, though the start is killed at any operation and another one follows', async () => {
    for (let operations = 0; ; operations++) {
      const disk = diskWith(files)
      const world = testWorld(disk)
      const { obstruct } = deadFrom(operations)
      const dead = { ...world, disk: obstructedDisk(disk, obstruct) }
      const outcome = await finishReplacements({ world: dead, directory: DIRECTORY }).then(
        () => 'done',
        () => 'killed',
      )
      disk.crash('process')
      const again = await openTestLog(world, { config: COMPACTED, recovery: 'full' })
      expect(linesOf(again)).toEqual(['0 a=1', '5 b=1', '6 z=1'])
      expect(disk.list(DIRECTORY).filter((name) => /cleaned|swap/.test(name))).toEqual([])
      if (outcome === 'done') return
    }
  })
})

describe('a segment that Apache Kafka has compacted, which ends before the next one begins', () => {
  const files = { [log(0)]: batch(0, 'a'), [log(5)]: batch(5, 'z') }
  const options = { config: COMPACTED, highWatermark: 6 } as const

  for (const recovery of ['clean', 'fast', 'full'] as const) {
    for (const recoveryPoint of [0, 3, 5]) {
      test(`is whole where compaction has been, ${recovery} from ${recoveryPoint}`, async () => {
        const world = testWorld(diskWith(files))
        const again = await openTestLog(world, { ...options, recovery, recoveryPoint, cleanedTo: 5 })
        expect([linesOf(again), again.logEndOffset]).toEqual([['0 a=1', '5 z=1'], 6])
        expect(world.logger.messages('warn')).toEqual([])
      })
    }
  }

  test('is torn where compaction has not been', async () => {
    const torn = await openTestLog(testWorld(diskWith(files)), { ...options, recovery: 'full', cleanedTo: 3 })
    expect([linesOf(torn), torn.logEndOffset]).toEqual([['0 a=1'], 1])
  })
})

test('a checkpoint from behind the end of the log is of another log: nothing counts as compacted', async () => {
  const world = testWorld(diskWith({ [log(0)]: batch(0, 'a') }))
  const again = await openTestLog(world, { config: COMPACTED, recovery: 'clean', cleanedTo: 7 })
  expect(again.cleanedTo).toBe(0)
})
