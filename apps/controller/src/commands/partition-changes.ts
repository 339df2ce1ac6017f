/**
 * Who leads and who is in sync when brokers come and go, partition by partition. Pure: each function yields the records of the
 * change, at most one for a partition.
 *
 * - A broker that leaves (fenced, stopped, replaced by a new incarnation) leaves every ISR but those that it is alone in: the last
 *   member stays, without leader, since it surely holds every committed record.
 * - Who leaves an ISR that has fewer members than the effective min ISR afterwards becomes an eligible leader replica (ELR, KIP-966):
 *   the high watermark stands still from then on, so it holds every committed record too.
 * - A leader is the first live ISR member in assignment order, else the first live ELR member.
 * - A replica that may lack unsynced data leaves ISR and ELR, even as the last member. When nobody is left in either, the last known
 *   leader leads again as soon as it is back with the same log directories: it is written down (lastKnownElr) when a partition
 *   loses its leader, and struck out by a registration that lacks one of the directories that its broker had then.
 * - Any live replica is elected where unclean.leader.election.enable allows it and nobody better is live.
 */
import {
  allowsUncleanElection,
  effectiveMinIsr,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  partitionChange,
  type TopicImage,
} from '@ottla/replication'
import { completedReassignment, isReassigning, NOTHING_MOVES } from './moves.ts'

export const NO_LEADER = -1
const RECOVERING = 1

/** Brokers that may lead: registered, unfenced and staying. */
export function isLive(image: MetadataImage, brokerId: number): boolean {
  const broker = image.brokers.get(brokerId)
  return broker !== undefined && !broker.fenced && !broker.shuttingDown
}

/** A partition, with what the configuration says about it. */
export interface Place {
  readonly topic: TopicImage
  readonly partition: PartitionImage
  /** min(min.insync.replicas, replicas) */
  readonly minIsr: number
  /** unclean.leader.election.enable */
  readonly unclean: boolean
}

/** The partitions that `concerns` picks. */
export function* placesOf(image: MetadataImage, concerns: (partition: PartitionImage) => boolean): Generator<Place> {
  for (const topic of image.topics.values()) {
    let config: { readonly minIsr: number; readonly unclean: boolean } | undefined
    for (const partition of topic.partitions) {
      if (!concerns(partition)) continue
      config ??= {
        minIsr: effectiveMinIsr(image, topic.name, Number.POSITIVE_INFINITY),
        unclean: allowsUncleanElection(image, topic.name),
      }
      const minIsr = Math.min(config.minIsr, partition.replicas.length)
      yield { topic, partition, minIsr, unclean: config.unclean }
    }
  }
}

/**
 * What becomes of ISR and ELR when the ISR is changed to `isr` (KIP-966): with enough members the ELR is empty, since the high
 * watermark may now advance without those in it; else it takes in who has left the ISR, but not those in `lost`, whose logs may
 * lack something. ISR + ELR always hold every committed record.
 */
export function shrunkIsr(
  { replicas, isr: before, elr: eligible }: Pick<PartitionImage, 'replicas' | 'isr' | 'elr'>,
  isr: readonly number[],
  { minIsr, lost = [] }: { readonly minIsr: number; readonly lost?: readonly number[] },
): Pick<PartitionImage, 'isr' | 'elr'> {
  if (isr.length >= minIsr) return { isr, elr: [] }
  const holders = new Set([...eligible, ...before])
  const elr = [...holders].filter((id) => replicas.includes(id) && !isr.includes(id) && !lost.includes(id))
  return { isr, elr }
}

/** What a registration says about the replicas that the broker held before. */
export type ReplicaFate =
  /** Everything that was written may not be there, but the directories are the same. */
  | 'unsynced-missing'
  /** A directory is gone, and with it the replicas in it. */
  | 'directory-lost'

/**
 * The broker stops leading and following: its partitions get other leaders where there are any. With a `fate` it also leaves
 * what it may lack records of. With `uncleanly: false` no election is unclean, whatever the configuration allows.
 */
export function* brokerLeaves(
  image: MetadataImage,
  brokerId: number,
  { fate, uncleanly = true }: { readonly fate?: ReplicaFate | undefined; readonly uncleanly?: boolean } = {},
): Generator<MetadataRecord> {
  const canLead = (id: number) => id !== brokerId && isLive(image, id)
  for (const place of placesOf(image, holdsReplica(brokerId))) {
    const record = departure(place, { brokerId, canLead, fate, uncleanly })
    if (record !== undefined) yield record
  }
}

