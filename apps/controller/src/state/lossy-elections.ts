/**
 * Elections after which committed records may be missing, found in the metadata itself: whatever command has made them, each is
 * reported once, when it is durable.
 */
import type { MetadataBatch, MetadataImage, MetadataRecord } from '@ottla/replication'
import type { Logger } from '@ottla/runtime'
import type { DurableBatch } from './metadata-state.ts'

export interface LossyElection {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  /** Whether any other replica could have been elected, or only the last known leader (KIP-966). */
  readonly kind: 'last known leader' | 'unclean'
}

/** Those among the records of a batch; `before` is the image that it is applied to. */
export function lossyElections(before: MetadataImage, { records }: MetadataBatch): LossyElection[] {
  return records.flatMap((record) => lossyElection(before, record) ?? [])
}

function lossyElection(before: MetadataImage, record: MetadataRecord): LossyElection | undefined {
  // Every such election writes the recovery state (partition-changes.ts).
  if (record.type !== 'partitionChange' || record.leader === null || record.leaderRecoveryState !== 1) return undefined
  const topic = before.topics.get(before.topicNamesById.get(record.topicId) ?? '')
  const partition = topic?.partitions[record.partition]
  const { leader } = record
  if (topic === undefined || partition === undefined) return undefined
  const isLastKnown =
    partition.isr.length === 0 && partition.elr.length === 0 && partition.lastKnownElr.includes(leader)
  const kind = isLastKnown ? 'last known leader' : 'unclean'
  return { topic: topic.name, partition: record.partition, leader, kind }
}

/** Watches the durable metadata. */
export class LossyElections {
  readonly #logger: Logger
  #image: MetadataImage

  constructor(logger: Logger, image: MetadataImage) {
    this.#logger = logger
    this.#image = image
  }

  observe(batches: readonly DurableBatch[]): void {
    for (const { batch, image } of batches) {
      for (const election of lossyElections(this.#image, batch)) this.#report(election)
      this.#image = image
    }
  }

  #report({ topic, partition, leader, kind }: LossyElection): void {
    const where = { topic, partition, leader }
    const text =
      kind === 'unclean'
        ? `broker ${leader} was elected uncleanly for ${topic}-${partition}: committed records may be missing`
        : 'the last known leader leads again without any in-sync replica: committed records may be missing'
    this.#logger.warn(text, where)
  }
}
