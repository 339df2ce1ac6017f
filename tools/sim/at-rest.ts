import type { InspectedGroup, MetadataImage } from '@ottla/broker/internal'
import { imageDifference } from './checkers/metadata-is-durable.ts'

/** What a run looks like from outside, for the question whether it is at rest. */
export interface Scene {
  /** Undefined: the node is down. */
  readonly controller: MetadataImage | undefined
  readonly brokers: readonly BrokerScene[]
  readonly producers: readonly { readonly name: string; readonly unsettled: number }[]
  readonly consumers: readonly {
    readonly name: string
    reads(topic: string, partition: number): boolean
    position(topic: string, partition: number): number
  }[]
  readonly groups: readonly GroupScene[]
}

interface GroupScene {
  readonly name: string
  /** How many are to be in it. */
  readonly members: number
  readonly topics: readonly string[]
  /** What its coordinator knows; undefined: it has none, or one that is still loading. */
  content(): InspectedGroup | undefined
}

interface BrokerScene {
  readonly id: number
  readonly name: string
  readonly image: MetadataImage | undefined
  replica(topic: string, partition: number): ReplicaScene | undefined
}

interface ReplicaScene {
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly logEndOffset: number
}

/** The first thing that is not as it has to be when no fault is left; undefined: all is at rest. */
export function unrest(scene: Scene): string | undefined {
  const { controller, brokers, producers } = scene
  if (controller === undefined) return 'the controller is down'
  for (const { name, image } of brokers) {
    if (image === undefined) return `${name} is down`
    // Cheap first: images are compared in full only when they are at the same offset.
    if (image.offset !== controller.offset)
      return `${name} has metadata up to offset ${image.offset}, the controller up to ${controller.offset}`
  }
  const partition = unrestOfPartitions(controller, scene)
  if (partition !== undefined) return partition
  const waiting = producers.find(({ unsettled }) => unsettled > 0)
  if (waiting !== undefined) return `${waiting.name} waits for ${waiting.unsettled} answers`
  return unrestOfGroups(controller, scene)
}

/** Whether brokers and controller hold the same metadata; to be asked at rest. */
export function differentImages({ controller, brokers }: Scene): string | undefined {
  for (const { name, image } of brokers) {
    if (controller === undefined || image === undefined) return `${name} or the controller is down`
    const difference = imageDifference(controller, image)
    if (difference !== undefined) return `the images of the controller and of ${name} differ: ${difference}`
  }
  return undefined
}

/** Everybody is in, nobody waits for anybody, and all that is there has been handled and committed. */
function unrestOfGroups(controller: MetadataImage, { groups, brokers }: Scene): string | undefined {
  for (const { name, members, topics, content } of groups) {
    const group = content()
    if (group === undefined) return `${name} has no coordinator`
    if (group.members.length !== members)
      return `${name} is to have ${members} members, ${group.members.length} are there`
    if (group.state !== 'Stable') return `${name} is ${group.state}`
    for (const topic of topics) {
      for (const { partition, leader } of controller.topics.get(topic)?.partitions ?? []) {
        const { highWatermark = 0, logStartOffset = 0 } =
          brokers.find(({ id }) => id === leader)?.replica(topic, partition) ?? {}
        const committed = group.offsets.find((its) => its.topic === topic && its.partition === partition)?.offset ?? 0
        if (Math.max(committed, logStartOffset) < highWatermark)
          return `${name} has committed ${committed} of ${topic}-${partition}, which ends at ${highWatermark}`
      }
    }
  }
  return undefined
}

function unrestOfPartitions(controller: MetadataImage, scene: Scene): string | undefined {
  for (const topic of controller.topics.values()) {
    for (const partition of topic.partitions) {
      const { leader, isr, replicas, addingReplicas, removingReplicas, partition: number } = partition
      const at = `${topic.name}-${number}`
      if (leader < 0) return `${at} has no leader: ISR ${isr.join(', ')}, ELR ${partition.elr.join(', ')}`
      if (addingReplicas.length + removingReplicas.length > 0)
        return `${at} is being reassigned to ${replicas.join(', ')}`
      if (isr.length < replicas.length)
        return `${at}: the ISR is ${isr.join(', ')} of ${replicas.join(', ')}, led by ${leader}`
      const lag = unrestOfReplicas({ topic: topic.name, partition: number, replicas, leader }, scene)
      if (lag !== undefined) return `${at}: ${lag}`
    }
  }
  return undefined
}

function unrestOfReplicas(
  place: {
    readonly topic: string
    readonly partition: number
    readonly replicas: readonly number[]
    readonly leader: number
  },
  { brokers, consumers }: Scene,
): string | undefined {
  const { topic, partition, replicas, leader } = place
  const led = brokers.find(({ id }) => id === leader)?.replica(topic, partition)
  if (led === undefined) return `broker-${leader} does not have it`
  const { highWatermark, logStartOffset, logEndOffset } = led
  if (highWatermark < logEndOffset) return `the high watermark is ${highWatermark}, the log ends at ${logEndOffset}`
  for (const { id, name, replica } of brokers) {
    if (!replicas.includes(id)) continue
    const end = replica(topic, partition)
    if (end === undefined) return `${name} does not have it`
    if (end.highWatermark !== highWatermark)
      return `the high watermark is ${highWatermark}, on ${name} ${end.highWatermark}`
  }
  const behind = consumers.find(
    (consumer) =>
      consumer.reads(topic, partition) && Math.max(logStartOffset, consumer.position(topic, partition)) < highWatermark,
  )
  return behind === undefined
    ? undefined
    : `${behind.name} has read up to ${behind.position(topic, partition)} of ${highWatermark}`
}
