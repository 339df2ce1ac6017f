/** What compaction keeps of producers and of their transactions. */
import { describe, expect, test } from '@jest/globals'
import { encodeBatch, encodeControlType, encodeEndTxnMarker } from '@ottla/protocol'
import '@ottla/runtime/node'
import { seededRandom } from '@ottla/runtime/testing'
import type { PartitionLog } from '../partition-log.ts'
import { appendSegment, appendSegments, COMPACTED, HOUR, opened } from '../testing/compacted-log.ts'
import { append, appendAsFollower, DIRECTORY, openTestLog, T0 } from '../testing/fixtures.ts'
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
  const producer = { producerId: 4000, producerEpoch: 1 }
  /** Batch n of the producer: two records with sequences 2n and 2n + 1. */
  const batch = (n: number) =>
    keyed(
      [
        ['a', `${n}`],
        ['b', `${n}`],
      ],
      { ...producer, baseSequence: 2 * n },
    )
  const checkpointsOf = ({ recoveryPoint, highWatermark, cleanedTo }: PartitionLog) => ({
    recoveryPoint,
    highWatermark,
    cleanedTo,
  })
  const batchesOf = (log: PartitionLog) =>
    readBatchesOf(log).map(({ baseOffset, lastOffset, recordCount }) => [baseOffset, lastOffset, recordCount])

  async function sevenBatchesCompacted() {
    const { log, world } = await opened()
    for (let n = 0; n < 7; n++) await appendSegment(log, batch(n))
    await appendSegments(log, [
      [
        ['a', 'last'],
        ['b', 'last'],
      ],
      [['z', '']],
    ])
    await compactAll(log)
    return { log, world }
  }

  async function expectRepetitionsKnown(log: PartitionLog) {
    for (let n = 2; n < 7; n++) {
      expect(await append(log, batch(n))).toMatchObject({ ok: true, duplicate: true, firstOffset: 2 * n })
    }
    expect(await append(log, batch(1))).toMatchObject({ ok: false, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(await append(log, batch(7))).toMatchObject({ ok: true, duplicate: false, firstOffset: 17 })
  }

  test('the last five batches of each stay, empty', async () => {
    const { log } = await sevenBatchesCompacted()
    expect(batchesOf(log)).toEqual([
      [4, 5, 0],
      [6, 7, 0],
      [8, 9, 0],
      [10, 11, 0],
      [12, 13, 0],
      [14, 15, 2],
      [16, 16, 1],
    ])
  })

  test('their repetitions are known after a start that finds no snapshot', async () => {
    const { log, world } = await sevenBatchesCompacted()
    const found = checkpointsOf(log)
    await log.close()
    for (const name of world.disk.list(DIRECTORY)) {
      if (name.endsWith('.snapshot')) await world.disk.removeFile(world.disk.join(DIRECTORY, name))
    }
    await expectRepetitionsKnown(await openTestLog(world, { config: COMPACTED, recovery: 'full', ...found }))
  })

  test('their repetitions are known after a power loss', async () => {
    const { log, world } = await sevenBatchesCompacted()
    const found = checkpointsOf(log)
    world.disk.crash('power', seededRandom(1))
    await expectRepetitionsKnown(await openTestLog(world, { config: COMPACTED, recovery: 'full', ...found }))
  })

  test('their repetitions are known where the log was replicated to after it was compacted', async () => {
    const { log } = await sevenBatchesCompacted()
    const { log: replica } = await opened()
    for (const { bytes } of readBatchesOf(log)) {
      expect(await appendAsFollower(replica, bytes)).toMatchObject({ ok: true })
    }
    await expectRepetitionsKnown(replica)
  })

  test('older ones go when others have come behind them', async () => {
    const { log } = await sevenBatchesCompacted()
    for (let n = 7; n < 10; n++) await appendSegment(log, batch(n))
    await appendSegments(log, [[['z', '']]])
    await compactAll(log)
    expect(batchesOf(log)).toEqual([
      [10, 11, 0],
      [12, 13, 0],
      [16, 16, 1],
      [17, 18, 0],
      [19, 20, 0],
      [21, 22, 2],
      [23, 23, 1],
    ])
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
