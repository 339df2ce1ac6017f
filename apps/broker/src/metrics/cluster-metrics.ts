/**
 * The cluster as the metadata shows it, under the names of Kafka's controller. There only the active controller has numbers,
 * and dashboards add all brokers up; so here the live broker with the lowest id speaks for the cluster and the others say 0.
 */
import type { MetadataImage } from '@ottla/replication'
import type { Metrics } from '@ottla/runtime'

export interface ClusterFacts {
  readonly image: () => MetadataImage
  readonly brokerId: number
}

const COUNTS: readonly {
  readonly name: string
  readonly help: string
  readonly of: (image: MetadataImage) => number
}[] = [
  { name: 'activecontrollercount', help: '1 at the broker that speaks for the cluster.', of: () => 1 },
  { name: 'activebrokercount', help: 'Registered brokers that are not fenced.', of: (image) => brokers(image, false) },
  { name: 'fencedbrokercount', help: 'Registered brokers that are fenced.', of: (image) => brokers(image, true) },
  { name: 'globaltopiccount', help: 'Topics.', of: (image) => image.topics.size },
  { name: 'globalpartitioncount', help: 'Partitions of all topics.', of: (image) => partitions(image, () => true) },
  {
    name: 'offlinepartitionscount',
    help: 'Partitions without a leader.',
    of: (image) => partitions(image, ({ leader }) => leader < 0),
  },
  {
    name: 'preferredreplicaimbalancecount',
    help: 'Partitions whose leader is not their first replica.',
    of: (image) => partitions(image, ({ leader, replicas }) => leader !== replicas[0]),
  },
]

export function registerCluster(metrics: Metrics, facts: ClusterFacts): void {
  for (const { name, help, of } of COUNTS) {
    metrics.collected({
      type: 'gauge',
      name: `kafka_controller_kafkacontroller_${name}`,
      help,
      collect: (set) => set(speaks(facts) ? of(facts.image()) : 0),
    })
  }
  metrics.collected({
    type: 'gauge',
    name: 'ottla_metadata_offset',
    help: 'Last offset of the metadata that this broker has applied.',
    collect: (set) => set(facts.image().offset),
  })
}

function speaks({ image, brokerId }: ClusterFacts): boolean {
  const live = [...image().brokers.values()].filter(({ fenced }) => !fenced).map(({ id }) => id)
  return live.length > 0 && Math.min(...live) === brokerId
}

function brokers({ brokers: all }: MetadataImage, fenced: boolean): number {
  return [...all.values()].filter((broker) => broker.fenced === fenced).length
}

type Judge = (partition: { readonly leader: number; readonly replicas: readonly number[] }) => boolean

function partitions({ topics }: MetadataImage, counts: Judge): number {
  let found = 0
  for (const topic of topics.values()) for (const partition of topic.partitions) if (counts(partition)) found += 1
  return found
}
