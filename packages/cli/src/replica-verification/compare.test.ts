import { describe, expect, test } from '@jest/globals'
import { compareReplicas, type ReplicaBatches } from './compare.ts'

/** `4:7` is a batch up to offset 4 with checksum 7, `4:7:0` one whose bytes have another. */
function replica(brokerId: number, highWatermark: number, batches: string): ReplicaBatches {
  return {
    brokerId,
    highWatermark,
    batches: batches
      .split(' ')
      .filter((batch) => batch !== '')
      .map((batch) => {
        const [lastOffset, crc, isValid] = batch.split(':').map(Number)
        return { lastOffset: lastOffset!, crc: crc!, isValid: isValid !== 0 }
      }),
  }
}

describe('compareReplicas', () => {
  test.each([
    ['the same everywhere', [replica(1, 10, '4:7 9:8'), replica(2, 10, '4:7 9:8')], 10],
    ['one has fetched less', [replica(1, 10, '4:7 9:8'), replica(2, 10, '4:7')], 5],
    ['a high watermark lies inside a batch', [replica(1, 10, '4:7 9:8'), replica(2, 9, '4:7 9:8')], 5],
    ['what lies above the high watermark may differ', [replica(1, 5, '4:7 9:8'), replica(2, 5, '4:7 8:1')], 5],
    ['one has nothing', [replica(1, 10, '4:7'), replica(2, 10, '')], 0],
    ['one replica alone', [replica(1, 10, '4:7 9:8')], 10],
    ['nobody', [], 0],
  ])('%s', (_, replicas, verifiedTo) =>
    expect(compareReplicas('t-0', 0, replicas)).toEqual({ verifiedTo, findings: [], isTornApart: false }),
  )

  test('another checksum is told, and what follows is compared', () => {
    const replicas = [replica(1, 10, '4:7 9:8'), replica(2, 10, '4:6 9:8'), replica(3, 10, '4:7 9:9')]
    expect(compareReplicas('t-0', 3, replicas)).toEqual({
      verifiedTo: 10,
      findings: [
        "partition t-0 has unmatched checksum at offset 4; replica 1's checksum 7; replica 2's checksum 6",
        "partition t-0 has unmatched checksum at offset 9; replica 1's checksum 8; replica 3's checksum 9",
      ],
      isTornApart: false,
    })
  })

  test('damaged bytes under a good checksum are told', () => {
    const { findings } = compareReplicas('t-0', 0, [replica(1, 10, '4:7 9:8'), replica(2, 10, '4:7 9:8:0')])
    expect(findings).toEqual(["partition t-0: replica 2's batch up to offset 9 is damaged"])
  })

  test('other offsets end the comparison', () => {
    expect(compareReplicas('t-0', 0, [replica(1, 10, '4:7 9:8'), replica(2, 10, '4:7 8:8 9:1')])).toEqual({
      verifiedTo: 5,
      findings: ["partition t-0: replica 1's offset 9 doesn't match replica 2's offset 8"],
      isTornApart: true,
    })
  })
})
