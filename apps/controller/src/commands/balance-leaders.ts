/**
 * Preferred leaders, elected without being asked (auto.leader.rebalance.enable): after a failover the brokers that are back lead
 * nothing until then. A broker's imbalance is the share of the partitions whose first replica it is and that another one leads.
 */
import { type MetadataImage, type MetadataRecord, partitionChange } from '@ottla/replication'
import { inBatches, type Outcome } from './outcome.ts'
import { isLive, type Place, placesOf } from './partition-changes.ts'

/** Kafka's bound for one round: an election costs clients a look at the metadata. */
const ELECTIONS_MAX = 1000

export interface BalanceRules {
  /** A broker with a larger share than this gets its partitions back. */
  readonly imbalancePercentage: number
  /** Partitions that stay where they are: their first replica has resigned a short while ago. */
  readonly leavesAlone?: (replica: ReplicaName) => boolean
}

export interface ReplicaName {
  readonly topic: string
  readonly partition: number
  readonly brokerId: number
}

/** The reply is how many partitions get their preferred leader. */
export function balanceLeaders(image: MetadataImage, rules: BalanceRules): Outcome<number> {
  const elections: MetadataRecord[] = []
  for (const [brokerId, { preferred, elsewhere }] of byPreferredLeader(image)) {
    if ((elsewhere.length * 100) / preferred <= rules.imbalancePercentage || !isLive(image, brokerId)) continue
    for (const { topic, partition } of elsewhere) {
      if (elections.length === ELECTIONS_MAX) break
      const isReady = partition.isr.includes(brokerId)
      if (!isReady || rules.leavesAlone?.({ topic: topic.name, partition: partition.partition, brokerId })) continue
      elections.push(partitionChange(topic.id, partition.partition, { leader: brokerId, lastKnownElr: [] }))
    }
  }
  return { batches: inBatches(elections), reply: elections.length }
}

function byPreferredLeader(image: MetadataImage): Map<number, { preferred: number; elsewhere: Place[] }> {
  const brokers = new Map<number, { preferred: number; elsewhere: Place[] }>()
  for (const place of placesOf(image, ({ replicas }) => replicas.length > 0)) {
    const { replicas, leader } = place.partition
    const first = replicas[0]!
    const entry = brokers.get(first) ?? { preferred: 0, elsewhere: [] }
    brokers.set(first, entry)
    entry.preferred++
    if (leader !== first) entry.elsewhere.push(place)
  }
  return brokers
}
