import type { InferInput, ProduceRequest as ProduceMessage, ProduceResponse } from '@ottla/protocol'
import { groupBy } from '../group-by.ts'
import type { Batch } from './batch.ts'
import type { PartitionQueue } from './partition-queue.ts'

/** A batch on its way, with the bytes that go out. */
export interface Drained {
  readonly queue: PartitionQueue
  readonly batch: Batch
  readonly bytes: Uint8Array
}

/** Produce names topics by their ids from this version on. */
export const TOPIC_IDS_VERSION = 13

type Input = InferInput<typeof ProduceMessage>
type PartitionAnswer = ProduceResponse['responses'][number]['partitionResponses'][number]

/** The request's content; at most one batch of a partition. */
export function produceBody(
  drained: readonly Drained[],
  options: { readonly acks: number; readonly timeoutMs: number; readonly idOf: (topic: string) => string | undefined },
): Input {
  const { acks, timeoutMs, idOf } = options
  const topicData = [...groupBy(drained, ({ queue }) => queue.topic)].map(([name, ofTopic]) => {
    const topicId = idOf(name)
    const partitionData = ofTopic.map(({ queue, bytes }) => ({ index: queue.partition, records: bytes }))
    return { name, ...(topicId !== undefined && { topicId }), partitionData }
  })
  return { acks, timeoutMs, topicData }
}

/** What the broker says of each batch; nothing where it has left one out. */
export function answersOf(
  { responses }: ProduceResponse,
  idOf: (topic: string) => string | undefined,
): (drained: Drained) => PartitionAnswer | undefined {
  const byName = new Map(responses.map((topic) => [topic.name, topic.partitionResponses]))
  const byId = new Map(responses.map((topic) => [topic.topicId, topic.partitionResponses]))
  return ({ queue }) => {
    const partitions = byName.get(queue.topic) ?? byId.get(idOf(queue.topic) ?? '')
    return partitions?.find(({ index }) => index === queue.partition)
  }
}

export type { PartitionAnswer }
