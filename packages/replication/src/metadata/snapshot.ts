/** An image as records and back, and the difference of two images: for a broker that gets a snapshot instead of the tail. */
import { applyRecords } from './apply.ts'
import { EMPTY_IMAGE, type MetadataDelta, type MetadataImage, type TopicImage } from './image.ts'
import type { ConfigRecord, MetadataRecord } from './records.ts'

/** Records that build an image of the same content when they are applied to the empty one. */
export function* imageRecords(image: MetadataImage): Generator<MetadataRecord> {
  if (image.clusterId !== '') yield { type: 'clusterCreated', clusterId: image.clusterId }
  for (const [name, level] of image.features) yield { type: 'featureLevel', name, level }
  for (const broker of image.brokers.values()) yield { type: 'registerBroker', ...broker }
  for (const topic of image.topics.values()) yield* topicRecords(topic)
  for (const [resource, values] of image.configs) {
    for (const [name, value] of values) yield { type: 'config', ...splitResource(resource), name, value }
  }
  if (image.nextProducerId > 0) yield { type: 'producerIds', nextProducerId: image.nextProducerId }
}

function* topicRecords(topic: TopicImage): Generator<MetadataRecord> {
  yield { type: 'topic', name: topic.name, id: topic.id }
  for (const partition of topic.partitions) yield { type: 'partition', topicId: topic.id, ...partition }
}

function splitResource(resource: string): Pick<ConfigRecord, 'resourceType' | 'resourceName'> {
  const colon = resource.indexOf(':')
  return {
    resourceType: resource.slice(0, colon) as ConfigRecord['resourceType'],
    resourceName: resource.slice(colon + 1),
  }
}

/** The image whose `imageRecords` these are, at the offset and controller epoch at which it was taken. */
export function imageFromRecords(
  records: readonly MetadataRecord[],
  at: { readonly offset: number; readonly controllerEpoch: number },
): MetadataImage {
  const { image } = applyRecords(EMPTY_IMAGE, { baseOffset: 0, controllerEpoch: at.controllerEpoch, records })
  return { ...image, offset: at.offset, controllerEpoch: at.controllerEpoch }
}

/** What differs between two images, as if one batch had made the second of the first. */
export function imageDelta(before: MetadataImage, after: MetadataImage): MetadataDelta {
  return {
    topicsChanged: changedKeys(before.topics, after.topics),
    topicsRemoved: new Map([...removedTopics(before, after)].map((topic) => [topic.id, topic])),
    brokersChanged: keysThatDiffer(before.brokers, after.brokers),
    configsChanged: keysThatDiffer(before.configs, after.configs),
  }
}

function* removedTopics(before: MetadataImage, after: MetadataImage): Generator<TopicImage> {
  for (const topic of before.topics.values()) if (!after.topicNamesById.has(topic.id)) yield topic
}

/** Keys of `after` that are new or whose value is another. */
function changedKeys<V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): Set<string> {
  const changed = new Set<string>()
  for (const [key, value] of after) if (!sameContent(before.get(key), value)) changed.add(key)
  return changed
}

function keysThatDiffer<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): Set<K> {
  const differ = new Set<K>()
  for (const [key, value] of after) if (!sameContent(before.get(key), value)) differ.add(key)
  for (const key of before.keys()) if (!after.has(key)) differ.add(key)
  return differ
}

/** Parts of images are trees of plain values and maps, built with their fields in one order. */
function sameContent(left: unknown, right: unknown): boolean {
  if (left === right) return true
  return JSON.stringify(left, mapsAsArrays) === JSON.stringify(right, mapsAsArrays)
}

function mapsAsArrays(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value].sort(([left], [right]) => (left < right ? -1 : 1)) : value
}
