/** What new partitions must fulfil, of new topics and of topics that grow; the texts of refusals follow Kafka's. */
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import { isLive, NO_LEADER } from './partition-changes.ts'
import type { Assignment } from './placement.ts'
import { Refusal } from './refusal.ts'

/** Partitions of one request: all that a topic gets at once is one batch. */
export const PARTITIONS_MAX = 10_000

export function checkPartitionCount(wanted: number, left: number): void {
  if (wanted <= left) return
  throw new Refusal('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
}

/** Whether there are enough brokers to place replicas on. */
export function checkBrokers(image: MetadataImage, replicationFactor: number): void {
  const unable = `Unable to replicate the partition ${replicationFactor} time(s):`
  const registered = image.brokers.size
  if (registered < replicationFactor) {
    const because = `because only ${registered} broker(s) are registered or some brokers have all their log directories cordoned.`
    const text = `${unable} The target replication factor of ${replicationFactor} cannot be reached ${because}`
    throw new Refusal('INVALID_REPLICATION_FACTOR', text)
  }
  const live = [...image.brokers.keys()].some((id) => isLive(image, id))
  if (!live) throw new Refusal('INVALID_REPLICATION_FACTOR', `${unable} All brokers are currently fenced.`)
}

/** Of an assignment that a client chose; `expected` replicas is what the topic's other partitions have. */
export function checkAssignment(image: MetadataImage, replicas: Assignment, expected: number): void {
  const refuse = (text: string) =>
    new Refusal('INVALID_REPLICA_ASSIGNMENT', `The manual partition assignment includes ${text}`)
  if (replicas.length === 0) throw refuse('an empty replica list.')
  const unknown = replicas.find((id) => !image.brokers.has(id))
  if (unknown !== undefined) throw refuse(`broker ${unknown}, but no such broker is registered.`)
  const twice = replicas.find((id, index) => replicas.indexOf(id) !== index)
  if (twice !== undefined) throw refuse(`the broker ${twice} more than once.`)
  if (replicas.length === expected) return
  throw refuse(
    `a partition with ${replicas.length} replica(s), but this is not consistent with previous partitions, which have ${expected} replica(s).`,
  )
}

/** A partition that begins: the live replicas are in sync, the first of them leads. */
export function newPartition(image: MetadataImage, partition: number, replicas: Assignment): PartitionImage {
  const isr = replicas.filter((id) => isLive(image, id))
  if (isr.length === 0) {
    const text = `All brokers specified in the manual partition assignment for partition ${partition} are fenced or in controlled shutdown.`
    throw new Refusal('INVALID_REPLICA_ASSIGNMENT', text)
  }
  return {
    partition,
    replicas,
    isr,
    leader: isr[0] ?? NO_LEADER,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
  }
}
