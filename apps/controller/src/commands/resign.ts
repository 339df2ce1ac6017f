/**
 * A replica cannot be what the metadata takes it for: an append of the leader has failed, or what the replica holds is damaged.
 *
 * - write-failed, of a leader: another live ISR member leads, but none that could not write itself a short while ago: two full disks
 *   would pass the partition to and fro. Without one the old leader stays: it serves reads and tries again.
 * - corrupt: the replica leaves ISR and ELR in any case; if it leads, another member of either does after it. When nobody else is
 *   live, the partition has no leader: damaged records are not served knowingly. When nobody else is in either, only an unclean
 *   election brings it back, which is the operator's decision. A follower says it too: as a member of the ELR it would wait for ever
 *   to be filled again, since its log may not be given up while somebody counts on it.
 *
 * A resignation in another leader epoch than the present one is void.
 */
import {
  allowsUncleanElection,
  effectiveMinIsr,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  type Resignation,
} from '@ottla/replication'
import type { Sender } from './alter-partition.ts'
import type { ReplicaName } from './balance-leaders.ts'
import { inBatches, type Outcome } from './outcome.ts'
import { corruptReplicaLeaves, isLive, leaderYields, NO_LEADER, type Place } from './partition-changes.ts'

/** What was judged, for the log. */
export interface Resigned {
  readonly topic: string
  readonly partition: number
  readonly reason: Resignation['reason']
  readonly outcome: 'another leads' | 'keeps leading' | 'nobody leads'
}

export interface ResignRules {
  readonly sender: Sender
  /** Replicas that have resigned themselves a short while ago. */
  readonly resignedLately?: (replica: ReplicaName) => boolean
}

/** Those that are void are not in the reply. */
export function resign(
  image: MetadataImage,
  resignations: readonly Resignation[],
  { sender, resignedLately = () => false }: ResignRules,
): Outcome<readonly Resigned[]> {
  const records: MetadataRecord[] = []
  const judged: Resigned[] = []
  for (const [place, reason] of standing(image, resignations, sender)) {
    const topic = place.topic.name
    const { partition } = place.partition
    const canLead = (brokerId: number) => isLive(image, brokerId) && !resignedLately({ topic, partition, brokerId })
    const record = reason === 'corrupt' ? corruptReplicaLeaves(place, sender.id, image) : leaderYields(place, canLead)
    if (record !== undefined) records.push(record)
    judged.push({ topic, partition, reason, outcome: outcomeOf(place.partition, record) })
  }
  return { batches: inBatches(records), reply: judged }
}

/** What the sender may resign from, each partition once. */
function standing(
  image: MetadataImage,
  resignations: readonly Resignation[],
  sender: Sender,
): ReadonlyMap<Place, Resignation['reason']> {
  const found = new Map<string, [Place, Resignation['reason']]>()
  if (image.brokers.get(sender.id)?.epoch !== sender.epoch) return new Map()
  for (const { topicId, partition: index, leaderEpoch, reason } of resignations) {
    const topic = image.topics.get(image.topicNamesById.get(topicId) ?? '')
    const partition = topic?.partitions[index]
    if (topic === undefined || partition?.leaderEpoch !== leaderEpoch) continue
    if (partition.leader !== sender.id && !(reason === 'corrupt' && isMember(partition, sender.id))) continue
    const minIsr = effectiveMinIsr(image, topic.name, partition.replicas.length)
    const place = { topic, partition, minIsr, unclean: allowsUncleanElection(image, topic.name) }
    found.set(`${topicId}:${index}`, [place, reason])
  }
  return new Map(found.values())
}

/** Whether committed records are looked for in its log when a leader is needed. */
function isMember({ isr, elr }: PartitionImage, brokerId: number): boolean {
  return isr.includes(brokerId) || elr.includes(brokerId)
}

function outcomeOf({ leader: before }: PartitionImage, record: MetadataRecord | undefined): Resigned['outcome'] {
  if (record?.type !== 'partitionChange') return 'keeps leading'
  return (record.leader ?? before) === NO_LEADER ? 'nobody leads' : 'another leads'
}
