/**
 * `applyRecords` is the only way from one image to the next, in the controller and in every broker alike. It is pure, and it
 * shares with the old image whatever the batch did not touch: a batch costs one copy of each map that it changes, and a copy
 * of the partition array of each topic that it changes, however many records it has.
 */
import { assert, unreachable } from '@ottla/runtime'
import {
  type BrokerRegistration,
  configResource,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from './image.ts'
import {
  type BrokerChangeRecord,
  type ConfigRecord,
  lastOffsetOf,
  type MetadataBatch,
  type MetadataRecord,
  type PartitionChangeRecord,
  type PartitionRecord,
  type RegisterBrokerRecord,
  type RemoveTopicRecord,
  type TopicRecord,
} from './records.ts'

/**
 * Applies one batch, which must begin directly after the image's offset and come from the same or a later controller.
 * Throws an AssertionError when a record does not fit the image: the log is then not the one that the image came from.
 */
export function applyRecords(
  image: MetadataImage,
  batch: MetadataBatch,
): { image: MetadataImage; delta: MetadataDelta } {
  assert(batch.baseOffset === image.offset + 1, 'a metadata batch follows the image', () => ({
    imageOffset: image.offset,
    baseOffset: batch.baseOffset,
  }))
  assert(batch.controllerEpoch >= image.controllerEpoch, 'controller epochs never fall', () => ({
    imageEpoch: image.controllerEpoch,
    batchEpoch: batch.controllerEpoch,
  }))
  const draft = new Draft(image)
  for (const record of batch.records) draft.apply(record)
  return { image: draft.finish(lastOffsetOf(batch), batch.controllerEpoch), delta: draft.delta }
}

/** A map that is copied the first time that it is written to. */
class CopyOnWrite<K, V> {
  current: ReadonlyMap<K, V>
  #own: Map<K, V> | undefined

  constructor(current: ReadonlyMap<K, V>) {
    this.current = current
  }

  get writable(): Map<K, V> {
    if (this.#own === undefined) {
      this.#own = new Map(this.current)
      this.current = this.#own
    }
    return this.#own
  }
}

/** The image under construction. Partition arrays of touched topics are copied once and then changed in place. */
class Draft {
  readonly delta = {
    topicsChanged: new Set<string>(),
    topicsRemoved: new Map<string, TopicImage>(),
    brokersChanged: new Set<number>(),
    configsChanged: new Set<string>(),
  }
  readonly #brokers: CopyOnWrite<number, BrokerRegistration>
  readonly #topics: CopyOnWrite<string, TopicImage>
  readonly #names: CopyOnWrite<string, string>
  readonly #configs: CopyOnWrite<string, ReadonlyMap<string, string>>
  readonly #features: CopyOnWrite<string, number>
  readonly #partitions = new Map<string, PartitionImage[]>()
  #clusterId: string
  #nextProducerId: number

  constructor(image: MetadataImage) {
    this.#brokers = new CopyOnWrite(image.brokers)
    this.#topics = new CopyOnWrite(image.topics)
    this.#names = new CopyOnWrite(image.topicNamesById)
    this.#configs = new CopyOnWrite(image.configs)
    this.#features = new CopyOnWrite(image.features)
    this.#clusterId = image.clusterId
    this.#nextProducerId = image.nextProducerId
  }

  finish(offset: number, controllerEpoch: number): MetadataImage {
    return {
      clusterId: this.#clusterId,
      offset,
      controllerEpoch,
      brokers: this.#brokers.current,
      topics: this.#topics.current,
      topicNamesById: this.#names.current,
      configs: this.#configs.current,
      nextProducerId: this.#nextProducerId,
      features: this.#features.current,
    }
  }

  apply(record: MetadataRecord): void {
    switch (record.type) {
      case 'clusterCreated':
        assert(this.#clusterId === '', 'a cluster is created once')
        this.#clusterId = record.clusterId
        return
      case 'controllerStarted':
        return
      case 'featureLevel':
        if (record.level === 0) this.#features.writable.delete(record.name)
        else this.#features.writable.set(record.name, record.level)
        return
      case 'registerBroker':
        this.#registerBroker(record)
        return
      case 'brokerChange':
        this.#changeBroker(record)
        return
      case 'unregisterBroker':
        this.#brokers.writable.delete(record.id)
        this.delta.brokersChanged.add(record.id)
        return
      case 'topic':
        this.#addTopic(record)
        return
      case 'partition':
        this.#addPartition(record)
        return
      case 'partitionChange':
        this.#changePartition(record)
        return
      case 'removeTopic':
        this.#removeTopic(record)
        return
      case 'config':
        this.#setConfig(record)
        return
      case 'producerIds':
        assert(record.nextProducerId >= this.#nextProducerId, 'producer ids are handed out once')
        this.#nextProducerId = record.nextProducerId
        return
      default:
        unreachable(record)
    }
  }

  #registerBroker({ type: _, ...registration }: RegisterBrokerRecord): void {
    this.#brokers.writable.set(registration.id, registration)
    this.delta.brokersChanged.add(registration.id)
  }

  #changeBroker(record: BrokerChangeRecord): void {
    const broker = this.#brokers.current.get(record.id)
    assert(broker?.epoch === record.epoch, 'a broker change names the registered epoch', () => ({ ...record }))
    this.#brokers.writable.set(record.id, {
      ...broker,
      fenced: record.fenced ?? broker.fenced,
      shuttingDown: record.shuttingDown ?? broker.shuttingDown,
    })
    this.delta.brokersChanged.add(record.id)
  }

  #addTopic({ name, id }: TopicRecord): void {
    assert(!this.#topics.current.has(name), 'a topic is created once', () => ({ name }))
    const partitions: PartitionImage[] = []
    this.#topics.writable.set(name, { name, id, partitions })
    this.#names.writable.set(id, name)
    this.#partitions.set(name, partitions)
    this.delta.topicsChanged.add(name)
  }

  /** The topic's partition array, which may be changed in place until the batch is finished. */
  #partitionsOf(topicId: string): PartitionImage[] {
    const name = this.#names.current.get(topicId)
    const topic = name === undefined ? undefined : this.#topics.current.get(name)
    assert(topic !== undefined, 'a record names a topic that exists', () => ({ topicId }))
    const own = this.#partitions.get(topic.name)
    if (own !== undefined) return own
    const partitions = [...topic.partitions]
    this.#partitions.set(topic.name, partitions)
    this.#topics.writable.set(topic.name, { ...topic, partitions })
    this.delta.topicsChanged.add(topic.name)
    return partitions
  }

  #addPartition({ type: _, topicId, ...partition }: PartitionRecord): void {
    const partitions = this.#partitionsOf(topicId)
    assert(partition.partition === partitions.length, 'partitions are added in order', () => ({
      topicId,
      ...partition,
    }))
    partitions.push(partition)
  }

  #changePartition(record: PartitionChangeRecord): void {
    const partitions = this.#partitionsOf(record.topicId)
    const old = partitions[record.partition]
    assert(old !== undefined, 'a record names a partition that exists', () => ({ ...record }))
    partitions[record.partition] = changedPartition(old, record)
  }

  #removeTopic({ topicId }: RemoveTopicRecord): void {
    const name = this.#names.current.get(topicId)
    const topic = name === undefined ? undefined : this.#topics.current.get(name)
    assert(topic !== undefined, 'a removed topic exists', () => ({ topicId }))
    this.#topics.writable.delete(topic.name)
    this.#names.writable.delete(topicId)
    this.#partitions.delete(topic.name)
    this.delta.topicsChanged.delete(topic.name)
    this.delta.topicsRemoved.set(topicId, topic)
    const resource = configResource('topic', topic.name)
    if (!this.#configs.current.has(resource)) return
    this.#configs.writable.delete(resource)
    this.delta.configsChanged.add(resource)
  }

  #setConfig({ resourceType, resourceName, name, value }: ConfigRecord): void {
    const resource = configResource(resourceType, resourceName)
    const values = new Map(this.#configs.current.get(resource))
    if (value === null) values.delete(name)
    else values.set(name, value)
    if (values.size === 0) this.#configs.writable.delete(resource)
    else this.#configs.writable.set(resource, values)
    this.delta.configsChanged.add(resource)
  }
}

function changedPartition(old: PartitionImage, record: PartitionChangeRecord): PartitionImage {
  return {
    partition: old.partition,
    replicas: record.replicas ?? old.replicas,
    isr: record.isr ?? old.isr,
    leader: record.leader ?? old.leader,
    leaderEpoch: record.leader === null ? old.leaderEpoch : old.leaderEpoch + 1,
    partitionEpoch: old.partitionEpoch + 1,
    elr: record.elr ?? old.elr,
    lastKnownElr: record.lastKnownElr ?? old.lastKnownElr,
    addingReplicas: record.addingReplicas ?? old.addingReplicas,
    removingReplicas: record.removingReplicas ?? old.removingReplicas,
    leaderRecoveryState: record.leaderRecoveryState ?? old.leaderRecoveryState,
  }
}
