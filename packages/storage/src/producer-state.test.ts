import { describe, expect, test } from '@jest/globals'
import {
  afterBatch,
  afterEndTransaction,
  judgeSequence,
  type ProducerAppend,
  type ProducerEntry,
} from './producer-state.ts'
import { ProducerTable } from './producer-table.ts'

const MAX = 2 ** 31 - 1

function batch(baseSequence: number, count: number, changes: Partial<ProducerAppend> = {}): ProducerAppend {
  const firstOffset = changes.firstOffset ?? 100
  return {
    producerId: 1,
    producerEpoch: 0,
    baseSequence,
    firstOffset,
    lastOffset: firstOffset + count - 1,
    timestampMs: 5,
    isTransactional: false,
    ...changes,
  }
}

function judged(entry: ProducerEntry | undefined, append: ProducerAppend): string {
  const count = append.lastOffset - append.firstOffset + 1
  const end = append.baseSequence + count - 1
  const judgement = judgeSequence(entry, { ...append, lastSequence: end > MAX ? end - MAX - 1 : end })
  return judgement.kind === 'refused' ? judgement.error : judgement.kind
}

function after(...batches: ProducerAppend[]): ProducerEntry {
  return batches.reduce<ProducerEntry | undefined>((entry, next) => afterBatch(entry, next), undefined)!
}

describe('the sequence of an idempotent producer', () => {
  const known = after(batch(0, 3))
  const wrapped = after(batch(MAX - 1, 2))
  const wrapping = after(batch(MAX, 3))
  const newEpoch = afterEndTransaction(known, {
    producerId: 1,
    producerEpoch: 1,
    coordinatorEpoch: 2,
    offset: 103,
    timestampMs: 6,
  })
  const inTransaction = after(batch(0, 3, { isTransactional: true }))

  test.each<[string, ProducerEntry | undefined, ProducerAppend, string]>([
    ['an unknown producer begins anywhere', undefined, batch(77, 1), 'next'],
    ['the next one', known, batch(3, 1), 'next'],
    ['a gap', known, batch(4, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['the last one again', known, batch(0, 3), 'duplicate'],
    ['the last one again, longer', known, batch(0, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    [
      'an older epoch',
      after(batch(0, 1, { producerEpoch: 2 })),
      batch(1, 1, { producerEpoch: 1 }),
      'INVALID_PRODUCER_EPOCH',
    ],
    ['a newer epoch begins at 0', known, batch(0, 1, { producerEpoch: 1 }), 'next'],
    ['a newer epoch begins elsewhere', known, batch(3, 1, { producerEpoch: 1 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['behind 2^31 - 1 comes 0', wrapped, batch(0, 1), 'next'],
    ['behind 2^31 - 1 comes nothing else', wrapped, batch(1, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['behind a batch that wraps', wrapping, batch(2, 1), 'next'],
    ['a batch that wraps again', wrapping, batch(MAX, 3), 'duplicate'],
    ['behind a marker with a new epoch: 0', newEpoch, batch(0, 1, { producerEpoch: 1 }), 'next'],
    [
      'behind a marker with a new epoch: not 3',
      newEpoch,
      batch(3, 1, { producerEpoch: 1 }),
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
    ],
    ['behind a marker, the old epoch', newEpoch, batch(3, 1), 'INVALID_PRODUCER_EPOCH'],
    ['outside of its open transaction', inTransaction, batch(3, 1), 'INVALID_TXN_STATE'],
    ['inside of its open transaction', inTransaction, batch(3, 1, { isTransactional: true }), 'next'],
  ])('%s', (_name, entry, append, expected) => {
    expect(judged(entry, append)).toBe(expected)
  })

  test('the last five batches are known, older ones are not', () => {
    const entry = after(...Array.from({ length: 7 }, (_, index) => batch(index * 10, 10, { firstOffset: index * 10 })))
    expect(entry.batches.map(({ firstSequence }) => firstSequence)).toEqual([20, 30, 40, 50, 60])
    expect(judged(entry, batch(20, 10))).toBe('duplicate')
    expect(judged(entry, batch(10, 10))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(judged(entry, batch(70, 10))).toBe('next')
  })

  test('a new epoch forgets the batches of the old one, a marker of the same epoch does not', () => {
    expect(after(batch(0, 1), batch(0, 1, { producerEpoch: 1 })).batches).toHaveLength(1)
    const end = { producerId: 1, producerEpoch: 0, coordinatorEpoch: 9, offset: 103, timestampMs: 8 }
    const ended = afterEndTransaction(inTransaction, end)
    expect(ended).toMatchObject({ currentTxnFirstOffset: -1, coordinatorEpoch: 9, lastTimestampMs: 8 })
    expect(ended.batches).toHaveLength(1)
  })
})

describe('the last stable offset', () => {
  const open = (producerId: number, firstOffset: number) =>
    afterBatch(undefined, batch(0, 2, { producerId, firstOffset, isTransactional: true }))
  const end = (table: ProducerTable, producerId: number, offset: number) =>
    table.put(
      afterEndTransaction(table.get(producerId), {
        producerId,
        producerEpoch: 0,
        coordinatorEpoch: 0,
        offset,
        timestampMs: 0,
      }),
      offset,
    )

  test('is held by the oldest open transaction, and by an ended one until its marker is below the high watermark', () => {
    const table = new ProducerTable()
    expect(table.firstUnstableOffset(50)).toBeUndefined()
    table.put(open(1, 10), 11)
    table.put(open(2, 20), 21)
    expect(table.firstUnstableOffset(30)).toBe(10)
    end(table, 1, 30)
    expect(table.firstUnstableOffset(30)).toBe(10)
    expect(table.firstUnstableOffset(31)).toBe(20)
    end(table, 2, 31)
    expect(table.firstUnstableOffset(32)).toBeUndefined()
  })

  test('open transactions are in order again after a snapshot was read', () => {
    const table = new ProducerTable([open(2, 20), open(1, 10)])
    expect(table.firstUnstableOffset(100)).toBe(10)
  })

  test('idle producers are forgotten, those with an open transaction are not', () => {
    const table = new ProducerTable([open(1, 10), afterBatch(undefined, batch(0, 1, { producerId: 2 }))])
    expect(table.expire(6)).toBe(1)
    expect([table.get(1) !== undefined, table.get(2)]).toEqual([true, undefined])
    expect(table.expire(5)).toBe(0)
  })
})
