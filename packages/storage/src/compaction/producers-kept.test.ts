/** What compaction keeps of producers and of their transactions. */
import { describe, expect, test } from '@jest/globals'
import { encodeBatch, encodeControlType, encodeEndTxnMarker } from '@ottla/protocol'
import '@ottla/runtime/node'
import { appendSegment, appendSegments, COMPACTED, HOUR, opened, reopened } from '../testing/compacted-log.ts'
import { append, DIRECTORY, T0 } from '../testing/fixtures.ts'
import { compactAll, keyed, linesOf, readBatchesOf } from '../testing/keyed.ts'

function marker(type: 'commit' | 'abort', producerId: number): Uint8Array {
  const record = {
    key: encodeControlType(type === 'commit' ? 1 : 0),
    value: encodeEndTxnMarker(0),
    timestamp: T0,
  }
  return encodeBatch({ records: [record], isControl: true, isTransactional: true, producerId, producerEpoch: 0 })
}

describe('producers', () => {
  test('the last batch of each stays, empty, so that a repetition of it is known after any start', async () => {
    const { log, world } = await opened()
    const producer = { producerId: 4000, producerEpoch: 1 }
    await appendSegment(
      log,
      keyed(
        [
          ['a', '1'],
          ['b', '1'],
        ],
        { ...producer, baseSequence: 0 },
      ),
    )
    await appendSegment(
      log,
      keyed(
        [
          ['a', '2'],
          ['b', '2'],
        ],
        { ...producer, baseSequence: 2 },
      ),
    )
    await appendSegments(log, [
      [
        ['a', '3'],
        ['b', '3'],
      ],
      [['z', '']],
    ])
    await compactAll(log)
    const batches = readBatchesOf(log).map(({ baseOffset, lastOffset, recordCount }) => [
      baseOffset,
      lastOffset,
      recordCount,
    ])
    expect(batches).toEqual([
      [2, 3, 0],
      [4, 5, 2],
      [6, 6, 1],
    ])
    for (const name of world.disk.list(DIRECTORY)) {
      if (name.endsWith('.snapshot')) await world.disk.removeFile(world.disk.join(DIRECTORY, name))
    }
    const again = await reopened(world, log)
    const repeated = keyed(
      [
        ['a', '2'],
        ['b', '2'],
      ],
      { ...producer, baseSequence: 2 },
    )
    expect(await append(again, repeated)).toMatchObject({ ok: true, duplicate: true, firstOffset: 2 })
    const next = keyed([['a', '4']], { ...producer, baseSequence: 4 })
    expect(await append(again, next)).toMatchObject({ ok: true, duplicate: false, firstOffset: 7 })
  })
})

describe('transactions', () => {
  const config = { ...COMPACTED, deleteRetentionMs: HOUR }
  const of = (producerId: number) => ({ producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true })

  test('what was aborted goes and hides nothing; what was committed counts', async () => {
    const { log } = await opened(config)
    await appendSegments(log, [
      [
        ['a', '1'],
        ['b', '1'],
      ],
    ])
    await appendSegments(
      log,
      [
        [
          ['a', 'aborted'],
          ['x', 'aborted'],
        ],
      ],
      of(1),
    )
    await appendSegments(log, [[['b', 'committed']]], of(2))
    await appendSegment(log, marker('commit', 2))
    await appendSegment(log, marker('abort', 1))
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    expect(linesOf(log)).toEqual(['0 a=1', '4 b=committed', '7 z='])
    expect(
      readBatchesOf(log)
        .filter(({ isControl }) => isControl)
        .map(({ baseOffset }) => baseOffset),
    ).toEqual([5, 6])
  })

  test('a marker whose transaction has no records left goes when its own horizon has passed', async () => {
    const { log, world } = await opened(config)
    await appendSegments(log, [[['a', '1']]], of(1))
    await appendSegment(log, marker('commit', 1))
    await appendSegments(log, [[['a', '2']]], { ...of(1), baseSequence: 1 })
    await appendSegment(log, marker('commit', 1))
    const offsets = () =>
      readBatchesOf(log)
        .filter(({ isControl }) => isControl)
        .map(({ baseOffset }) => baseOffset)
    const again = async (key: string) => {
      await appendSegments(log, [[[key, '']]])
      await compactAll(log)
    }
    await again('z')
    expect(linesOf(log)).toEqual(['2 a=2', '4 z='])
    expect(offsets()).toEqual([1, 3])
    // Empty now: the horizon is set. It goes once that has passed.
    await again('y')
    expect(offsets()).toEqual([1, 3])
    expect(readBatchesOf(log)[0]).toMatchObject({
      baseOffset: 1,
      hasDeleteHorizon: true,
      baseTimestamp: world.clock.now() + HOUR,
    })
    await world.clock.advance(HOUR)
    await again('x')
    expect(offsets()).toEqual([3])
    expect(linesOf(log)).toEqual(['2 a=2', '4 z=', '5 y=', '6 x='])
    expect(log.activeProducers()).toMatchObject([{ producerId: 1, lastSequence: 1, currentTxnStartOffset: -1 }])
  })

  test('an open transaction is not gone past', async () => {
    const { log } = await opened(config)
    await appendSegments(log, [[['a', '1']], [['a', '2']]])
    await appendSegments(log, [[['a', 'open']]], of(1))
    await appendSegments(log, [[['a', '3']], [['z', '']]])
    expect(await compactAll(log)).toMatchObject({ cleanedTo: 2 })
    expect(linesOf(log)).toEqual(['1 a=2', '2 a=open', '3 a=3', '4 z='])
  })
})