/** A broker that is about to stop hands over what another ISR member can lead, and leaves the ISRs that have other members. */
export function* brokerStops(image: MetadataImage, brokerId: number): Generator<MetadataRecord> {
  const canLead = (id: number) => id !== brokerId && isLive(image, id)
  for (const place of placesOf(image, holdsReplica(brokerId))) {
    const { isr, leader } = place.partition
    if (isr.length < 2 || !isr.includes(brokerId)) continue
    if (leader === brokerId && !isr.some(canLead)) continue
    const record = departure(place, { brokerId, canLead, fate: undefined, uncleanly: false })
    if (record !== undefined) yield record
  }
}

interface Departure {
  readonly brokerId: number
  readonly canLead: (id: number) => boolean
  readonly fate: ReplicaFate | undefined
  readonly uncleanly: boolean
}

function departure(place: Place, { brokerId, canLead, fate, uncleanly }: Departure): MetadataRecord | undefined {
  const { topic, partition, minIsr } = place
  const others = partition.isr.filter((id) => id !== brokerId)
  const staysAsLast = others.length === 0 && fate === undefined
  const isr = staysAsLast ? partition.isr : others
  const lost = fate === undefined ? [] : [brokerId]
  const memberOfEither = partition.isr.includes(brokerId) || partition.elr.includes(brokerId)
  const left: PartitionImage = {
    ...partition,
    ...(memberOfEither ? shrunkIsr(partition, isr, { minIsr, lost }) : {}),
    lastKnownElr: lastKnownAfter(partition, { brokerId, fate }),
  }
  const keepsLeader = partition.leader !== brokerId && partition.leader !== NO_LEADER
  if (keepsLeader) return difference(topic, partition, { after: left, mayHaveLost: false })
  const leaderless = { ...left, leader: NO_LEADER }
  const rules = { canLead, minIsr, unclean: place.unclean && uncleanly }
  return difference(topic, partition, elected(leaderless, rules) ?? { after: leaderless, mayHaveLost: false })
}

/** The last known leader when the broker leaves; a broker that has lost a directory is none. */
function lastKnownAfter(
  partition: PartitionImage,
  { brokerId, fate }: { readonly brokerId: number; readonly fate: ReplicaFate | undefined },
): readonly number[] {
  const { leader, isr, lastKnownElr } = partition
  if (fate === 'directory-lost') return lastKnownElr.filter((id) => id !== brokerId)
  if (leader === brokerId) return [brokerId]
  // The last member of an ISR without leader led last: everybody else had left before it.
  const ledLast = leader === NO_LEADER && lastKnownElr.length === 0 && isr.length === 1 && isr[0] === brokerId
  return ledLast ? [brokerId] : lastKnownElr
}

/**
 * A leader yields to another one of the ISR; undefined when there is none that can lead. It stays in the ISR: it holds all that is
 * committed, and leaves like any other follower when it falls behind.
 */
export function leaderYields(
  { topic, partition }: Place,
  canLead: (brokerId: number) => boolean,
): MetadataRecord | undefined {
  const { replicas, isr } = partition
  const leader = replicas.find((id) => id !== partition.leader && isr.includes(id) && canLead(id))
  if (leader === undefined) return undefined
  return difference(topic, partition, { after: { ...partition, leader }, mayHaveLost: false })
}

/**
 * A replica whose records are damaged leaves ISR and ELR; if it leads, another member of either leads. It is no last known leader
 * either: when nobody else is left, the partition waits for an unclean election.
 */
export function corruptReplicaLeaves(place: Place, brokerId: number, image: MetadataImage): MetadataRecord | undefined {
  const canLead = (id: number) => id !== brokerId && isLive(image, id)
  return departure(place, { brokerId, canLead, fate: 'directory-lost', uncleanly: true })
}

/**
 * Only what differs is written; a leader that is written begins a new leader epoch. Nothing differs: undefined. An election that
 * may have lost records always writes the recovery state, so that the metadata tells which ones did.
 */
