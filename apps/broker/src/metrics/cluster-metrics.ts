/**
 * The cluster as the metadata shows it, under the names of Kafka's controller. There only the active controller has numbers,
 * and dashboards add all brokers up; so here the live broker with the lowest id speaks for the cluster and the others say 0.
 */
import { isLossyElection, type MetadataDelta, type MetadataImage } from '@ottla/replication'
import type { Metrics } from '@ottla/runtime'

export interface ClusterFacts {
  readonly image: () => MetadataImage
  readonly brokerId: number
  /** Calls the listener after each change of `image`. */
  readonly onImage: (listener: (image: MetadataImage, delta: MetadataDelta) => void) => void
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
  countLossyElections(metrics, facts)
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

/** Counted where it is shown, so that the sum over all brokers is right. */
function countLossyElections(metrics: Metrics, facts: ClusterFacts): void {
  const elections = metrics
    .counter({
      name: 'kafka_controller_controllerstats_uncleanleaderelections_total',
      help: 'Elections after which committed records may be missing.',
    })
    .with()
  let before = facts.image()
  facts.onImage((image, { topicsChanged }) => {
    const count = lossyElections(before, image, topicsChanged)
    before = image
    if (count > 0 && speaks(facts)) elections.add(count)
  })
}

function lossyElections(before: MetadataImage, after: MetadataImage, topics: Iterable<string>): number {
  let count = 0
  for (const name of topics) {
    const [old, now] = [before.topics.get(name), after.topics.get(name)]
    if (old === undefined || old.id !== now?.id) continue
    for (const [index, partition] of old.partitions.entries()) {
      const changed = now.partitions[index]
      if (changed !== undefined && isLossyElection(partition, changed)) count += 1
    }
  }
  return count
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
