import { expect, test } from '@jest/globals'
import type { BrokerRegistration } from '@ottla/replication'
import { ConsumerGroup } from './consumer-group.ts'
import { newMember } from './consumer-member.ts'
import { computeTarget } from './target.ts'
import { imageWith, topicId } from './testing/topics.ts'

/** Partition p of six is on brokers p and p + 1 of three, in racks r0 to r2. */
function imageWithRacks() {
  const brokers = [0, 1, 2].map((id) => [id, { rack: `r${id}` } as BrokerRegistration] as const)
  return { ...imageWith({ t: 6 }), brokers: new Map(brokers) }
}

function groupOf(racks: readonly (string | null)[]): ConsumerGroup {
  const group = new ConsumerGroup('g', topicId)
  for (const [index, rackId] of racks.entries()) {
    group.putMember(`m${index}`, { ...newMember(`m${index}`), subscribedTopicNames: ['t'], rackId })
  }
  return group
}

test('uniform gives members partitions with a replica in their rack, as the metadata tells it', () => {
  const image = imageWithRacks()
  // Whatever the order of the members.
  for (const racks of [
    ['r0', 'r1', 'r2'],
    ['r2', 'r0', 'r1'],
    ['r1', 'r2', 'r0'],
  ]) {
    const target = computeTarget(groupOf(racks), 'uniform', image)
    for (const [index, rack] of racks.entries()) {
      const partitions = [...target.get(`m${index}`)!.get(topicId('t'))!]
      expect(partitions).toHaveLength(2)
      for (const partition of partitions) {
        const { replicas } = image.topics.get('t')!.partitions[partition]!
        expect(replicas.map((id) => image.brokers.get(id)!.rack)).toContain(rack)
      }
    }
  }
})

test('a member without a rack takes what is left', () => {
  const target = computeTarget(groupOf(['r0', null]), 'uniform', imageWithRacks())
  // Rack r0 has a replica of all but 1 and 4.
  expect([...target.get('m1')!.get(topicId('t'))!]).toEqual(expect.arrayContaining([1, 4]))
  expect(target.get('m0')!.get(topicId('t'))!.size).toBe(3)
})
