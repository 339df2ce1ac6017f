/** Pure views on the metadata image, as clients see it through one listener. */
import { ErrorCode, ZERO_UUID } from '@ottla/protocol'
import type { BrokerRegistration, MetadataImage, PartitionImage, TopicImage } from '@ottla/replication'

export interface BrokerNode {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  readonly fenced: boolean
}

export interface PartitionMetadata {
  readonly errorCode: number
  readonly partitionIndex: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
  readonly offlineReplicas: readonly number[]
}

/** Unfenced brokers that can be reached through the listener, by id. */
export function liveBrokers(image: MetadataImage, listener: string): BrokerNode[] {
  return brokersThrough(image, listener).filter((broker) => !broker.fenced)
}

/** Registered brokers, fenced ones too. */
export function brokersThrough(image: MetadataImage, listener: string): BrokerNode[] {
  const brokers: BrokerNode[] = []
  for (const registration of image.brokers.values()) {
    const endpoint = registration.listeners.find(({ name }) => name === listener)
    if (endpoint === undefined) continue
    const { id, rack, fenced } = registration
    brokers.push({ id, host: endpoint.host, port: endpoint.port, rack, fenced })
  }
  return brokers.sort((left, right) => left.id - right.id)
}

/**
 * The broker that is named as controller: admin clients send their commands there, and every broker forwards them. This
 * one where it can be reached, which saves them a connection; -1 when no broker is live.
 */
export function controllerNode(live: readonly BrokerNode[], ownId: number): number {
  return live.some(({ id }) => id === ownId) ? ownId : (live[0]?.id ?? -1)
}

interface PartitionView {
  readonly listener: string
  readonly version: number
  /** Brokers that are not named as leaders, whatever the image says. */
  readonly hasVanished?: (brokerId: number) => boolean
}

/**
 * A partition as Metadata of this version shows it. Version 0 wants replicas that are not live left out, with an error that
 * says so; before version 6 there is no error for a leader that only lacks the listener.
 */
export function partitionMetadata(
  image: MetadataImage,
  partition: PartitionImage,
  view: PartitionView,
): PartitionMetadata {
  const isLive = (id: number) => isReachable(image.brokers.get(id), view.listener)
  const shown = (ids: readonly number[]) => (view.version === 0 ? ids.filter(isLive) : ids)
  const replicaNodes = shown(partition.replicas)
  const isrNodes = shown(partition.isr)
  const hasVanished = view.hasVanished?.(partition.leader) ?? false
  const leads = isLive(partition.leader) && !hasVanished
  return {
    errorCode: leads
      ? replicasError(partition, replicaNodes, isrNodes)
      : hasVanished
        ? ErrorCode.LEADER_NOT_AVAILABLE
        : leaderError(image.brokers.get(partition.leader), view.version),
    partitionIndex: partition.partition,
    leaderId: leads ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes,
    isrNodes,
    offlineReplicas: partition.replicas.filter((id) => !isLive(id)),
  }
}

function leaderError(leader: BrokerRegistration | undefined, version: number): number {
  const lacksListener = leader !== undefined && !leader.fenced
  return lacksListener && version >= 6 ? ErrorCode.LISTENER_NOT_FOUND : ErrorCode.LEADER_NOT_AVAILABLE
}

function replicasError(partition: PartitionImage, replicas: readonly number[], isr: readonly number[]): number {
  const complete = replicas.length === partition.replicas.length && isr.length === partition.isr.length
  return complete ? ErrorCode.NONE : ErrorCode.REPLICA_NOT_AVAILABLE
}

function isReachable(broker: BrokerRegistration | undefined, listener: string): boolean {
  return broker !== undefined && !broker.fenced && broker.listeners.some(({ name }) => name === listener)
}

export function topicById(image: MetadataImage, id: string): TopicImage | undefined {
  if (id === ZERO_UUID) return undefined
  const name = image.topicNamesById.get(id)
  return name === undefined ? undefined : image.topics.get(name)
}

const TOPIC_NAME = /^[a-zA-Z0-9._-]+$/
const TOPIC_NAME_LENGTH_MAX = 249

/** Whether a topic may have this name; the controller says why not. */
export function isValidTopicName(name: string): boolean {
  return TOPIC_NAME.test(name) && name.length <= TOPIC_NAME_LENGTH_MAX && name !== '.' && name !== '..'
}
