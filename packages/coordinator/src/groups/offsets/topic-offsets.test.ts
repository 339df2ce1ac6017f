import { describe, expect, test } from '@jest/globals'
import { ZERO_UUID } from '@ottla/protocol'
import fc from 'fast-check'
import { type CommittedOffset, TopicOffsets } from './topic-offsets.ts'

const committed = (offset: number, fields: Partial<CommittedOffset> = {}): CommittedOffset => ({
  offset,
  leaderEpoch: -1,
  metadata: '',
  commitTimestampMs: 1_700_000_000_000,
  expireTimestampMs: -1,
  topicId: ZERO_UUID,
  ...fields,
})

const someCommit = fc.record({
  offset: fc.maxSafeInteger(),
  leaderEpoch: fc.integer({ min: -1 }),
  metadata: fc.constantFrom('', '', 'words'),
  commitTimestampMs: fc.integer({ min: 0 }),
  expireTimestampMs: fc.constantFrom(-1, -1, 1_800_000_000_000),
  topicId: fc.constantFrom(ZERO_UUID, 'pOy0IViHSJuFiC-UaAY3dA', 'AAAAAAAAAAAAAAAAAAAAAQ'),
})

describe('the offsets of a topic', () => {
  test('are those of a map, whatever was set and deleted', () => {
    const partitions = fc.constantFrom(5, 30, 150)
    const steps = partitions.chain((last) =>
      fc.array(fc.record({ partition: fc.nat(last), commit: fc.option(someCommit, { freq: 3 }) }), {
        maxLength: last * 3,
        size: 'max',
      }),
    )
    fc.assert(
      fc.property(steps, (steps) => {
        const offsets = new TopicOffsets()
        const model = new Map<number, CommittedOffset>()
        for (const [at, { partition, commit }] of steps.entries()) {
          const before = model.has(partition)
          if (commit === null) expect(offsets.delete(partition)).toBe(model.delete(partition))
          else expect(offsets.set(partition, commit, at)).toBe(!before)
          if (commit !== null) model.set(partition, commit)
        }
        expect(new Map(offsets.entries())).toEqual(model)
        expect(offsets.size).toBe(model.size)
        for (let partition = 0; partition <= 151; partition++) {
          expect(offsets.get(partition)).toEqual(model.get(partition))
        }
      }),
    )
  })

  test('a commit whose record stands before that of the one that is held changes nothing', () => {
    const offsets = new TopicOffsets()
    offsets.set(3, committed(20), 9)
    expect(offsets.set(3, committed(10, { metadata: 'of a transaction that ended later' }), 4)).toBe(false)
    expect(offsets.get(3)).toEqual(committed(20))
    expect(offsets.set(3, committed(15), 10)).toBe(false)
    expect(offsets.get(3)).toEqual(committed(15))
  })
})
