import { describe, expect, test } from '@jest/globals'
import { CheckpointError } from './checkpoint-file.ts'
import { LeaderEpochs } from './leader-epochs.ts'

const text = (epochs: LeaderEpochs) =>
  epochs.entries.map((entry) => `${entry.leaderEpoch}@${entry.startOffset}`).join(' ')
const epochsOf = (line: string) =>
  new LeaderEpochs(
    line
      .split(' ')
      .filter((entry) => entry !== '')
      .map((entry) => ({ leaderEpoch: Number(entry.split('@')[0]), startOffset: Number(entry.split('@')[1]) })),
  )

describe('leader epochs', () => {
  test.each([
    ['', 0, 0, '0@0'],
    ['0@0', 1, 10, '0@0 1@10'],
    ['0@0', 0, 10, '0@0'],
    ['0@0 1@10', 2, 10, '0@0 2@10'],
    ['0@0 1@10 3@20', 4, 5, '0@0 4@5'],
    ['0@0 1@10 3@20', 2, 30, '0@0 1@10 2@30'],
  ])('%s assign %d@%d gives %s', (before, epoch, offset, expected) => {
    const epochs = epochsOf(before)
    expect(epochs.assign(epoch, offset)).toBe(before !== expected)
    expect(text(epochs)).toBe(expected)
  })

  test.each([
    [-1, undefined],
    [0, { leaderEpoch: 0, endOffset: 30 }],
    [2, { leaderEpoch: 2, endOffset: 30 }],
    [3, { leaderEpoch: 2, endOffset: 30 }],
    [5, { leaderEpoch: 5, endOffset: 50 }],
    [6, undefined],
  ])('the end of epoch %d in 2@10 4@30 5@40 up to 50', (epoch, expected) => {
    const found = epochsOf('2@10 4@30 5@40').endOffsetFor(epoch, 50)
    // Kafka answers an epoch before the first one with itself and the first start offset.
    expect(found).toEqual(epoch === 0 ? { leaderEpoch: 0, endOffset: 10 } : expected)
  })

  test('the epoch of an offset', () => {
    const epochs = epochsOf('2@10 4@30')
    expect([9, 10, 29, 30, 99].map((offset) => epochs.at(offset))).toEqual([-1, 2, 2, 4, 4])
  })

  test.each([
    [50, '2@10 4@30', false],
    [31, '2@10 4@30', false],
    [30, '2@10', true],
    [10, '', true],
  ])('cut at the end to %d', (offset, expected, changed) => {
    const epochs = epochsOf('2@10 4@30')
    expect(epochs.truncateFromEnd(offset)).toBe(changed)
    expect(text(epochs)).toBe(expected)
  })

  test.each([
    [5, '2@10 4@30', false],
    [10, '2@10 4@30', false],
    [20, '2@20 4@30', true],
    [30, '4@30', true],
    [45, '4@45', true],
  ])('cut at the start to %d', (offset, expected, changed) => {
    const epochs = epochsOf('2@10 4@30')
    expect(epochs.truncateFromStart(offset)).toBe(changed)
    expect(text(epochs)).toBe(expected)
  })

  test('the checkpoint is read and written as Apache Kafka does; a torn one is refused at every byte', () => {
    const content = '0\n2\n0 0\n7 100\n'
    const bytes = new TextEncoder().encode(content)
    const epochs = LeaderEpochs.parse(bytes)
    expect(text(epochs)).toBe('0@0 7@100')
    expect(new TextDecoder().decode(epochs.encode())).toBe(content)
    for (let length = 1; length < bytes.length; length++) {
      expect(() => LeaderEpochs.parse(bytes.subarray(0, length))).toThrow(CheckpointError)
    }
    for (const bad of ['1\n0\n', '0\n1\n0 x\n', '0\nx\n', '0\n2\n0 0\n', '0\n1\n0\n']) {
      expect(() => LeaderEpochs.parse(new TextEncoder().encode(bad))).toThrow(CheckpointError)
    }
  })
})
