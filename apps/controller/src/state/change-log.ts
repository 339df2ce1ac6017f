/**
 * What an operator wants to find in the log, found in the metadata itself, whatever command has made it: brokers that are taken out
 * of the cluster, and replicas that begin to move or have moved. A line for each kind of what became durable together.
 */
import type { MetadataBatch, MetadataImage, MetadataRecord, PartitionImage } from '@ottla/replication'
import type { Logger } from '@ottla/runtime'
import { firstNames, type PartitionName } from '../commands/leader-changes.ts'
import { isReassigning, wantedReplicas } from '../commands/moves.ts'
import type { DurableBatch } from './metadata-state.ts'

export type MoveEvent = 'begun' | 'ended' | 'cancelled'

export interface Move extends PartitionName {
  readonly event: MoveEvent
}

/** Watches the durable metadata. */
export class ChangeLog {
  readonly #logger: Logger
  #image: MetadataImage

  constructor(logger: Logger, image: MetadataImage) {
    this.#logger = logger
    this.#image = image
  }

  observe(batches: readonly DurableBatch[]): void {
    const moves: Move[] = []
    for (const { batch, image } of batches) {
      for (const record of batch.records) this.#tellUnregistered(record)
      moves.push(...movesIn(this.#image, batch, image))
      this.#image = image
    }
    for (const [event, group] of Map.groupBy(moves, ({ event }) => event)) {
      this.#logger.info(`reassignments ${event}`, { count: group.length, partitions: firstNames(group) })
    }
  }

  #tellUnregistered(record: MetadataRecord): void {
    if (record.type !== 'unregisterBroker') return
    this.#logger.info('broker unregistered', { brokerId: record.id, brokerEpoch: record.epoch })
  }
}

/** Moves of replicas that the batch begins, completes or gives up. A topic that is deleted takes its moves along. */
export function movesIn(before: MetadataImage, { records }: MetadataBatch, after: MetadataImage): Move[] {
  return records.flatMap((record) => {
    if (record.type !== 'partitionChange' || record.replicas === null) return []
    const topic = before.topicNamesById.get(record.topicId) ?? ''
    const [was, is] = [before, after].map((image) => image.topics.get(topic)?.partitions[record.partition])
    const event = was === undefined || is === undefined ? undefined : moveEvent(was, is)
    return event === undefined ? [] : [{ topic, partition: record.partition, event }]
  })
}

function moveEvent(was: PartitionImage, is: PartitionImage): MoveEvent | undefined {
  const isSame = sameIds(wantedReplicas(was), wantedReplicas(is))
  // One that a new wish takes the place of begins anew.
  if (isReassigning(is)) return isSame ? undefined : 'begun'
  if (isReassigning(was) && !isSame) return 'cancelled'
  // A wish that needs no copying is fulfilled in the record that it makes.
  return isReassigning(was) || !isSame ? 'ended' : undefined
}

function sameIds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((id, index) => right[index] === id)
}
