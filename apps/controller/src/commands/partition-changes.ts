/**
 * Who leads when brokers come and go, partition by partition. Pure: each function yields the records of the change.
 *
 * - A broker that leaves (fenced, stopped, replaced by a new incarnation) leaves every ISR but those that it is alone in: the last
 *   member stays, without leader, since it alone holds every committed record.
 * - A leader is the first live ISR member in assignment order.
 * - A replica that may lack unsynced data leaves the ISR even as its last member. The partition then waits for an ISR or ELR member;
 *   when there is none left, the last known leader (KIP-966) leads again as soon as it is back with the same directories.
 */
import {
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  partitionChange,
  type TopicImage,
} from '@ottla/replication'

export const NO_LEADER = -1
const RECOVERED = 0
const RECOVERING = 1

/** Brokers that may lead: registered, unfenced and staying. */
export function isLive(image: MetadataImage, brokerId: number): boolean {
  const broker = image.brokers.get(brokerId)
  return broker !== undefined && !broker.fenced && !broker.shuttingDown
}

/** The broker stops leading and following: its partitions get other leaders where there are any. */
export function* brokerLeaves(image: MetadataImage, brokerId: number): Generator<MetadataRecord> {
  const canLead = (id: number) => id !== brokerId && isLive(image, id)
  for (const [topic, partition] of partitionsOf(image, brokerId)) {
    const record = leave(topic, partition, { brokerId, canLead })
    if (record !== undefined) yield record
  }
}

function leave(
  topic: TopicImage,
  partition: PartitionImage,
  { brokerId, canLead }: { readonly brokerId: number; readonly canLead: CanLead },
): MetadataRecord | undefined {
  const leads = partition.leader === brokerId
  const others = partition.isr.filter((id) => id !== brokerId)
  if (!partition.isr.includes(brokerId) && !leads) return undefined
  if (others.length === 0) {
    return leads ? partitionChange(topic.id, partition.partition, { leader: NO_LEADER }) : undefined
  }
  if (!leads) return partitionChange(topic.id, partition.partition, { isr: others })
  return partitionChange(topic.id, partition.partition, { isr: others, leader: firstLive(partition, others, canLead) })
}

/** What a registration says about the replicas that the broker held before. */
export type ReplicaFate =
  /** Everything that was written may not be there, but the directories are the same. */
  | 'unsynced-missing'
  /** A directory is gone, and with it the replicas in it. */
  | 'directory-lost'

/** Takes a returning broker, fenced at this moment, out of every ISR and ELR. */
export function* replicasReturnIncomplete(
  image: MetadataImage,
  brokerId: number,
  fate: ReplicaFate,
): Generator<MetadataRecord> {
  for (const [topic, partition] of partitionsOf(image, brokerId)) {
    const record = returnIncomplete(topic, partition, { brokerId, fate })
    if (record !== undefined) yield record
  }
}

function returnIncomplete(
  topic: TopicImage,
  partition: PartitionImage,
  { brokerId, fate }: { readonly brokerId: number; readonly fate: ReplicaFate },
): MetadataRecord | undefined {
  const without = (ids: readonly number[]) => ids.filter((id) => id !== brokerId)
  const isr = without(partition.isr)
  const elr = without(partition.elr)
  const shrinks = isr.length < partition.isr.length || elr.length < partition.elr.length
  const nobodyLeft = isr.length === 0 && elr.length === 0
  let lastKnownElr = fate === 'directory-lost' ? without(partition.lastKnownElr) : partition.lastKnownElr
  // The last member of an ISR is the last leader: everybody else had left before it.
  if (shrinks && nobodyLeft && fate === 'unsynced-missing') lastKnownElr = [brokerId]
  if (!shrinks && lastKnownElr.length === partition.lastKnownElr.length) return undefined
  return partitionChange(topic.id, partition.partition, { isr, elr, lastKnownElr })
}

export interface Election {
  readonly record: MetadataRecord
  readonly topic: string
  readonly partition: number
  readonly leader: number
  /** Committed records may be missing: nobody was left who surely holds them all. */
  readonly mayHaveLost: boolean
}

/** A broker has become live: partitions without leader that it can lead get one. */
export function* brokerReturns(image: MetadataImage, brokerId: number): Generator<Election> {
  const canLead = (id: number) => id === brokerId || isLive(image, id)
  for (const [topic, partition] of partitionsOf(image, brokerId)) {
    if (partition.leader !== NO_LEADER) continue
    const election = electLeader(topic, partition, canLead)
    if (election !== undefined) yield election
  }
}

/** A leader from the ISR, else from the ELR, else, when both are empty, the last known one; undefined when none of them can lead. */
export function electLeader(topic: TopicImage, partition: PartitionImage, canLead: CanLead): Election | undefined {
  const inSync = firstLive(partition, partition.isr, canLead)
  if (inSync !== NO_LEADER) return elected(topic, partition, { leader: inSync, lastKnownElr: [] })
  const eligible = firstLive(partition, partition.elr, canLead)
  if (eligible !== NO_LEADER) {
    const elr = partition.elr.filter((id) => id !== eligible)
    const leaderRecoveryState = RECOVERED
    return elected(topic, partition, { leader: eligible, isr: [eligible], elr, lastKnownElr: [], leaderRecoveryState })
  }
  if (partition.isr.length > 0 || partition.elr.length > 0) return undefined
  const last = firstLive(partition, partition.lastKnownElr, canLead)
  return last === NO_LEADER ? undefined : electedWithLoss(topic, partition, last)
}

/** Any live replica: what only the members of ISR and ELR hold is lost. */
export function electUncleanly(topic: TopicImage, partition: PartitionImage, canLead: CanLead): Election | undefined {
  const leader = firstLive(partition, partition.replicas, canLead)
  return leader === NO_LEADER ? undefined : electedWithLoss(topic, partition, leader)
}

type CanLead = (id: number) => boolean

function electedWithLoss(topic: TopicImage, partition: PartitionImage, leader: number): Election {
  const fields = { leader, isr: [leader], elr: [], lastKnownElr: [], leaderRecoveryState: RECOVERING }
  return { ...elected(topic, partition, fields), mayHaveLost: true }
}

function elected(
  topic: TopicImage,
  partition: PartitionImage,
  fields: Parameters<typeof partitionChange>[2] & { readonly leader: number },
): Election {
  return {
    record: partitionChange(topic.id, partition.partition, fields),
    topic: topic.name,
    partition: partition.partition,
    leader: fields.leader,
    mayHaveLost: false,
  }
}

function firstLive(partition: PartitionImage, members: readonly number[], canLead: CanLead): number {
  return partition.replicas.find((id) => members.includes(id) && canLead(id)) ?? NO_LEADER
}

/** Partitions that have a replica on the broker. */
function* partitionsOf(image: MetadataImage, brokerId: number): Generator<[TopicImage, PartitionImage]> {
  for (const topic of image.topics.values()) {
    for (const partition of topic.partitions) if (partition.replicas.includes(brokerId)) yield [topic, partition]
  }
}
