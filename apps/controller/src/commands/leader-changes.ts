/** What records change in who leads, for the log. */
import type { MetadataImage, MetadataRecord } from '@ottla/replication'

export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

export interface LeaderChanges {
  /** Partitions that get another leader. */
  readonly newLeaders: number
  /** Partitions that lose theirs and get none. */
  readonly leaderless: readonly PartitionName[]
}

/** Of records that are about to be applied to the image. */
export function leaderChanges(image: MetadataImage, records: readonly MetadataRecord[]): LeaderChanges {
  let newLeaders = 0
  const leaderless: PartitionName[] = []
  for (const record of records) {
    if (record.type !== 'partitionChange' || record.leader === null) continue
    if (record.leader >= 0) newLeaders++
    else
      leaderless.push({
        topic: image.topicNamesById.get(record.topicId) ?? record.topicId,
        partition: record.partition,
      })
  }
  return { newLeaders, leaderless }
}

/** The same as fields of a line in the log. */
export function tellLeaders({ newLeaders, leaderless }: LeaderChanges): Readonly<Record<string, unknown>> {
  const named = leaderless.length === 0 ? {} : { partitions: firstNames(leaderless) }
  return { newLeaders, leaderless: leaderless.length, ...named }
}

const NAMED_MAX = 20

/** As many as one line takes. */
export function firstNames(partitions: readonly PartitionName[]): string[] {
  return partitions.slice(0, NAMED_MAX).map(({ topic, partition }) => `${topic}-${partition}`)
}
