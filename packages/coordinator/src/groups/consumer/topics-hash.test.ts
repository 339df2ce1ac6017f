import { expect, test } from '@jest/globals'
import type { BrokerRegistration, MetadataImage } from '@ottla/replication'
import { imageWith } from './testing/topics.ts'
import { topicsHash } from './topics-hash.ts'

function withRacks(image: MetadataImage, racks: readonly string[]): MetadataImage {
  return { ...image, brokers: new Map(racks.map((rack, id) => [id, { id, rack } as BrokerRegistration])) }
}

const RACKS = ['r0', 'r1', 'r2']
const NAMES = new Set(['t', 'u'])
const image = withRacks(imageWith({ t: 3, u: 2, other: 1 }), RACKS)

test.each<[string, MetadataImage]>([
  ['another number of partitions', withRacks(imageWith({ t: 4, u: 2 }), RACKS)],
  ['a topic of the same name', withRacks(imageWith({ t: { partitions: 3, generation: 1 }, u: 2 }), RACKS)],
  ['a topic that is gone', withRacks(imageWith({ t: 3 }), RACKS)],
  ['two topics that have changed places', withRacks(imageWith({ t: 2, u: 3 }), RACKS)],
  ['another rack', withRacks(image, ['r0', 'r1', 'r9'])],
  ['racks that have changed places', withRacks(image, ['r1', 'r0', 'r2'])],
])('%s is another hash', (_, changed) => {
  const before = topicsHash(NAMES, image)
  expect(topicsHash(NAMES, changed)).not.toBe(before)
})

test('topics that nobody subscribes to, the order of names, and leaders make no difference', () => {
  const again = withRacks(imageWith({ u: 2, t: 3 }, 7), RACKS)
  const topic = again.topics.get('t')!
  const partitions = topic.partitions.map((partition) => ({ ...partition, leader: 2, leaderEpoch: 9, isr: [2] }))
  const moved = { ...again, topics: new Map([...again.topics, ['t', { ...topic, partitions }]]) }
  expect(topicsHash(new Set(['u', 't', 'gone']), moved)).toBe(topicsHash(NAMES, image))
  expect(topicsHash(new Set(['gone']), image)).toBe(0n)
})
