/** Images of metadata with topics, for tests. */
import { EMPTY_IMAGE, type MetadataImage, type PartitionImage, type TopicImage } from '@ottla/replication'

/** Ids are as long as real ones and tell the topic's name. */
export function topicId(name: string, generation = 0): string {
  return `${name}${generation === 0 ? '' : generation}`.padEnd(21, '_').concat('A')
}

export interface TestTopic {
  readonly partitions: number
  /** Of one that was deleted and made again. */
  readonly generation?: number
}

/** Partition p has its replicas on brokers p and p + 1, of three in racks r0 to r2. */
export function imageWith(topics: Readonly<Record<string, number | TestTopic>>, offset = 0): MetadataImage {
  const images = Object.entries(topics).map(([name, topic]): [string, TopicImage] => {
    const { partitions, generation } = typeof topic === 'number' ? { partitions: topic, generation: 0 } : topic
    return [name, topicImage(name, topicId(name, generation), partitions)]
  })
  return {
    ...EMPTY_IMAGE,
    offset,
    topics: new Map(images),
    topicNamesById: new Map(images.map(([name, { id }]) => [id, name])),
  }
}

function topicImage(name: string, id: string, partitions: number): TopicImage {
  return { name, id, partitions: Array.from({ length: partitions }, (_, partition) => partitionImage(partition)) }
}

function partitionImage(partition: number): PartitionImage {
  const replicas = [partition % 3, (partition + 1) % 3]
  return {
    partition,
    replicas,
    isr: replicas,
    leader: replicas[0]!,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
  }
}
