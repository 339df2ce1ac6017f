import { describe, expect, test } from '@jest/globals'
import { encodeMetadataBatch, type MetadataRecord, partitionChange } from '@ottla/replication'
import fc from 'fast-check'
import { BATCH_BYTES_MAX } from '../store/metadata-store.ts'
import { inBatches, inBatchesOfGroups } from './outcome.ts'

function topic(name: string, configs: readonly string[]): MetadataRecord[] {
  return [
    { type: 'topic', name, id: 'x'.repeat(22) },
    ...configs.map((value) => {
      return { type: 'config', resourceType: 'topic', resourceName: name, name: 'k', value } as const
    }),
  ]
}

describe('groups of records in batches', () => {
  test('keep their order, are never torn apart, and no batch of small ones is too large for a store', () => {
    const configs = fc.array(
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.repeat(1000)),
      { maxLength: 3 },
    )
    fc.assert(
      fc.property(fc.array(configs, { maxLength: 60 }), (topics) => {
        const groups = topics.map((values, index) => topic(`t${index}`, values))
        const batches = inBatchesOfGroups(groups)
        expect(batches.flat()).toEqual(groups.flat())
        const firsts = new Set(groups.map(([first]) => first))
        for (const records of batches) {
          expect(firsts.has(records[0]!)).toBe(true)
          const bytes = encodeMetadataBatch({ baseOffset: 0, controllerEpoch: 1, records }).byteLength
          expect(bytes).toBeLessThanOrEqual(BATCH_BYTES_MAX)
        }
      }),
    )
  })

  test('changes of large replica sets fit too', () => {
    const ids = Array.from({ length: 300 }, (_, index) => 1_000_000 + index)
    const change = partitionChange('x'.repeat(22), 1, { replicas: ids, addingReplicas: ids, isr: ids })
    const changes = Array.from({ length: 2000 }, () => change)
    const batches = [...inBatchesOfGroups(changes.map((record) => [record])), ...inBatches(changes)]
    expect(batches.flat()).toHaveLength(4000)
    for (const records of batches) {
      const { byteLength } = encodeMetadataBatch({ baseOffset: 0, controllerEpoch: 1, records })
      expect(byteLength).toBeLessThanOrEqual(BATCH_BYTES_MAX)
    }
  })

  test('a thousand small topics are one batch', () => {
    const groups = Array.from({ length: 1000 }, (_, index) => topic(`topic-${index}`, []))
    expect(inBatchesOfGroups(groups)).toHaveLength(1)
    expect(inBatchesOfGroups([])).toEqual([])
  })
})