function difference(
  topic: TopicImage,
  before: PartitionImage,
  { after, mayHaveLost }: NextImage,
): MetadataRecord | undefined {
  const change = {
    ...(after.leader === before.leader ? {} : { leader: after.leader }),
    ...(sameIds(after.isr, before.isr) ? {} : { isr: after.isr }),
    ...(sameIds(after.elr, before.elr) ? {} : { elr: after.elr }),
    ...(sameIds(after.lastKnownElr, before.lastKnownElr) ? {} : { lastKnownElr: after.lastKnownElr }),
    ...(mayHaveLost ? { leaderRecoveryState: RECOVERING } : {}),
    ...(isReassigning(before) && !isReassigning(after) ? { replicas: after.replicas, ...NOTHING_MOVES } : {}),
  }
  return Object.keys(change).length === 0 ? undefined : partitionChange(topic.id, before.partition, change)
}

function sameIds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((id, index) => right[index] === id)
}

export interface ElectionRules {
  readonly canLead: (id: number) => boolean
  /** min(min.insync.replicas, replicas) */
  readonly minIsr: number
  /** When nobody who surely holds every committed record is live, any live replica may lead. */
  readonly unclean: boolean
}

export interface Election {
  readonly record: MetadataRecord
  readonly topic: string
  readonly partition: number
  readonly leader: number
  /** Committed records may be missing: nobody was left who surely holds them all. */
  readonly mayHaveLost: boolean
}

/** Partitions without leader that one of the live brokers can lead get it. `alsoLive` is about to become live. */
export function* leaderlessElections(image: MetadataImage, alsoLive?: number): Generator<Election> {
  const canLead = (id: number) => id === alsoLive || isLive(image, id)
  const concerns = ({ leader, replicas }: PartitionImage) =>
    leader === NO_LEADER && (alsoLive === undefined || replicas.includes(alsoLive))
  for (const { topic, partition, minIsr, unclean } of placesOf(image, concerns)) {
    const election = electLeader(topic, partition, { canLead, minIsr, unclean })
    if (election !== undefined) yield election
  }
}

/**
 * A leader from the ISR, else from the ELR, else, when both are empty, the last known one, else, where the rules allow it, any
 * live replica; undefined when none of them can lead. What only others hold is lost in the last two cases.
 */
export function electLeader(topic: TopicImage, partition: PartitionImage, rules: ElectionRules): Election | undefined {
  const next = elected(partition, rules)
  const record = next && difference(topic, { ...partition, leader: NO_LEADER }, next)
  if (next === undefined || record === undefined) return undefined
  const { leader } = next.after
  return { record, topic: topic.name, partition: partition.partition, leader, mayHaveLost: next.mayHaveLost }
}

interface NextImage {
  readonly after: PartitionImage
  readonly mayHaveLost: boolean
}

/** Where an ISR begins anew with the elected leader, that may be all that a move of replicas waits for. */
function elected(partition: PartitionImage, rules: ElectionRules): NextImage | undefined {
  const next = successor(partition, rules)
  const completed = next && completedReassignment(next.after, next.after.isr, rules.canLead)
  return completed === undefined || next === undefined ? next : { ...next, after: { ...next.after, ...completed } }
}

function successor(partition: PartitionImage, { canLead, minIsr, unclean }: ElectionRules): NextImage | undefined {
  const { replicas, isr, elr, lastKnownElr } = partition
  const firstLive = (members: readonly number[]) => replicas.find((id) => members.includes(id) && canLead(id))
  const inSync = firstLive(isr)
  if (inSync !== undefined) return { after: { ...partition, leader: inSync, lastKnownElr: [] }, mayHaveLost: false }
  const eligible = firstLive(elr)
  if (eligible !== undefined) {
    const changed = shrunkIsr(partition, [eligible], { minIsr })
    return { after: { ...partition, ...changed, leader: eligible, lastKnownElr: [] }, mayHaveLost: false }
  }
  // A replica that a move is adding may hold next to nothing yet: it loses the most.
  const before = replicas.filter((id) => !partition.addingReplicas.includes(id))
  const lastKnown = isr.length === 0 && elr.length === 0 ? firstLive(lastKnownElr) : undefined
  const leader = lastKnown ?? (unclean ? (firstLive(before) ?? firstLive(replicas)) : undefined)
  if (leader === undefined) return undefined
  const alone = { leader, isr: [leader], elr: [], lastKnownElr: [] }
  return { after: { ...partition, ...alone }, mayHaveLost: true }
}

function holdsReplica(brokerId: number): (partition: PartitionImage) => boolean {
  return ({ replicas }) => replicas.includes(brokerId)
}
